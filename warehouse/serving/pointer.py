"""What is done with versions and their pointer, the same in every store."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from datetime import date

from schemas.errors import Locked
from warehouse.serving.store import Flip, LeaseCheck, Outcome, State, VersionInfo
from warehouse.serving.version import Version
from warehouse.serving.versions import Versions

Change = Callable[[Versions], Versions]


class PointerActs(ABC):
    """The part of a :class:`warehouse.serving.store.ServingStore` that follows from two ways to reach its versions.

    Args:
        lease_check: raises when the run no longer holds its date; called inside whatever a run does to versions.
    """

    def __init__(self, lease_check: LeaseCheck) -> None:
        self.lease_check = lease_check
        self._attempts: dict[str, int] = {}  # versions begun here: a run that lost its night must not write another's

    @abstractmethod
    def _versions(self) -> Versions:
        """Versions and pointer as a reader sees them; none where nothing was written yet."""

    @abstractmethod
    def _change(self, change: Change) -> Versions:
        """Put what ``change`` makes of versions and pointer in their place, all at once or not at all; returns it.

        Nothing is written where it gives back what it got. It may be called again where another writer was first.
        """

    def _attempt(self, version: str, versions: Versions) -> Version:
        """The version as it is being written here.

        Raises:
            Locked: another run has begun it anew.
        """
        written = versions.named(version, State.WRITING)
        if self._attempts.setdefault(version, written.number) != written.number:
            raise Locked(f"version {version} was begun anew by another run", fix="let that one end.")
        return written

    def flip(self, version: str) -> Flip:
        outcome = Outcome.ALREADY

        def moved(versions: Versions) -> Versions:
            nonlocal outcome
            self.lease_check()
            outcome = versions.outcome(version)
            return versions.flipped(version) if outcome is Outcome.MOVED else versions.kept_back(version, outcome)

        served = self._change(moved).served
        return Flip(outcome, served)

    def settled(self, version: str, ds: date) -> bool:
        return self._versions().settled(version, ds)

    def current(self) -> str | None:
        return self._versions().served

    def versions(self) -> list[VersionInfo]:
        return self._versions().infos()

    def pin(self, version: str | None = None) -> str:
        return str(self._change(lambda versions: versions.pinned_to(version)).served)

    def unpin(self) -> str | None:
        return self._change(Versions.unpinned).served

    def rollback(self, to: str | None = None) -> str:
        return str(self._change(lambda versions: versions.taken_back(to)).served)

    def restore(self, version: str) -> None:
        self._change(lambda versions: versions.restored(version))
