"""One version of a store, apart from where it is kept."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from warehouse.serving.store import Announced, State, VersionInfo

COMPLETE = (State.SEALED, State.WITHDRAWN)
OF_ITS_DAY = (Announced.YES, Announced.DAY)


@dataclass(frozen=True, slots=True)
class Version:
    """One version: its number grows with every attempt, its counts are those it was sealed with."""

    number: int
    name: str
    ds: date
    state: State = State.WRITING
    lists: int = 0
    songs: int = 0
    reviews: int = 0
    tracks: int = 0
    announced: Announced = Announced.UNKNOWN

    @property
    def complete(self) -> bool:
        """Whether it was sealed."""
        return self.state in COMPLETE

    @property
    def of_its_day(self) -> bool:
        """Whether it may be read by its day."""
        return self.complete and self.announced in OF_ITS_DAY

    @property
    def lost(self) -> bool:
        """Whether it was announced, and dropped since: it waits for being published again."""
        return self.state is State.WRITING and self.announced is not Announced.NO

    @property
    def age(self) -> tuple[date, int]:
        """By day, then by attempt: the greater is the newer."""
        return self.ds, self.number

    def info(self, *, current: bool, pinned: bool) -> VersionInfo:
        """It, for people."""
        return VersionInfo(
            self.name,
            self.ds,
            self.state,
            self.lists,
            self.songs,
            self.reviews,
            current=current,
            pinned=pinned,
            announced=self.announced in OF_ITS_DAY,
        )

    def guessed(self, current: Version | None, *, pinned: bool) -> Version:
        """It, with what an earlier program did not keep: whether it was announced.

        Those not newer than the one served were, and what was rolled back; what came under a pin is held by it.
        """
        if self.announced is not Announced.UNKNOWN:
            return self
        if not self.complete or current is None:
            return replace(self, announced=Announced.NO)
        if self.state is State.WITHDRAWN or self.age <= current.age:
            return replace(self, announced=Announced.YES)
        return replace(self, announced=Announced.HELD if pinned else Announced.NO)
