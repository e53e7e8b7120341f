"""What was asked and what it cost: a cache of answers and a spend ceiling, shared by all workers of a home."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from pathlib import Path

_TABLES = """
create table if not exists answers (key text primary key, answer text not null, tokens integer not null);
create table if not exists spend (night text primary key, tokens integer not null);
"""


class Ledger:
    """Answers by content hash, and tokens spent or reserved per night, in one SQLite file.

    Tokens are reserved before a request leaves and settled after it; a process that dies in
    between leaves its reservation standing, so the ceiling holds whatever happens.

    Args:
        path: the file; its folder is made.
        ceiling: most tokens a night may spend.
    """

    def __init__(self, path: Path, ceiling: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._ceiling, self._lock = ceiling, threading.Lock()
        self._db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        self._db.executescript(_TABLES)

    @staticmethod
    def key(*parts: str) -> str:
        return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=20).hexdigest()

    def answer(self, key: str) -> str | None:
        """The raw answer kept under this key."""
        with self._lock:
            row = self._db.execute("select answer from answers where key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def keep(self, key: str, answer: str, tokens: int) -> None:
        with self._lock:
            self._db.execute("insert or replace into answers values (?, ?, ?)", (key, answer, tokens))

    def reserve(self, night: str, tokens: int) -> bool:
        """Whether these tokens still fit under the night's ceiling; if so they are taken."""
        with self._lock:
            self._db.execute("insert or ignore into spend values (?, 0)", (night,))
            done = self._db.execute(
                "update spend set tokens = tokens + ? where night = ? and tokens + ? <= ?",
                (tokens, night, tokens, self._ceiling),
            )
            return done.rowcount == 1

    def settle(self, night: str, reserved: int, spent: int) -> None:
        """Replace a reservation by what was really spent."""
        with self._lock:
            self._db.execute("update spend set tokens = tokens + ? where night = ?", (spent - reserved, night))

    def spent(self, night: str) -> int:
        """Tokens spent or reserved in a night."""
        with self._lock:
            row = self._db.execute("select tokens from spend where night = ?", (night,)).fetchone()
        return 0 if row is None else int(row[0])

    def close(self) -> None:
        with self._lock:
            self._db.close()
