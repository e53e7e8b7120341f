"""Build ``home/warehouse.duckdb``: one view per table of a night, marts, all nights, and comments on every column.

The file holds no data, only views over the explicit Parquet files that the night's manifests
name, and the hashes of these. It is built aside and renamed into place, so that open readers keep the old one.
"""

from __future__ import annotations

import logging
import os
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from schemas import TABLES
from schemas.contract import Column, Table, Type
from schemas.errors import DamagedFile
from warehouse.duck.marts import ALL_NIGHTS, MARTS
from warehouse.lake.atomic import clear, disk_errors
from warehouse.lake.reader import Lake, NightView

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_log = logging.getLogger(__name__)

WAREHOUSE = "warehouse.duckdb"
NOTES = "house"
"""Schema of what the views rest on."""
FILES = f"{NOTES}.files"
_FILE_COLUMNS = {
    "view": "Name of the view.",
    "path": "Of the file, relative to the lake.",
    "sha256": "Of its bytes, as the night wrote them.",
}
_SQL_TYPES = {
    Type.STR: "VARCHAR",
    Type.BOOL: "BOOLEAN",
    Type.I32: "INTEGER",
    Type.I64: "BIGINT",
    Type.F32: "FLOAT",
    Type.F64: "DOUBLE",
    Type.DATE: "DATE",
    Type.TIMESTAMP: "TIMESTAMPTZ",
    Type.BYTES: "BLOB",
    Type.LIST_STR: "VARCHAR[]",
    Type.LIST_I32: "INTEGER[]",
    Type.LIST_F32: "FLOAT[]",
}
# Never written by a night: deliveries are files of the landing, look-backs are other nights' tables.
_NOT_STORED = re.compile(r"landing_|last_|(.+_)?history$")


def build_warehouse(home: Path, ds: date | None = None, *, unmade: Sequence[str] = ()) -> Path:
    """Build the warehouse over the newest night of the lake, counting that of ``ds`` though unfinished.

    Args:
        unmade: tables of ``ds`` that are yet to be written.

    Returns:
        The file. It shows the later of ``ds`` and the night that CURRENT names, and all nights in ``v_nights``, but
        for what is damaged of earlier ones.

    Raises:
        DamagedFile: a file of the night that it shows is gone or its bytes are others.
    """
    import duckdb

    lake = Lake(home)
    nights = dict(_finished(lake))
    if ds is not None:
        nights[ds] = lake.open_night(ds).without(*unmade)
    night = nights[max(nights)] if nights else lake.night()
    for table in night.tables:  # DuckDB looks into each file when a view is made
        night.prove(table)
    seen = [nights[day] if nights[day] is night else _sound(nights[day]) for day in sorted(nights)]
    final = home / WAREHOUSE
    with disk_errors(final), _aside(final) as aside:
        with duckdb.connect(aside) as db:
            db.begin()  # one commit: hundreds of comments would each wait for the disk
            night_views(db, night)
            _comments(db)
            _marts(db)
            _all_nights(db, seen)
            _note_files(db, night, seen)
            db.commit()
        if final.is_dir():
            clear(final)
        aside.replace(final)
    return final


