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
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from features.words.model.asking import Answer, Why
from jobs.clients.llm.wire import Capability, JsonMode, Reading, Tokens, extract
from schemas.errors import OutsideServiceError
from warehouse.write_ahead import use_write_ahead_log

_BUSY_S = 60.0
_TABLES = """
create table if not exists paid (
    key text primary key, night text not null, why text, raw text,
    tokens_in integer not null, tokens_out integer not null, sha256 text not null default ''
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


_SOUND = (
    "select key, night, why, raw, tokens_in, tokens_out, sha256 from paid",
    "select night, tokens from taken",
    "select id, night, tokens from reserved",
    "select night, name, n from counted",
    "select endpoint, model, said, night from capability",
)
_OUT_OF_REACH = {
    sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN,
}  # fmt: skip


def at(home: Path) -> Path:
    """Where a home keeps its ledger."""
    return Path(home) / "cache" / "llm" / "ledger.sqlite"


@contextmanager
def telling(path: Path) -> Iterator[None]:
    """What SQLite says of a ledger that is damaged or out of reach, as an error of ours; a bug of ours stays one."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        if code == sqlite3.SQLITE_ERROR:
            raise
        if code in _OUT_OF_REACH:
            fix = "check free space and permissions of its folder, then run again."
            raise OutsideServiceError(f"{path}: {error}", fix=fix) from error
        raise damaged(path, error) from error


def damaged(path: Path, why: object) -> OutsideServiceError:
    """The error of a ledger that cannot be read."""
    return OutsideServiceError(
        f"{path}: what was asked of the language model cannot be read ({why})",
        fix="move the file away and run again: its answers are asked for and paid once more, and what the night may "
        "spend is counted from nought.",
    )


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
        self._path, self._ceiling, self._step, self._lock = path, ceiling, step, threading.RLock()
        with telling(path):
            self._db = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False)
            use_write_ahead_log(self._db, _BUSY_S)
            self._db.execute("pragma synchronous = normal")
            try:
                self._make_tables()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
                    raise
                raise damaged(path, error) from error  # its tables are not those that we made

    def _make_tables(self) -> None:
        self._db.executescript(_TABLES)
        if not any(column[1] == "sha256" for column in self._db.execute("pragma table_info(paid)")):
            with suppress(sqlite3.OperationalError):  # another worker was first
                self._db.execute("alter table paid add column sha256 text not null default ''")
        for look in _SOUND:
            self._db.execute(f"{look} limit 0")

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
            with telling(self._path):
                self._db.execute("begin immediate")
                try:
                    yield self._db
                except BaseException:
                    with suppress(sqlite3.Error):  # what is damaged may not even be rolled back
                        self._db.execute("rollback")
                    raise
                self._db.execute("commit")

    def _row(self, select: str, *values: str) -> tuple[Any, ...] | None:
        """One row, as it lies."""
        with self._lock, telling(self._path):
            found: tuple[Any, ...] | None = self._db.execute(select, values).fetchone()
        return found

    def answer(self, key: str, night: str) -> Answer | None:
        """The answer paid for under this key; one that was no good counts for its own night only.

        One that is not what was kept is dropped, to be asked for again.
        """
        row = self._row("select night, why, raw, sha256 from paid where key = ?", key)
        if row is None:
            return None
        made, said, raw, told = row
        if told and told != _sum(key, made, said, raw):
            with self.transaction() as db:
                db.execute("delete from paid where key = ?", (key,))
            return None
        if said is not None and made != night:
            return None
        why = None if said is None else Why(said)
        return Answer(extract(raw or "") if why is None else None, why, raw, cached=True)

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
        told = _sum(key, night, reading.why, reading.raw)
        row = (key, night, reading.why, reading.raw, tokens.into, tokens.out, told)
        with self.transaction() as db:
            db.execute(
                "insert into paid (key, night, why, raw, tokens_in, tokens_out, sha256) values (?, ?, ?, ?, ?, ?, ?)"
                " on conflict (key) do update set night = excluded.night,"
                " why = excluded.why, raw = excluded.raw, tokens_in = excluded.tokens_in,"
                " tokens_out = excluded.tokens_out, sha256 = excluded.sha256 where paid.why is not null",
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
        row = self._row("select said, night from capability where endpoint = ? and model = ?", endpoint, model)
        if row is None:
            return None
        try:
            kept: dict[str, Any] = json.loads(row[0])
            mode = JsonMode(kept.pop("rung"))  # as ledgers have called it from the first
            return Capability(json_mode=mode, **kept), date.fromisoformat(row[1]).isoformat()
        except (ValueError, TypeError, LookupError, AttributeError):
            return None  # damaged: learned again

    def learn(self, endpoint: str, model: str, capability: Capability, night: str) -> None:
        with self.transaction() as db:
            kept = asdict(capability)
            kept["rung"] = kept.pop("json_mode")
            row = (endpoint, model, json.dumps(kept), night)
            db.execute("insert or replace into capability values (?, ?, ?, ?)", row)

    def taken(self, night: str) -> int:
        """Tokens spent or reserved in a night."""
        row = self._row("select tokens from taken where night = ?", night)
        try:
            return 0 if row is None else int(row[0])
        except ValueError as error:
            raise damaged(self._path, error) from error

    def room(self, night: str) -> int:
        """Tokens that may still be taken from a night."""
        return max(0, self._ceiling - self.taken(night))

    def close(self) -> None:
        with self._lock:
            self._db.close()


def forget_answers(path: Path) -> None:
    """Drop all answers of a ledger, if there is one: which of them tell of whom is not kept. What they cost stays."""
    if path.exists():
        with telling(path), closing(sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)) as db:
            db.execute("delete from paid")
            db.execute("vacuum")
            db.execute("pragma wal_checkpoint(truncate)")


def _sum(*values: str | None) -> str:
    """SHA-256 in hex of an answer as it is kept."""
    return hashlib.sha256(json.dumps([None if v is None else str(v) for v in values]).encode()).hexdigest()
