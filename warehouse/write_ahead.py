"""SQLite files that several processes write: the write-ahead log, whoever opens the file first."""

from __future__ import annotations

import sqlite3
import time

_LOOK_AGAIN_S = 0.01


def use_write_ahead_log(db: sqlite3.Connection, wait_s: float) -> None:
    """Keep the file's changes in a write-ahead log, so that readers and one writer never wait for each other.

    A connection's own ``timeout`` does not hold for this: where two open a new file at once, SQLite tells one of them
    at once that it is locked (https://sqlite.org/wal.html).

    Raises:
        sqlite3.OperationalError: the file stays locked for ``wait_s`` seconds, or is not to be written.
    """
    until = time.monotonic() + wait_s
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                raise
        time.sleep(_LOOK_AGAIN_S)
