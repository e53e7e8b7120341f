"""The rules of versions and the pointer, apart from where a store keeps them.

Every store holds a :class:`Versions`, changes it through these functions and writes the result
back in one step.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from schemas.errors import OutsideServiceError, UsageError
from warehouse.serving.store import KEPT_VERSIONS, Announced, Outcome, State, VersionInfo
from warehouse.serving.version import COMPLETE, OF_ITS_DAY, Version

NEXT_STEP = "`daily30 versions` lists what the store holds; a night publishes a version."


@dataclass(frozen=True, slots=True)
class Versions:
    """All versions of a store, oldest attempt first, and the numbers that its pointer holds.

    Args:
        current: the version served, None before the first flip.
        pinned: the version an operator holds the pointer on.
        rolled_back: days, YYYY-MM-DD, of which nothing is announced until it is told to; remembered apart from
            their versions, which may be damaged and dropped, or pruned.
        last: the greatest number ever given, also to what is gone.
    """

    all: tuple[Version, ...] = ()
    current: int | None = None
    pinned: int | None = None
    rolled_back: Sequence[str] = ()
    last: int = 0

    def named(self, name: str, *allowed: State) -> Version:
        """The version of that name; a usage error where there is none, or its state is not allowed."""
        found = next((v for v in self.all if v.name == name), None)
        if found is None:
            raise UsageError(f"the serving store has no version {name!r}", fix=NEXT_STEP)
        if allowed and found.state not in allowed:
            raise UsageError(f"version {name} is {found.state}, not {' or '.join(allowed)}", fix=NEXT_STEP)
        return found

    def numbered(self, number: int | None) -> Version | None:
        """The version of that number."""
        return next((v for v in self.all if v.number == number), None)

    @property
    def served(self) -> str | None:
        """The name of the version served."""
        found = self.numbered(self.current)
        return found.name if found else None

    def known(self) -> Versions:
        """With what an earlier program did not keep: which versions were announced.

        Those not newer than the one served, and what was rolled back; what came while the pointer was pinned is held.
        """
        if all(v.announced is not Announced.UNKNOWN for v in self.all):
            return self
        current = self.numbered(self.current)
        return replace(self, all=tuple(v.guessed(current, pinned=self.pinned is not None) for v in self.all))

    def has(self, name: str) -> bool:
        """Whether there is a complete version of that name."""
        return any(v.name == name and v.complete for v in self.all)

    def begun(self, name: str, ds: date, number: int | None = None) -> Versions:
        """With a new version to be written; an unfinished attempt of that name is forgotten.

        One that was announced and pinned before it was lost is so again.

        Args:
            number: of the new attempt, where the store gives it.
        """
        before = next((v for v in self.all if v.name == name), None)
        others = tuple(v for v in self.all if v.name != name)
        number = number or 1 + max(self.last, *(v.number for v in self.all), 0)
        made = Version(number, name, ds, announced=before.announced if before else Announced.NO)
        pinned = number if before and self.pinned == before.number else self.pinned
        return replace(self, all=(*others, made), pinned=pinned, last=number)

    def changed(self, version: Version) -> Versions:
        """With ``version`` in place of the one of its number."""
        return replace(self, all=tuple(version if v.number == version.number else v for v in self.all))

    def sealed(
        self, written: Version, found: tuple[int, int, int], *, lists: int, songs: int, reviews: int, tracks: int
    ) -> Versions:
        """With a version declared complete, provided that it holds (lists, reviews, tracks) as declared.

        Where its night was rolled back, it is withheld too: nobody asked for it.
        """
        if found != (lists, reviews, tracks):
            raise OutsideServiceError(
                f"serving store: version {written.name} holds {found[0]} lists, {found[1]} reviews and {found[2]} "
                f"tracks, not {lists}, {reviews} and {tracks}",
                fix="run the night again; the version stays invisible.",
            )
        state = State.WITHDRAWN if written.ds.isoformat() in self.rolled_back else State.SEALED
        return self.changed(replace(written, state=state, lists=lists, songs=songs, reviews=reviews, tracks=tracks))

    def outcome(self, name: str) -> Outcome:
        """Whether publishing a version moves the pointer to it, and why not."""
        version, served = self.named(name), self.numbered(self.current)
        if version.state is State.WRITING:
            raise UsageError(f"version {name} is not sealed and cannot be served", fix="run the night again.")
        if version.number == self.current:
            return Outcome.ALREADY
        if version.number == self.pinned:  # it was lost, and is here again
            return Outcome.MOVED
        if self.pinned is not None and served is not None:
            return Outcome.PINNED
        if version.state is State.WITHDRAWN:
            return Outcome.WITHDRAWN
        return Outcome.OLDER if served and version.ds < served.ds else Outcome.MOVED

    def settled(self, name: str, ds: date, keep: int = KEPT_VERSIONS) -> bool:
        """Whether publishing a version of that day once more would change nothing.

        It is here, and served unless the pointer stands elsewhere for a reason: pinned, rolled back, on another
        day. Or it is not, and would not be kept beside newer days.
        """
        found = next((v for v in self.all if v.name == name and v.complete), None)
        if found is None:
            return self._outlived(ds, keep)
        served = self.numbered(self.current)
        return self.outcome(name) is not Outcome.MOVED or (served is not None and served.ds != ds)

    def flipped(self, name: str) -> Versions:
        """With the pointer on a version, which is announced by that."""
        found = replace(self.named(name), announced=Announced.YES)
        return replace(self.changed(found), current=found.number)

    def kept_back(self, name: str, outcome: Outcome) -> Versions:
        """With what a flip that does not move the pointer says of its version.

        What was announced of a day is not replaced by what is made of it once newer days are served.
        """
        found = self.named(name)
        if found.announced is Announced.NO and outcome is Outcome.PINNED:
            return self.changed(replace(found, announced=Announced.HELD))
        if found.announced is Announced.NO and outcome is Outcome.OLDER and not self.told(found.ds):
            return self.changed(replace(found, announced=Announced.DAY))
        return self

    def told(self, ds: date) -> bool:
        """Whether a day has a version that is read of it."""
        return any(v.ds == ds and v.of_its_day for v in self.all)

    def pinned_to(self, name: str | None) -> Versions:
        """With the pointer pinned to a version, the one served by default."""
        name = name or self.served
        if name is None:
            raise UsageError("nothing is served yet, so nothing can be pinned", fix=NEXT_STEP)
        moved = self.flipped(self.named(name, *COMPLETE).name)
        return replace(moved, pinned=moved.current)

    def unpinned(self) -> Versions:
        """With the pointer following the nights again: on the newest version that was announced or waited for this.

        Others that waited are what is read of their days.
        """
        if self.pinned is None:
            raise UsageError("nothing is pinned", fix=NEXT_STEP)
        free = replace(self, pinned=None)
        newest = self._newest_first(State.SEALED, announced=(*OF_ITS_DAY, Announced.HELD))
        free = free.flipped(newest[0].name) if newest else free
        for held in sorted((v for v in free.all if v.announced is Announced.HELD), key=lambda v: -v.number):
            free = free.changed(replace(held, announced=Announced.NO if free.told(held.ds) else Announced.DAY))
        return free

    def taken_back(self, to: str | None) -> Versions:
        """With another version served, the one before by default, and what was served since withdrawn."""
        current = self.numbered(self.current)
        if current is None:
            raise UsageError("nothing is served yet, so nothing can be rolled back", fix=NEXT_STEP)
        target = self.named(to, *COMPLETE) if to else self._before()
        if target.announced not in OF_ITS_DAY:
            raise UsageError(
                f"version {to} was never announced, so nothing can be rolled back to it",
                fix="name an earlier version, or serve it on purpose: `daily30 pin`.",
            )
        if target == current:
            raise UsageError(f"version {to} is the one served now", fix="name an earlier version.")
        # Nights between the two go as well: a re-run of one would put it over what the rollback chose.
        between = [v for v in self.all if v.complete and target.age < v.age <= current.age] or [current]
        moved = self.changed(replace(target, state=State.SEALED, announced=Announced.YES))
        for version in between:
            moved = moved.changed(replace(version, state=State.WITHDRAWN))
        days = {v.ds.isoformat() for v in between} | set(self.rolled_back) - {target.ds.isoformat()}
        if target.age > current.age:
            days -= {target.ds.isoformat()}
        pinned = None if self.pinned is None else target.number
        return replace(moved, current=target.number, pinned=pinned, rolled_back=sorted(days))

    @property
    def _previous(self) -> int | None:
        """The number of the version that a rollback would serve; withdrawn ones may be many, and newer."""
        current = self.numbered(self.current)
        older = [v for v in self._newest_first(State.SEALED, announced=OF_ITS_DAY) if current and v.age < current.age]
        return older[0].number if older else None

    def _before(self) -> Version:
        """The version served that is next older: of an earlier listening day, or an earlier attempt at the same."""
        if found := self.numbered(self._previous):
            return found
        raise UsageError("there is no earlier version to roll back to", fix="name one with --to, or publish again.")

    def restored(self, name: str) -> Versions:
        """With the withdrawal of a version taken back."""
        found = replace(self.named(name, *COMPLETE), state=State.SEALED)
        days = [day for day in self.rolled_back if day != found.ds.isoformat()]
        return replace(self.changed(found), rolled_back=days)

    def without(self, gone: Version) -> Versions:
        """With a version that is about to go not served: the newest announced one of its day or before, if any.

        A pin on it stays, and waits for it.
        """
        others = [v for v in self._newest_first(State.SEALED, announced=OF_ITS_DAY) if v != gone and v.ds <= gone.ds]
        current = others[0].number if others else None
        return replace(self, current=current if self.current == gone.number else self.current)

    def dropped(self, name: str) -> Versions:
        """Without the rows of a version; where it was announced or pinned, it waits for being published again."""
        gone = self.named(name)
        if gone in self.remembered:
            return self.without(gone).begun(gone.name, gone.ds)
        return replace(self.without(gone), all=tuple(v for v in self.all if v != gone))

    @property
    def remembered(self) -> list[Version]:
        """What a store that is begun anew is to know of this one: what was announced, oldest first."""
        return [v for v in self.all if v.announced in OF_ITS_DAY or v.number == self.pinned]

    def without_lists(self, songs: Mapping[int, int]) -> Versions:
        """With one list less in the versions of these numbers, of so many songs each."""
        fewer = (replace(v, lists=v.lists - 1, songs=max(0, v.songs - songs[v.number])) for v in self._held(songs))
        changed = {v.number: v for v in fewer}
        return replace(self, all=tuple(changed.get(v.number, v) for v in self.all)) if changed else self

    def _held(self, numbers: Collection[int]) -> list[Version]:
        return [v for v in self.all if v.number in numbers and v.complete and v.lists]

    def superfluous(self, keep: int = KEPT_VERSIONS, ds: date | None = None) -> list[Version]:
        """Versions beyond the newest ``keep`` that are neither current, pinned nor what a rollback would go back to.

        Args:
            ds: the day whose lease the caller holds: what an ended run left unfinished of it goes too. Of another day
                it may still be written.
        """
        # By day, not by when they were made: a backfill of old days must not push out what a rollback needs.
        newest = [v.number for v in self._newest_first(*COMPLETE)][: max(keep, KEPT_VERSIONS)]
        kept = {n for n in (*newest, self.current, self.pinned, self._previous) if n is not None}
        kept |= {v.number for v in self.all if v.lost and not self._outlived(v.ds, keep)}
        return [v for v in self.all if v.number not in kept and (v.complete or v.lost or v.ds == ds)]

    def _outlived(self, ds: date, keep: int) -> bool:
        """Whether a version of a day would not be kept beside newer days."""
        return sum(v.ds > ds for v in self.all if v.complete) >= max(keep, KEPT_VERSIONS)

    def read(self, name: str | None = None, ds: date | None = None) -> Version:
        """The version a reader means: the one named, the newest of a listening day, or the current one."""
        complete = [v for v in self.all if v.complete]
        if name is not None:
            found, wanted = [v for v in complete if v.name == name], f"version {name!r}"
        elif ds is not None:
            of_day = [v for v in complete if v.ds == ds and v.of_its_day]
            by_worth = sorted(of_day, key=lambda v: (v.state is State.SEALED, v.number == self.current, v.number))
            found, wanted = by_worth[::-1], f"a version of {ds}"
        else:
            found, wanted = [v for v in complete if v.number == self.current], "a current version"
        if not found:
            held = ", ".join(sorted({str(v.ds) for v in complete if v.of_its_day}, reverse=True)[:5])
            raise UsageError(
                f"the serving store does not hold {wanted} (days held: {held or 'none'})",
                fix="publish that night, or ask for a day it holds.",
            )
        return found[0]

    def infos(self) -> list[VersionInfo]:
        """All versions for people, newest attempt first; not what was dropped and waits for being published again."""
        return [
            v.info(current=v.number == self.current, pinned=v.number == self.pinned)
            for v in reversed(self.all)
            if not v.lost
        ]

    def _newest_first(self, *states: State, announced: Collection[Announced] = tuple(Announced)) -> list[Version]:
        found = (v for v in self.all if v.state in states and v.announced in announced)
        return sorted(found, key=lambda v: v.age, reverse=True)
