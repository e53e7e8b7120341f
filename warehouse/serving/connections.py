"""Reading connections of the SQLite store: opened for one reader, or kept for the next one while a server runs."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from schemas.errors import OutsideServiceError
from warehouse.serving.checksums import damaged
from warehouse.serving.sqlite_file import Reader

BUSY_S = 30.0
BROKEN = (sqlite3.Error, UnicodeDecodeError)  # SQLite decodes what a damaged file says of itself
_LATER = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM}  # a writer is at work, or there is no room
_Form = tuple[int, int, int, int]


class Readers:
    """Connections that read one file and cannot write it. Threads may share this, each lends its own connection."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._idle: list[tuple[_Form, Reader]] = []
        self._keeps = False

    def keep(self) -> None:
        """From now on keep connections for the next reader, until :meth:`close`."""
        self._keeps = True

    def close(self) -> None:
        """Close those that nobody reads through just now."""
        with self._lock:
            idle, self._idle = self._idle, []
        for _, db in idle:
            db.close()

    @contextmanager
    def one(self) -> Iterator[Reader]:
        """A connection that is nobody else's, in one read transaction; ``query_only`` so that it cannot write."""
        form = self._form() if self._keeps else None
        db = self._taken(form)
        try:
            if db is None:
                db, form = self._opened(form)
                db.execute("PRAGMA query_only = ON")
            db.execute("BEGIN")
            try:
                yield db
            finally:
                if db.in_transaction:  # SQLite ends it by itself where it meets damage
                    db.execute("ROLLBACK")
        except BROKEN as error:
            form = None
            raise outside(self._path, error) from error
        finally:
            if db is not None and not self._given_back(form, db):
                db.close()

    def _form(self) -> _Form | None:
        """What tells that the file is the one a connection was opened on: another in its place, or other bytes in it,
        must not be read through what SQLite remembers of the old one."""
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns

    def _taken(self, form: _Form | None) -> Reader | None:
        taken, stale = None, []
        with self._lock:
            while taken is None and self._idle:
                of, db = self._idle.pop()
                if of == form:
                    taken = db
                else:
                    stale.append(db)
        for db in stale:
            db.close()
        return taken

    def _given_back(self, form: _Form | None, db: Reader) -> bool:
        if not self._keeps or form is None or db.in_transaction:
            return False
        with self._lock:
            self._idle.append((form, db))
        return True

    def _opened(self, form: _Form | None) -> tuple[Reader, _Form | None]:
        """A new connection, and what to keep it under; None where it cannot be kept.

        Even readers of a WAL database make files beside it. Who cannot (another user, a full or read-only disk)
        reads the file as it lies, where nobody has left anything to be added to it.
        """
        address = self._path.absolute().as_uri()
        db = _connected(f"{address}?mode=rwc")
        try:
            db.execute("SELECT 1 FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            db.close()
            if getattr(error, "sqlite_errorcode", 0) & 0xFF in _LATER:
                raise
            # A writer that closes meanwhile takes the file away: then nothing is to be added.
            log = self._path.with_name(f"{self._path.name}-wal")
            with suppress(FileNotFoundError):
                if not log.is_dir() and log.stat().st_size:
                    raise
            return _connected(f"{address}?immutable=1"), None
        except BaseException:
            db.close()
            raise
        return db, form


def _connected(address: str) -> Reader:
    """A connection that threads may use one after the other."""
    return sqlite3.connect(
        address, uri=True, timeout=BUSY_S, isolation_level=None, check_same_thread=False, factory=Reader
    )


def outside(path: Path, error: Exception) -> OutsideServiceError:
    """The error of ours for one of SQLite's."""
    if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return damaged(f"{path} ({error})")
    return OutsideServiceError(
        f"serving store {path}: {error}", fix="check free space and permissions of its folder, then run again."
    )
