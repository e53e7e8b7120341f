"""Whether a home is what it says, and making it so again: the lake, and what the newest night left outside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import date

from jobs.publish import let_go
from jobs.run.planner import Planner
from jobs.run.runner import Runner
from jobs.run.stage import Stage
from schemas.errors import Daily30Error, DamagedFile, Locked, OutsideServiceError, UsageError
from schemas.terminal import command
from warehouse.duck import WAREHOUSE, build_warehouse
from warehouse.lake.verify import ALL, Turn, find_damage, find_other_damage, turn_of
from warehouse.media.store import open_media_store
from warehouse.serving import ServingStore, open_serving_store

MakeRunner = Callable[[date], Runner]
_MB = 1_000_000
# The newest night is held to what would be made now: a store that moved, a stage that makes more since an upgrade.
_OUTSIDE = "what stage {} of {} left outside the lake {} gone, or of other settings or an earlier version"
_OTHER_BYTES = "its bytes are no longer those that name it"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was written.

    Args:
        where: ``lake``, ``store``, ``media``, ``home``, or the stage (``publish``, ...) whose work
            outside the lake is gone.
        path: of the file, relative to the lake where it lies there; a version of the store; empty for a stage's work.
        what: in words.
        mended: whether a repair has made it again; None where none was tried.
        fix: what else to do.
    """

    where: str
    path: str
    what: str
    mended: bool | None = None
    fix: str = ""


def verify(planner: Planner, *, ds: date | None = None, deep: bool = False) -> list[Finding]:
    """What is damaged of a home.

    Args:
        planner: of the newest finished night, whose store, media and report are looked at too.
        ds: look at this night of the lake alone.
        deep: compare the hashes of all bytes.
    """
    damages = find_damage(planner.store, planner.pipeline.names, ds=None if ds is None else str(ds), deep=deep)
    found = [Finding("lake", d.path, d.message, fix=d.fix) for d in damages]
    fix = f"run `{command('repair', '--home', planner.home)}`: it is made again from the lake."
    media = open_media_store(planner.home)
    if deep:
        found += [Finding("store", d.version or "", d.what, fix=fix) for d in serving_store(planner).damaged()]
    found += [Finding("media", str(media.path(key)), _OTHER_BYTES, fix=fix) for key in media.damaged() if deep]
    if damages:
        return found
    return found + [
        Finding(stage.name, "", _OUTSIDE.format(stage.name, night.ds, "is"), fix=fix)
        for night in _nights(planner, ds, deep=deep)
        for stage in outside_gone(night)
    ]


def outside_gone(planner: Planner) -> list[Stage]:
    """Stages of the planner's night that are done, but of whose work outside the lake something is missing."""
    night = planner.store.night(str(planner.ds), "DONE")
    if night is None:
        return []
    plans = [planner.plan(s, night) for s in planner.pipeline.stages if s.outside]
    newest = str(planner.ds) == max(planner.store.nights())
    # Work of an earlier night that would be other work by now is left as it is.
    return [p.stage for p in plans if p.missing and (newest or night.stages[p.stage.name] == p.entry)]


def _nights(planner: Planner, ds: date | None, *, deep: bool = True) -> list[Planner]:
    """Planners of the nights whose work outside the lake is looked at: all when deep, else the newest."""
    days = [date.fromisoformat(day) for day in planner.store.nights()] if deep else [planner.ds]
    return [planner.of(day) for day in days if ds in (None, day)]


def serving_store(planner: Planner) -> ServingStore:
    """The store of the planner's home."""
    return open_serving_store(planner.home, planner.settings.section("serving"), planner.ds)


def _store_mended(store: ServingStore) -> list[Finding]:
    """Let go of what the store has that is damaged; its nights are published again after this."""
    found = let_go(store)
    store.close()
    return [Finding("store", damage.version or "", damage.what, True) for damage in found]


def _pinned(planner: Planner) -> str | None:
    """The version that the store is pinned to, as far as it can tell."""
    with suppress(OutsideServiceError), closing(serving_store(planner)) as store:
        return next((version.version for version in store.versions() if version.pinned), None)
    return None


