"""Whether the files that a query reads are those the night wrote: DuckDB opens them by itself and compares nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.duck.build import FILES, WAREHOUSE
from warehouse.duck.marts import MARTS
from warehouse.lake.damage import read_verified

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from warehouse.lake.reader import NightView

_WORD = re.compile(r"\w+")


def prove_named(db: DuckDBPyConnection, home: Path, sql: str) -> None:
    """Read the files of every view that a query names.

    Args:
        db: the analysts' views; a file of them that was written before it noted hashes proves nothing.

    Raises:
        DamagedFile: one is gone or its bytes are others.
    """
    if not _notes(db):
        return
    named = _named(sql)
    for view, path, sha256 in db.execute(f"SELECT view, path, sha256 FROM {FILES}").fetchall():
        if view in named:
            read_verified(home / "lake", path, sha256)


def prove_night(night: NightView, statements: Iterable[str], given: Collection[str]) -> None:
    """The same of tables of one night that our own statements name, but for those that are given otherwise."""
    named = {name for sql in statements for name in _named(sql)}
    for table in sorted(named & set(night.tables) - set(given)):
        night.prove(table)


def sound_warehouse(home: Path) -> bool:
    """Whether the analysts' views can be read, and note the hashes of their files."""
    import duckdb

    try:
        with duckdb.connect(home / WAREHOUSE, read_only=True) as db:
            views = db.execute("SELECT count(*) FROM duckdb_views() WHERE NOT internal").fetchall()
            return bool(views[0][0]) and _notes(db) and bool(db.execute(f"FROM {FILES}").fetchall())
    except duckdb.Error:
        return False


def _notes(db: DuckDBPyConnection) -> bool:
    schema, table = FILES.split(".")
    found = "SELECT 1 FROM duckdb_tables() WHERE schema_name = ? AND table_name = ?"
    return db.execute(found, [schema, table]).fetchone() is not None


def _named(sql: str) -> set[str]:
    """Every word of a query that may name a view, and those that marts among them read."""
    words = set(_WORD.findall(sql.lower()))
    return words.union(*(_WORD.findall(mart.sql.lower()) for mart in MARTS if mart.name in words))
