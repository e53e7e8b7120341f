"""What the SQLite store's file has: its columns, the checksums of its rows, and what is wrong with it."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from schemas.errors import UsageError
from warehouse.serving.checksums import checksum, checksum_of_bytes
from warehouse.serving.store import StoreDamage

TABLES = ("versions", "lists", "reviews", "pointer")
APPLICATION_ID = 0x64333073  # "d30s"
_OURS = (("versions", "seq"), ("lists", "seq"), ("reviews", "seq"), ("tracks", "seq"), ("pointer", "pinned"))
_OUT_OF_REACH = {
    sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN,
}  # fmt: skip
_ROWS = {
    "lists": ("user_id", "payload"),
    "reviews": ("track_id", "language", "payload"),
    "tracks": ("track_id", "payload"),
}
_SUMMED = {
    **_ROWS,
    "versions": ("version", "ds", "state", "lists", "songs", "reviews"),
    "pointer": ("current", "pinned"),
}


class Reader(sqlite3.Connection):
    """A connection that remembers which columns it has seen: a file may come to have more, and never loses one."""

    def __init__(self, *args: Any, **how: Any) -> None:
        super().__init__(*args, **how)
        self.columns: set[tuple[str, str]] = set()


def kept(db: sqlite3.Connection) -> bool:
    """Whether the file has checksums; one written before there were any has not."""
    return has(db, "pointer", "sha256")


def has(db: sqlite3.Connection, table: str, column: str) -> bool:
    """Whether a table of the file has a column; those of older files lack some."""
    known = db.columns if isinstance(db, Reader) else set()
    if (table, column) not in known:
        known |= {(table, found[1]) for found in db.execute(f"PRAGMA table_info({table})")}
    return (table, column) in known


def require_ours(db: sqlite3.Connection, path: Path) -> set[str]:
    """The names of the file's tables, none in one that is new.

    Raises:
        UsageError: it is a file of another application. One of ours from before it was marked is known by its tables.
    """
    names = {row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    mark = db.execute("PRAGMA application_id").fetchone()[0]
    ours = mark == APPLICATION_ID or any(has(db, *column) for column in _OURS)
    if not ours and (names or mark):
        tables = f"tables {', '.join(sorted(names)[:5])}" if names else "it has no tables"
        raise UsageError(
            f"serving store {path}: this is a SQLite file of another application ({tables})",
            fix="name a file of its own in setting `[serving] url`, e.g. sqlite:///serving/serving.sqlite.",
        )
    return names


def add_columns(db: sqlite3.Connection) -> None:
    """Mark the file as ours; give one from before there were checksums, days rolled back, tracks or announcements their
    columns, its rows checksums of what they hold now, and one without a pointer the pointer to nothing."""
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    if not has(db, "pointer", "rolled_back"):
        db.execute("ALTER TABLE pointer ADD COLUMN rolled_back TEXT NOT NULL DEFAULT ''")
    if not has(db, "versions", "tracks"):
        db.execute("ALTER TABLE versions ADD COLUMN tracks INTEGER NOT NULL DEFAULT 0")
    if not has(db, "versions", "announced"):
        db.execute("ALTER TABLE versions ADD COLUMN announced TEXT NOT NULL DEFAULT ''")
    if not kept(db):
        db.create_function("checksum_of", -1, checksum)
        name = "(SELECT version FROM versions v WHERE v.seq = {}.seq)"
        for table, columns in _SUMMED.items():
            if has(db, table, "sha256"):  # younger than checksums
                continue
            version = [name.format(table)] if table in _ROWS else []
            sound = "WHERE json_valid(payload)" if table in _ROWS else ""  # what is no JSON any more stays without
            db.execute(f"ALTER TABLE {table} ADD COLUMN sha256 TEXT NOT NULL DEFAULT ''")
            db.execute(f"UPDATE {table} SET sha256 = checksum_of({', '.join([*version, *columns])}) {sound}")
    # None where a writer was here before: what its row says is proved, not made anew.
    db.execute("INSERT OR IGNORE INTO pointer (one, sha256) VALUES (1, ?)", (checksum(None, None),))


def damaged_rows(db: sqlite3.Connection, number: int, version: str, counts: dict[str, int]) -> list[StoreDamage]:
    """What of the rows of a version is damaged or missing.

    Args:
        counts: how many rows of each table it was sealed with.
    """
    found = []
    for table, columns in _ROWS.items():
        if not has(db, table, "payload"):  # of a file from before there was this table
            there, wrong = 0, 0
        else:
            there, wrong = _rows(db, number, version, table, columns)
        if wrong or there != counts[table]:
            what = f"{table}: {wrong} of {there} rows have other bytes, {counts[table]} were published"
            found.append(StoreDamage(version, what))
    return found


def _rows(db: sqlite3.Connection, number: int, version: str, table: str, columns: tuple[str, ...]) -> tuple[int, int]:
    """How many rows of a version a table has, and how many of them are not what was written.

    As bytes, one at a time: a damaged text need not be UTF-8, and a version need not fit into memory.
    """
    told = "sha256" if kept(db) else "NULL"
    bytes_of = ", ".join(f"CAST({column} AS BLOB)" for column in columns)
    keys = " AND ".join(f"{key} = CAST(? AS TEXT)" for key in columns[:-1])
    there = wrong = 0
    for *values, sha256 in db.execute(f"SELECT {bytes_of}, {told} FROM {table} WHERE seq = ?", (number,)):
        there += 1
        wrong += sha256 is not None and sha256 != checksum_of_bytes(version.encode(), *values)
        found = db.execute(f"SELECT 1 FROM {table} WHERE seq = ? AND {keys}", (number, *values[:-1]))
        wrong += found.fetchone() is None  # as an app looks it up
    return there, wrong


def broken_file(db: sqlite3.Connection) -> str:
    """What SQLite itself finds wrong with the file; empty where nothing is."""
    found = [str(row[0]).splitlines()[0] for row in db.execute("PRAGMA integrity_check(3)")]
    return "" if found == ["ok"] else "; ".join(found)


def out_of_reach(error: BaseException | None) -> bool:
    """Whether an error says that a file cannot be looked at just now, which says nothing of what it holds."""
    return (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _OUT_OF_REACH