def _pin_again(planner: Planner, pinned: str | None) -> None:
    """Pin a version that was let go of while it was pinned, now that it is here again."""
    if pinned is not None and _pinned(planner) != pinned:
        with closing(serving_store(planner)) as store, suppress(UsageError):
            store.pin(pinned)


def repair(planner: Planner, runner: MakeRunner, *, ds: date | None = None) -> list[Finding]:
    """Make again what is damaged of a home; every finding with what became of it.

    Args:
        planner: of the newest finished night.
        runner: makes a runner of a night.
        ds: mend this night of the lake alone.
    """
    night = None if ds is None else str(ds)
    found = _lake_mended(
        planner, runner, lambda: find_damage(planner.store, planner.pipeline.names, ds=night, deep=True)
    )
    pinned = _pinned(planner)
    let_go_of = _store_mended(serving_store(planner)) + _media_mended(planner, ALL)
    # Of all nights: what was let go of may be any's. The newest first: it is what apps are to see.
    nights = _nights(planner, None if let_go_of else ds)
    found += let_go_of + _outside_mended(sorted(nights, key=lambda made: made.ds, reverse=True), runner)
    _pin_again(planner, pinned)
    return found


def others_mended(planner: Planner, runner: MakeRunner) -> list[Finding]:
    """After a night, which is whole: make again what is damaged of the other nights, as `daily30 repair` would.

    Names, sizes and manifests are looked at in every night; of the bytes, in turn, as many as setting ``proof_mb``
    says. Where another run holds a night, the rest is left to that; whatever else stops this is a finding, for the
    night itself is done.

    Args:
        planner: of the night that was run.
        runner: makes a runner of a night.
    """
    turn = turn_of(planner.store, planner.ds, planner.settings.proof_mb * _MB)
    found: list[Finding] = []
    try:
        found += _lake_mended(
            planner, runner, lambda: find_other_damage(planner.store, planner.pipeline.names, str(planner.ds), turn)
        )
        if turn is not None:
            found += (media := _media_mended(planner, turn))
            found += _outside_mended(_others(planner, ALL if media else turn), runner)
    except Locked:
        return found
    except Daily30Error as error:
        found.append(Finding("home", "", error.message, False, error.fix))
    return found


def _others(planner: Planner, turn: Turn) -> list[Planner]:
    """Planners of the other finished nights whose turn it is; what cannot be read of them was told before."""
    due = []
    for day in planner.store.nights():
        with suppress(DamagedFile):
            night = planner.store.night(day, "DONE")
            if day != str(planner.ds) and night is not None and turn.due(night.version):
                due.append(planner.of(date.fromisoformat(day)))
    return due


def _lake_mended(planner: Planner, runner: MakeRunner, look: Callable[[], list[DamagedFile]]) -> list[Finding]:
    """Make again what is damaged; what a broken manifest hid is found by looking once more."""
    found: dict[str, Finding] = {}
    seen = look()
    while left := [d for d in seen if d.path not in found]:
        lost = {d.path: d.fix for d in runner(planner.ds).mend(left)}
        found |= {d.path: Finding("lake", d.path, d.message, d.path not in lost, lost.get(d.path, "")) for d in left}
        seen = look()
    for damage in seen:  # a bug of ours, or a disk that loses what is written
        if found[damage.path].mended:
            found[damage.path] = replace(found[damage.path], mended=False, fix=damage.fix)
    if (planner.home / WAREHOUSE).exists() and any(f.mended for f in found.values()):
        build_warehouse(planner.home)  # views leave out what is damaged of earlier nights
    return list(found.values())


def _media_mended(planner: Planner, turn: Turn) -> list[Finding]:
    """Remove media of other bytes than their keys say; the nights that show them are drawn again after this."""
    media = open_media_store(planner.home)
    damaged = media.damaged(turn.due)
    for key in damaged:
        media.drop(key)
    return [Finding("media", str(media.path(key)), _OTHER_BYTES, True) for key in damaged]


def _outside_mended(nights: Sequence[Planner], runner: MakeRunner) -> list[Finding]:
    found = []
    for made in nights:
        with suppress(DamagedFile):  # found in the lake, and told, before this
            gone = outside_gone(made)
            runner(made.ds).run(gone) if gone else None
            found += [Finding(s.name, "", _OUTSIDE.format(s.name, made.ds, "was"), True) for s in gone]
    return found