@contextmanager
def _aside(final: Path) -> Iterator[Path]:
    """A name of its own for a file in the making: two may be built at once. What ended builds left goes."""
    for left in final.parent.glob(f"{final.stem}.*.building*"):
        pid = left.name.split(".")[1].split("-")[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            left.unlink(missing_ok=True)
    path = final.with_name(f"{final.stem}.{os.getpid()}-{secrets.token_hex(4)}.building")
    try:
        yield path
    finally:
        for left in final.parent.glob(f"{path.name}*"):
            left.unlink(missing_ok=True)


def _finished(lake: Lake) -> Iterator[tuple[date, NightView]]:
    """The finished nights that can be read."""
    for day in lake.nights():
        try:
            yield day, lake.night(day)
        except DamagedFile as damage:
            _log.warning("analysts' views: the night of %s is left out: %s", day, damage.message)


def _sound(night: NightView) -> NightView:
    """An earlier night without those of the tables shown for all nights that are damaged."""
    damaged = []
    for table in sorted({name for name, _ in ALL_NIGHTS.values()} & set(night.tables)):
        try:
            night.prove(table)
        except DamagedFile as damage:
            _log.warning("analysts' views: %s of %s is left out: %s", table, night.ds, damage.message)
            damaged.append(table)
    return night.without(*damaged)


def night_views(db: DuckDBPyConnection, night: NightView) -> None:
    """One view per table a night writes, over its files; without rows where the night has none."""
    for table in stored_tables():
        files = night.files(table.name) if table.name in night.tables else []
        select = (
            f"SELECT {_columns(night, table)} FROM {_files(files)}" if files else f"SELECT {_nulls(table)} WHERE false"
        )
        db.execute(f'CREATE VIEW "{table.name}" AS {select}')


def _columns(night: NightView, table: Table) -> str:
    """The contract's columns; null where it got one after this night was made."""
    stored = {name for name, _ in night.manifest(table.name).schema}
    return ", ".join(f'"{c.name}"' if c.name in stored else _null(c) for c in table.columns)


def _comments(db: DuckDBPyConnection) -> None:
    for table in stored_tables():
        _comment(db, table.name, _table_doc(table), {c.name: column_doc(c) for c in table.columns})


def _marts(db: DuckDBPyConnection) -> None:
    for mart in MARTS:
        db.execute(f"CREATE VIEW {mart.name} AS {mart.sql}")
        _comment(db, mart.name, mart.doc, mart.columns)


def _all_nights(db: DuckDBPyConnection, nights: Sequence[NightView]) -> None:
    for view, (name, doc) in ALL_NIGHTS.items():
        table = TABLES[name]
        columns = ", ".join(f'"{c.name}"' for c in table.columns)
        parts = [
            f"SELECT DATE '{night.ds}' AS ds, {columns} FROM {_files(night.files(name))}"
            for night in nights
            if name in night.tables
        ]
        nothing = f"SELECT NULL::DATE AS ds, {_nulls(table)} WHERE false"
        db.execute(f"CREATE VIEW {view} AS {' UNION ALL '.join(parts) or nothing}")
        docs = {"ds": "Listening day closed; served on the day after."}
        _comment(db, view, doc, docs | {c.name: column_doc(c) for c in table.columns})


def _note_files(db: DuckDBPyConnection, night: NightView, nights: Sequence[NightView]) -> None:
    """Which files each view reads, with their hashes: DuckDB compares nothing by itself."""
    of_views = [(table, [night]) for table in night.tables] + [
        (table, list(nights)) for table, _ in ALL_NIGHTS.values()
    ]
    names = [*night.tables, *ALL_NIGHTS]
    rows = [
        (name, part.path, part.sha256)
        for name, (table, seen) in zip(names, of_views, strict=True)
        for each in seen
        if table in each.tables
        for part in each.manifest(table).parts
    ]
    db.execute(f"CREATE SCHEMA {NOTES}")
    db.execute(f"CREATE TABLE {FILES} (view VARCHAR, path VARCHAR, sha256 VARCHAR)")
    db.execute(f"COMMENT ON TABLE {FILES} IS 'One row per view and file that it reads.'")
    for column, words in _FILE_COLUMNS.items():
        db.execute(f"COMMENT ON COLUMN {FILES}.{column} IS {_text(words)}")
    db.executemany(f"INSERT INTO {FILES} VALUES (?, ?, ?)", rows)


def stored_tables() -> list[Table]:
    """Every table a night writes."""
    return [t for t in TABLES.values() if not _NOT_STORED.match(t.name)]


def column_doc(column: Column) -> str:
    """The column's sentence with its unit, range or values."""
    parts = [column.doc]
    if column.unit:
        parts.append(f"[{column.unit}]")
    elif column.range and column.range[1] <= 1:
        parts.append(f"[{column.range[0]:g}..{column.range[1]:g}]")
    if column.values:
        parts.append(f"One of: {', '.join(column.values)}.")
    return " ".join(parts)


def _table_doc(table: Table) -> str:
    return f"{table.grain.capitalize()}. {table.doc}".strip()


def _comment(db: DuckDBPyConnection, view: str, doc: str, columns: dict[str, str]) -> None:
    db.execute(f'COMMENT ON VIEW "{view}" IS {_text(doc)}')
    for name, words in columns.items():
        db.execute(f'COMMENT ON COLUMN "{view}"."{name}" IS {_text(words)}')


def _files(files: Sequence[Path]) -> str:
    # Hive inference is off: a folder ds=2026-03-01 would become a column of its own.
    listed = ", ".join(_text(str(path.resolve())) for path in files)
    return f"read_parquet([{listed}], hive_partitioning = false)"


def _nulls(table: Table) -> str:
    return ", ".join(map(_null, table.columns))


def _null(column: Column) -> str:
    return f'NULL::{_SQL_TYPES[column.type]} AS "{column.name}"'


def _text(words: str) -> str:
    return "'" + words.replace("'", "''") + "'"
