"""The serving interface: write a version aside, seal it, flip one pointer, read from one version.

Every store of ``warehouse/serving/factory.py`` keeps these promises, which ``tests/contracts/serving_store.py`` checks:

- rows of a version are invisible until the version is sealed and the pointer names it;
- the flip is one atomic step that checks the night's lease again;
- everything read inside one :class:`Snapshot` comes from one version, and the snapshot says which;
- a crash at any moment leaves the old version or the new one;
- a withdrawn (rolled-back) version is not announced again by publishing it once more, nor is another of its night,
  nor one of the nights that the rollback went over;
- a pinned store keeps its pointer whatever is published;
- an older listening day never replaces a newer one, except by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

KEPT_VERSIONS = 3
LeaseCheck = Callable[[], None]
Payload = dict[str, Any]


class State(StrEnum):
    """Where a version stands: being written, complete, or withdrawn.

    Withdrawn is what was rolled back, and what the same night made after that: announced only when told to.
    """

    WRITING = "writing"
    SEALED = "sealed"
    WITHDRAWN = "withdrawn"


class Announced(StrEnum):
    """Who was ever told of a version: what nobody was told of is served to nobody but by hand.

    ``HELD`` is what a pin alone kept back; ``DAY`` what came after newer days were served, the first of its own: read
    by that day, and what a rollback goes back to. ``UNKNOWN``: written before this was kept.
    """

    UNKNOWN = ""
    NO = "no"
    HELD = "held"
    DAY = "day"
    YES = "yes"


class Outcome(StrEnum):
    """What a flip did to the pointer, and why not."""

    MOVED = "moved"
    ALREADY = "already current"
    PINNED = "pinned"
    WITHDRAWN = "its night was rolled back"
    OLDER = "older than the day served"


@dataclass(frozen=True, slots=True)
class StoreDamage:
    """Something of a store that is not what was published.

    Args:
        version: the version it is of; None for the store as a whole.
        unused: bytes that hold no row: nothing is lost, and :meth:`ServingStore.rewrite` mends it.
    """

    version: str | None
    what: str
    unused: bool = False


@dataclass(frozen=True, slots=True)
class Flip:
    """The result of a flip: what happened, and the version served now."""

    outcome: Outcome
    current: str | None


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """One version of the store.

    Args:
        version: hash of what it was made from.
        ds: listening day closed.
        state: see :class:`State`.
        lists: number of users in it.
        songs: rows of all lists.
        reviews: number of reviews (track and language).
        current: the pointer names it.
        pinned: an operator holds the pointer on it.
        announced: it was served, or is what is read of its day.
    """

    version: str
    ds: date
    state: State
    lists: int
    songs: int
    reviews: int
    current: bool
    pinned: bool
    announced: bool


class Snapshot(Protocol):
    """One version, unchanged for as long as the snapshot is open."""

    @property
    def version(self) -> str:
        """The version everything here comes from."""

    @property
    def ds(self) -> date:
        """The listening day of that version."""

    def user_list(self, user_id: str) -> Payload | None:
        """A user's whole Daily 30 as an app reads it; None when the version has no such user."""

    def review(self, track_id: str, language: str) -> Payload | None:
        """The review of a song in a language; None when there is none."""

    def track(self, track_id: str) -> Payload | None:
        """What is said of a song to everyone; None when the version does not show it."""

    def track_json(self, track_id: str) -> bytes | None:
        """:meth:`track` as JSON."""

    def list_json(self, user_id: str) -> bytes | None:
        """:meth:`user_list` as JSON in UTF-8, as it was written: for who hands it on unread."""

    def review_json(self, track_id: str, language: str) -> bytes | None:
        """:meth:`review` as JSON."""

    def near_user_ids(self, user_id: str, limit: int = 5) -> list[str]:
        """Ids that look like ``user_id``, likeliest first; for a helpful error."""


class ServingStore(Protocol):
    """Versions, one pointer, and the acts upon them."""

    def begin(self, version: str, ds: date) -> bool:
        """Open ``version`` for writing, clearing what a crashed attempt left; False when it is already complete.

        It asks the lease first, as :meth:`flip` and :meth:`prune` do; what is written after that goes to this attempt,
        never to one that another run has begun since.
        """

    def write_lists(self, version: str, lists: Iterable[tuple[str, Payload]]) -> int:
        """Write (user_id, payload) rows; returns how many."""

    def write_reviews(self, version: str, reviews: Iterable[tuple[str, str, Payload]]) -> int:
        """Write (track_id, language, payload) rows; returns how many."""

    def write_tracks(self, version: str, tracks: Iterable[tuple[str, Payload]]) -> int:
        """Write (track_id, payload) rows; returns how many."""

    def seal(self, version: str, *, lists: int, songs: int, reviews: int, tracks: int = 0) -> None:
        """Declare ``version`` complete after counting its rows against these numbers."""

    def flip(self, version: str) -> Flip:
        """Move the pointer to a sealed version in one step, after checking the lease inside that step.

        Where it does not move, the step says whether a pin held the version back, or it is what is read of its day.
        """

    def settled(self, version: str, ds: date) -> bool:
        """Whether publishing ``version`` once more would change nothing: it is here, or pruned as one of old days."""

    def current(self) -> str | None:
        """The version served now."""

    def versions(self) -> list[VersionInfo]:
        """All versions, newest first."""

    def pin(self, version: str | None = None) -> str:
        """Serve ``version`` (the current one by default) until unpinned; returns it."""

    def unpin(self) -> str | None:
        """Let the pointer follow the nights again: to the newest version announced or held back by the pin; returns
        the version served."""

    def rollback(self, to: str | None = None) -> str:
        """Serve ``to`` (the version served before by default) and withdraw what came after it; returns it."""

    def restore(self, version: str) -> None:
        """Take back the withdrawal of a version and its night, so that they may be published again."""

    def prune(self, keep: int = KEPT_VERSIONS, ds: date | None = None) -> list[str]:
        """Remove versions beyond the newest ``keep`` that are neither current nor pinned, and what an ended run left
        unfinished of ``ds``, whose lease the caller holds; returns them. What other days' runs write stays."""

    def damaged(self, version: str | None = None) -> list[StoreDamage]:
        """What of the complete versions, or of the one named, is not what was published; every row is read."""

    def forget_user(self, user_id: str) -> list[str]:
        """Remove a user's list from every version, whose counts follow; the versions that had one, oldest first.

        Other rows keep their bytes. Cut short, it may be called again.
        """

    def drop(self, version: str) -> None:
        """Remove a damaged version; the one before is served until it is published again, which makes it announced
        and pinned as it was."""

    def rewrite(self) -> None:
        """Write anew what holds no row and was found changed; versions and pointer stay. A store that reports nothing
        ``unused`` has nothing to do here."""

    def set_aside(self) -> str:
        """Move a store that cannot be read at all out of the way; returns where to, in words."""

    def reading(self, *, version: str | None = None, ds: date | None = None) -> AbstractContextManager[Snapshot]:
        """A snapshot of the current version, or of the one named, or of the newest announced of a listening day."""

    def stay_open(self) -> None:
        """Keep connections from one reader to the next, until closed: for who reads all day, in many threads."""

    def close(self) -> None:
        """Release connections."""
