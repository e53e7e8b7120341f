"""What was asked and what it cost: paid answers, the night's ceiling and what endpoints understand.

One SQLite file for all workers of a home. A transaction survives the death of its process at any
point; only a loss of power may take the last moments with it.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from features.words.model.asking import Answer, Why
from jobs.clients.llm.wire import Capability, JsonMode, Reading, Tokens, extract

_TABLES = """
create table if not exists paid (
    key text primary key, night text not null, why text, raw text,
    tokens_in integer not null, tokens_out integer not null
);
create index if not exists paid_night on paid (night);
create table if not exists taken (night text primary key, tokens integer not null);
create table if not exists reserved (id integer primary key, night text not null, tokens integer not null);
create table if not exists counted (
    night text not null, name text not null, n integer not null, primary key (night, name)
);
create table if not exists capability (
    endpoint text not null, model text not null, said text not null, night text not null, primary key (endpoint, model)
);
"""


def at(home: Path) -> Path:
    """Where a home keeps its ledger."""
    return Path(home) / "cache" / "llm" / "ledger.sqlite"


@dataclass(frozen=True, slots=True)
class Reservation:
    """Tokens taken from a night before they are spent."""

    id: int
    night: str
    tokens: int


class Ledger:
    """Answers by content hash, tokens taken per night, counts, capabilities.

    Tokens are reserved before a request leaves and settled after it; a process that dies in
    between leaves its reservation standing, so the ceiling holds whatever happens.

    Args:
        path: the file; its folder is made.
        ceiling: most tokens a night may spend, whatever for.
        step: whose counts these are, where they are kept apart: ``reader.`` before their names.
    """

    def __init__(self, path: Path, ceiling: int, step: str = "") -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._ceiling, self._step, self._lock = ceiling, step, threading.RLock()
        self._db = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = normal")
        self._db.executescript(_TABLES)

    @staticmethod
    def key(*parts: str) -> str:
        return hashlib.blake2b("\x1f".join(parts).encode("utf-8", "replace"), digest_size=20).hexdigest()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One transaction, also across calls of this class within it by the same thread."""
        with self._lock:
            if self._db.in_transaction:
                yield self._db
                return
            self._db.execute("begin immediate")
            try:
                yield self._db
            except BaseException:
                self._db.execute("rollback")
                raise
            self._db.execute("commit")

    def answer(self, key: str, night: str) -> Answer | None:
        """The answer paid for under this key; one that was no good counts for its own night only."""
        with self._lock:
            row = self._db.execute("select night, why, raw from paid where key = ?", (key,)).fetchone()
        if row is None or (row[1] is not None and row[0] != night):
            return None
        why = None if row[1] is None else Why(row[1])
        return Answer(extract(row[2] or "") if why is None else None, why, row[2], cached=True)

    def reserve(self, night: str, tokens: int) -> Reservation | None:
        """These tokens taken from the night, or None where they no longer fit under its ceiling."""
        with self.transaction() as db:
            db.execute("insert or ignore into taken values (?, 0)", (night,))
            done = db.execute(
                "update taken set tokens = tokens + ? where night = ? and tokens + ? <= ?",
                (tokens, night, tokens, self._ceiling),
            )
            if done.rowcount != 1:
                return None
            made = db.execute("insert into reserved (night, tokens) values (?, ?)", (night, tokens))
            return Reservation(int(made.lastrowid or 0), night, tokens)

    def settle(self, held: Reservation, spent: int) -> None:
        """Replace a reservation by what was really spent; a second time changes nothing."""
        with self.transaction() as db:
            if db.execute("delete from reserved where id = ?", (held.id,)).rowcount == 1:
                change = spent - held.tokens
                db.execute("update taken set tokens = tokens + ? where night = ?", (change, held.night))

    def keep(self, key: str, night: str, reading: Reading) -> None:
        """A paid answer, also a useless one: asked again tonight it would be paid again."""
        tokens = reading.tokens or Tokens()
        row = (key, night, reading.why, reading.raw, tokens.into, tokens.out)
        with self.transaction() as db:
            db.execute(
                "insert into paid values (?, ?, ?, ?, ?, ?) on conflict (key) do update set night = excluded.night,"
                " why = excluded.why, raw = excluded.raw, tokens_in = excluded.tokens_in,"
                " tokens_out = excluded.tokens_out where paid.why is not null",
                row,
            )

    def forget(self, before: str) -> None:
        """Drop the answers of nights before this one; what they cost stays counted."""
        with self.transaction() as db:
            db.execute("delete from paid where night < ?", (before,))

    def count(self, night: str, names: Mapping[str, int] | Iterable[str]) -> None:
        """Add to the night's counts."""
        counts = Counter(names)
        with self.transaction() as db:
            db.executemany(
                "insert into counted values (?, ?, ?) on conflict do update set n = n + excluded.n",
                [(night, f"{self._step}{name}", n) for name, n in sorted(counts.items()) if n],
            )

    def capability(self, endpoint: str, model: str) -> tuple[Capability, str] | None:
        """What is known of an endpoint and since which night."""
        with self._lock:
            row = self._db.execute(
                "select said, night from capability where endpoint = ? and model = ?", (endpoint, model)
            ).fetchone()
        if row is None:
            return None
        kept: dict[str, Any] = json.loads(row[0])
        mode = JsonMode(kept.pop("rung"))  # as ledgers have called it from the first
        return Capability(json_mode=mode, **kept), str(row[1])

    def learn(self, endpoint: str, model: str, capability: Capability, night: str) -> None:
        with self.transaction() as db:
            kept = asdict(capability)
            kept["rung"] = kept.pop("json_mode")
            row = (endpoint, model, json.dumps(kept), night)
            db.execute("insert or replace into capability values (?, ?, ?, ?)", row)

    def taken(self, night: str) -> int:
        """Tokens spent or reserved in a night."""
        with self._lock:
            row = self._db.execute("select tokens from taken where night = ?", (night,)).fetchone()
        return 0 if row is None else int(row[0])

    def room(self, night: str) -> int:
        """Tokens that may still be taken from a night."""
        return max(0, self._ceiling - self.taken(night))

    def close(self) -> None:
        with self._lock:
            self._db.close()
