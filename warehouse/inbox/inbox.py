"""Feedback that apps posted, in SQLite: kept once each, and handed to the landing once each.

A hand-over is a batch. Its rows are named in one transaction, written to the landing as files that their content names,
and marked as taken in another: whoever dies in between leaves a batch that the next one writes again, the same.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

from schemas.errors import OutsideServiceError
from warehouse.erasure import erased_of
from warehouse.write_ahead import use_write_ahead_log

FOLDER, FILE = "inbox", "feedback.sqlite"
KEPT_DAYS = 45  # how long an id is known after its event was taken, and an event waits for its song or listener
MOST_BYTES = 512 << 20  # some three million events; beyond, nobody takes them away
_BUSY_S = 10.0


class InboxError(OutsideServiceError):
    """The inbox cannot be read or written, or is full."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing a listener did.

    Args:
        event_id: the app's own id of it; sent again it is the same event.
        kind: what was done.
        subject_id: of the track, or of the artist.
        at_us: when, microseconds since 1970, UTC.
        listened_s: how long it had played, where it is of a play and the app knows.
    """

    event_id: str
    user_id: str
    kind: str
    subject_id: str
    at_us: int
    listened_s: float | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of events that were sent.

    Args:
        accepted: how many were new.
        repeated: ids of those that were here already.
        other: ids under which another event is here.
    """

    accepted: int
    repeated: tuple[str, ...]
    other: tuple[str, ...]


_COLUMNS = ", ".join(f.name for f in fields(Event))


class Inbox:
    """Events of one home; may be used by any thread and by several processes.

    Args:
        home: its folder ``inbox`` is made when the first event comes.
    """

    def __init__(self, home: Path) -> None:
        self._home, self._path = home, home / FOLDER / FILE

    @property
    def is_there(self) -> bool:
        """Whether anything was ever sent."""
        return self._path.exists()

    def add(self, events: Iterable[Event], now: datetime) -> Kept:
        """Keep what is new, durably, all of it or nothing. Of erased users nothing is kept; it counts as accepted, for
        an app that is refused sends it for ever.

        Raises:
            InboxError: they cannot be kept.
        """
        if self.is_there and self._path.stat().st_size > MOST_BYTES:
            raise InboxError(f"feedback {self._path}: is full", fix="run `daily30 nightly`, which takes it.")
        received, accepted = _us(now), 0
        erased = erased_of(self._home)
        repeated: list[str] = []
        other: list[str] = []
        with self._writing() as db:
            for event in events:
                if erased.holds(event.user_id):
                    accepted += 1
                    continue
                row = db.execute(f"SELECT {_COLUMNS} FROM events WHERE event_id = ?", (event.event_id,)).fetchone()
                if row is None:
                    db.execute(
                        f"INSERT INTO events ({_COLUMNS}, received_us) VALUES (?, ?, ?, ?, ?, ?, ?)",
                        (*astuple(event), received),
                    )
                    accepted += 1
                else:
                    (repeated if Event(*row) == event else other).append(event.event_id)
        return Kept(accepted, tuple(repeated), tuple(other))

    def of(self, user_id: str) -> int:
        """How many events of a user are here."""
        if not self.is_there:
            return 0
        with self._open() as db:
            return int(db.execute("SELECT count(*) FROM events WHERE user_id = ?", (user_id,)).fetchone()[0])

    def forget(self, user_id: str) -> int:
        """Remove all events of a user, also from the file's free pages; how many they were.

        Raises:
            InboxError: it cannot be written.
        """
        if not self.is_there:
            return 0
        with self._writing() as db:
            gone = db.execute("DELETE FROM events WHERE user_id = ?", (user_id,)).rowcount
        with self._open() as db:
            db.execute("VACUUM")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return int(gone)

    def waiting(self) -> Iterator[Event]:
        """Events that no batch holds, oldest first."""
        return self._events("batch IS NULL")

    def waiting_count(self) -> int:
        """How many events no batch holds."""
        with self._open() as db:
            return int(db.execute("SELECT count(*) FROM events WHERE batch IS NULL").fetchone()[0])

    def begin(self, event_ids: Collection[str]) -> list[Event]:
        """The events to hand over now: a batch of these, or the one that somebody began and did not finish."""
        with self._writing() as db:
            if not db.execute("SELECT 1 FROM events WHERE taken = 0 AND batch IS NOT NULL LIMIT 1").fetchone():
                (batch,) = db.execute("SELECT coalesce(max(batch), 0) + 1 FROM events").fetchone()
                db.executemany(
                    "UPDATE events SET batch = ? WHERE event_id = ? AND batch IS NULL", [(batch, i) for i in event_ids]
                )
        return list(self._events("taken = 0 AND batch IS NOT NULL"))

    def finish(self, events: Iterable[Event], now: datetime) -> None:
        """These lie in the landing; what has been here for long is forgotten."""
        oldest = _us(now - timedelta(days=KEPT_DAYS))
        with self._writing() as db:
            db.executemany("UPDATE events SET taken = 1 WHERE event_id = ?", [(e.event_id,) for e in events])
            db.execute("DELETE FROM events WHERE received_us < ? AND (taken = 1 OR batch IS NULL)", (oldest,))

    def _events(self, where: str) -> Iterator[Event]:
        with self._open() as db:
            for row in db.execute(f"SELECT {_COLUMNS} FROM events WHERE {where} ORDER BY at_us, event_id"):
                yield Event(*row)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("COMMIT")

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(self._path, timeout=_BUSY_S, isolation_level=None)
            try:
                use_write_ahead_log(db, _BUSY_S)
                db.execute("PRAGMA synchronous = FULL")
                db.executescript(files("warehouse.inbox").joinpath("schema.sql").read_text("utf-8"))
                yield db
            finally:
                with suppress(sqlite3.Error):
                    db.close()
        except (sqlite3.Error, OSError) as error:
            raise InboxError(
                f"feedback {self._path}: {error}",
                fix="free space and see that daily30 may write there; a damaged file may be moved away.",
            ) from None


def _us(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)
