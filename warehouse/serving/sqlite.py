"""The embedded serving store: one SQLite file in WAL mode (schema: ``schema.sql``).

Writers never block readers. A reader opens one transaction, which SQLite holds on one
state of the file: what it reads comes from one version even while a flip or a prune goes on.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import islice
from pathlib import Path

from schemas.errors import OutsideServiceError, UsageError
from warehouse.serving.rows import NEXT_STEP, before, may_flip, name_of, number_of, pointer, remove
from warehouse.serving.snapshot import SqliteSnapshot
from warehouse.serving.store import KEPT_VERSIONS, Flip, LeaseCheck, Outcome, Payload, State, VersionInfo

_CHUNK = 500  # rows per commit while a version is written aside; keeps the WAL small
_BUSY_S = 30.0
_SCHEMA = Path(__file__).with_name("schema.sql")


def to_json(payload: Payload) -> str:
    """Compact JSON with sorted keys, Chinese as is: the same payload gives the same bytes."""
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class SqliteStore:
    """A :class:`warehouse.serving.store.ServingStore` in one file.

    Args:
        path: the database file; its folder is made at the first write.
        lease_check: raises when the run no longer holds its date; called inside the flip.
    """

    def __init__(self, path: Path, lease_check: LeaseCheck) -> None:
        self.path = path
        self.lease_check = lease_check
        self._writer: sqlite3.Connection | None = None

    # -- writing a version aside ------------------------------------------------------------

    def begin(self, version: str, ds: date) -> bool:
        with self._transaction() as db:
            row = db.execute("SELECT seq, state FROM versions WHERE version = ?", (version,)).fetchone()
            if row is not None and row[1] != State.WRITING:
                return False
            if row is not None:
                remove(db, row[0])
            db.execute(
                "INSERT INTO versions (version, ds, state) VALUES (?, ?, ?)", (version, ds.isoformat(), State.WRITING)
            )
        return True

    def write_lists(self, version: str, lists: Iterable[tuple[str, Payload]]) -> int:
        return self._write(
            version, "lists (seq, user_id, payload) VALUES (?, ?, ?)", ((u, to_json(p)) for u, p in lists)
        )

    def write_reviews(self, version: str, reviews: Iterable[tuple[str, str, Payload]]) -> int:
        return self._write(
            version,
            "reviews (seq, track_id, language, payload) VALUES (?, ?, ?, ?)",
            ((t, lang, to_json(p)) for t, lang, p in reviews),
        )

    def _write(self, version: str, into: str, rows: Iterable[tuple[str, ...]]) -> int:
        written = 0
        remaining = iter(rows)
        while chunk := list(islice(remaining, _CHUNK)):
            with self._transaction() as db:
                seq = number_of(db, version, State.WRITING)
                db.executemany(f"INSERT INTO {into}", [(seq, *row) for row in chunk])
            written += len(chunk)
        return written

    def seal(self, version: str, *, lists: int, songs: int, reviews: int) -> None:
        with self._transaction() as db:
            seq = number_of(db, version, State.WRITING)
            found = tuple(
                db.execute(f"SELECT count(*) FROM {table} WHERE seq = ?", (seq,)).fetchone()[0]
                for table in ("lists", "reviews")
            )
            if found != (lists, reviews):
                raise OutsideServiceError(
                    f"serving store: version {version} holds {found[0]} lists and {found[1]} reviews, "
                    f"not {lists} and {reviews}",
                    fix="run the night again; the version stays invisible.",
                )
            db.execute(
                "UPDATE versions SET state = ?, lists = ?, songs = ?, reviews = ? WHERE seq = ?",
                (State.SEALED, lists, songs, reviews, seq),
            )

    # -- the pointer ----------------------------------------------------------------------------

    def flip(self, version: str) -> Flip:
        with self._transaction() as db:
            seq, outcome = may_flip(db, version)
            if outcome is Outcome.MOVED:
                self.lease_check()
                db.execute("UPDATE pointer SET current = ?", (seq,))
            return Flip(outcome, name_of(db, pointer(db)[0]))

    def current(self) -> str | None:
        if not self._written():
            return None
        with self._connect() as db:
            return name_of(db, pointer(db)[0])

    def versions(self) -> list[VersionInfo]:
        if not self._written():
            return []
        with self._connect() as db:
            rows = db.execute(
                "SELECT version, ds, state, lists, songs, reviews, seq IS p.current, seq IS p.pinned "
                "FROM versions, pointer p ORDER BY seq DESC"
            ).fetchall()
        return [
            VersionInfo(v, date.fromisoformat(ds), State(state), lists, songs, reviews, bool(current), bool(pinned))
            for v, ds, state, lists, songs, reviews, current, pinned in rows
        ]

    def pin(self, version: str | None = None) -> str:
        with self._transaction() as db:
            name = version or name_of(db, pointer(db)[0])
            if name is None:
                raise UsageError("nothing is served yet, so nothing can be pinned", fix=NEXT_STEP)
            seq = number_of(db, name, State.SEALED, State.WITHDRAWN)
            db.execute("UPDATE pointer SET current = ?, pinned = ?", (seq, seq))
            return name

    def unpin(self) -> str | None:
        with self._transaction() as db:
            current, pinned = pointer(db)
            if pinned is None:
                raise UsageError("nothing is pinned", fix=NEXT_STEP)
            newest = db.execute(
                "SELECT seq FROM versions WHERE state = ? ORDER BY ds DESC, seq DESC LIMIT 1", (State.SEALED,)
            ).fetchone()
            served = newest[0] if newest else current
            db.execute("UPDATE pointer SET current = ?, pinned = NULL", (served,))
            return name_of(db, served)

    def rollback(self, to: str | None = None) -> str:
        with self._transaction() as db:
            current, pinned = pointer(db)
            if current is None:
                raise UsageError("nothing is served yet, so nothing can be rolled back", fix=NEXT_STEP)
            target = number_of(db, to, State.SEALED, State.WITHDRAWN) if to else before(db, current)
            if target == current:
                raise UsageError(f"version {to} is the one served now", fix="name an earlier version.")
            db.execute("UPDATE versions SET state = ? WHERE seq = ?", (State.WITHDRAWN, current))
            db.execute("UPDATE versions SET state = ? WHERE seq = ?", (State.SEALED, target))
            db.execute("UPDATE pointer SET current = ?, pinned = ?", (target, target if pinned is not None else None))
            return str(name_of(db, target))

    def restore(self, version: str) -> None:
        with self._transaction() as db:
            seq = number_of(db, version, State.SEALED, State.WITHDRAWN)
            db.execute("UPDATE versions SET state = ? WHERE seq = ?", (State.SEALED, seq))

    def prune(self, keep: int = KEPT_VERSIONS) -> list[str]:
        with self._transaction() as db:
            # By day, not by when they were made: a backfill of old days must not push out what a rollback needs.
            newest_first = "SELECT seq FROM versions WHERE state != 'writing' ORDER BY ds DESC, seq DESC"
            complete = [row[0] for row in db.execute(newest_first)]
            kept = {*complete[: max(keep, KEPT_VERSIONS)], *pointer(db)}
            oldest = min((s for s in kept if s is not None), default=0)
            # An unfinished version newer than the oldest kept one may still be written by another date's run.
            doomed = db.execute("SELECT seq, version, state FROM versions ORDER BY seq").fetchall()
            gone = [(s, v) for s, v, state in doomed if s not in kept and (state != "writing" or s < oldest)]
            for seq, _ in gone:
                remove(db, seq)
        return [version for _, version in gone]

    # -- reading --------------------------------------------------------------------------------

    @contextmanager
    def reading(self, *, version: str | None = None, ds: date | None = None) -> Iterator[SqliteSnapshot]:
        if not self._written():
            raise UsageError(f"nothing has been published yet ({self.path})", fix="run `daily30 nightly` first.")
        with self._connect() as db:
            db.execute("BEGIN")
            try:
                yield SqliteSnapshot.open(db, version=version, ds=ds)
            finally:
                db.execute("ROLLBACK")

    # -- connections ----------------------------------------------------------------------------

    def _written(self) -> bool:
        """Whether the file exists and has its tables; they come in one transaction."""
        if not self.path.exists():
            return False
        with self._connect() as db:
            return db.execute("SELECT 1 FROM sqlite_master WHERE name = 'pointer'").fetchone() is not None

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        """A reading connection; ``query_only`` so that it cannot write."""
        try:
            db = sqlite3.connect(self._address(), uri=True, timeout=_BUSY_S, isolation_level=None)
        except sqlite3.Error as error:
            raise _outside(self.path, error) from error
        try:
            db.execute("PRAGMA query_only = ON")
            yield db
        except sqlite3.Error as error:
            raise _outside(self.path, error) from error
        finally:
            db.close()

    def _address(self) -> str:
        """Where readers find the file.

        Even readers of a WAL database make files beside it. On a read-only file system they cannot, and need not:
        nobody writes there, so it is read as it lies.
        """
        frozen = self.path.exists() and os.statvfs(self.path).f_flag & os.ST_RDONLY
        settled = not self.path.with_name(f"{self.path.name}-wal").exists()
        return self.path.absolute().as_uri() + ("?immutable=1" if frozen and settled else "?mode=rwc")

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """One writing transaction: all of it or none of it."""
        try:
            db = self._opened()
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            raise _outside(self.path, error) from error

    def _opened(self) -> sqlite3.Connection:
        if self._writer is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(self.path, timeout=_BUSY_S, isolation_level=None)
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")  # a flip that returned survives a power cut
            db.execute("PRAGMA foreign_keys = ON")
            db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA.read_text(encoding='utf-8')} COMMIT;")
            self._writer = db
        return self._writer

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
            self._writer = None


def _outside(path: Path, error: Exception) -> OutsideServiceError:
    return OutsideServiceError(
        f"serving store {path}: {error}", fix="check free space and permissions of its folder, then run again."
    )
