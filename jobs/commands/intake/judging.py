"""Delivered files as read, and what is told of the rows that no night would take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from features.ingest.gates import Judged, reasons
from schemas.catalogue import QUARANTINE
from schemas.errors import ContractError
from warehouse.landing.delivery import read_delivery
from warehouse.landing.limits import Limits

_SHOWN = 5
_MAX_UNREADABLE_SHARE, _FLOOR_ROWS = 0.1, 10
_FIXES = {
    "unknown_user": "deliver the users they belong to first, or both in one folder",
    "unknown_track": "deliver the tracks they belong to first, or both in one folder",
    "duplicate_key": "name the file so that it comes last in alphabetical order: of contradicting rows the last stays",
    "future_date": "deliver them together with plays of those days, or mend the dates",
    "not_json": "write one JSON object per line",
    "not_utf8": "save the file as UTF-8",
    "too_deep": "deliver plain values, or raise the setting [limits] max_nesting",
    "too_long": "shorten the cells, or raise the settings [limits]",
}
_HINTS = {  # by what the first refused row says
    "time zone": "write time zones as the IANA names them, e.g. Asia/Shanghai",
    "is no timestamp": "write times in ISO 8601 of the years 1 to 9999, e.g. 2026-03-01T20:15:00Z",
    "is no date": "write days as YYYY-MM-DD",
    "is no bool": "write true or false",
    "language =": "say in which language the texts shall be written",
}
_REFERS = {"users": "unknown_user", "tracks": "unknown_track"}


@dataclass(frozen=True, slots=True)
class Read:
    """One delivered file.

    Args:
        told: its name as the person knows it.
        frame, unreadable: its rows; their source_file is ``told``, or the name it gets in the landing.
    """

    path: Path
    table: str
    told: str
    frame: pl.DataFrame
    unreadable: pl.DataFrame
    name: str = ""

    @property
    def rows(self) -> int:
        """Rows of the file, unreadable ones among them."""
        return self.frame.height + self.unreadable.height

    def named(self, name: str) -> Read:
        """The same with the name it gets in the landing."""
        file = pl.lit(name).alias("source_file")
        return replace(
            self, name=name, frame=self.frame.with_columns(file), unreadable=self.unreadable.with_columns(file)
        )


def read_all(root: Path, files: Sequence[tuple[Path, str]], limits: Limits) -> list[Read]:
    """Every file of a delivery; raises where one is no table, or too much of it cannot be read."""
    found = []
    for path, table in files:
        told = path.relative_to(root).as_posix() if root.is_dir() else path.name
        try:
            frame, unreadable = read_delivery(path, table, name=told, limits=limits)
        except OSError as error:
            raise ContractError(f"{path}: not readable ({error.strerror})", fix="make it readable.") from error
        read = Read(path, table, told, frame, unreadable)
        _require_readable(read)
        found.append(read)
    return found


def _require_readable(read: Read) -> None:
    """Refuse a file most of which is torn: what little of it reads may not mean what it says."""
    torn = read.unreadable.height
    if torn == read.rows > 0 or (torn > _FLOOR_ROWS and torn > _MAX_UNREADABLE_SHARE * read.rows):
        raise ContractError(
            f"{read.path}: {torn:,} of {read.rows:,} rows cannot be read; first: {'; '.join(_first(read.unreadable))}",
            fix=f"{_fix(read.unreadable)}; nothing was taken.",
        )


def _fix(refused: pl.DataFrame) -> str:
    """What to do about refused rows, by their main reason and what the first of them says."""
    reason = str(refused["reason"].mode().sort().first())
    first = str(refused.filter(pl.col("reason") == reason)["detail"].first())
    hint = next((fix for words, fix in _HINTS.items() if words in first), "mend the file")
    return _FIXES.get(reason, hint)


def refused_rows(read: Sequence[Read], judged: Judged, missing: Sequence[str]) -> pl.DataFrame:
    """Quarantined rows of the delivery alone; source_file is the name a person knows it by.

    Args:
        missing: tables that nobody delivered yet; rows that refer to them may still come to be used.
    """
    waits = [reason for table, reason in _REFERS.items() if table in missing]
    told = {r.name: r.told for r in read}
    refused = pl.concat([QUARANTINE.empty(), *(o.quarantine for o in judged.outcomes.values())])
    mine = refused.filter(pl.col("source_file").is_in(list(told)), ~pl.col("reason").is_in(waits))
    named = mine.with_columns(pl.col("source_file").replace(told))
    return named.sort("source_file", "source_row", "reason")


def first_refused(refused: pl.DataFrame) -> list[str]:
    """The first refused rows, with file, row and reason."""
    return [f"{file} {words}" for file, words in zip(refused["source_file"], _first(refused), strict=False)]


def _first(refused: pl.DataFrame) -> list[str]:
    rows = refused.head(_SHOWN).iter_rows(named=True)
    return [f"row {r['source_row']} {r['reason']}: {r['detail']}" for r in rows]


def lines(read: Sequence[Read], refused: pl.DataFrame) -> list[str]:
    """What each file holds, in a line."""
    found = []
    for r in read:
        other = refused.filter(pl.col("source_file") == r.told).join(
            r.unreadable.select("source_row"), on="source_row", how="anti"
        )
        faults = other.get_column("reason").value_counts().sort("reason").rows()
        told = "".join(f", {count:,} {reason}" for reason, count in faults)
        found.append(f"{r.told}: {r.rows:,} rows of {r.table}, {r.unreadable.height:,} unreadable{told}")
    return found


def refuse_unusable(path: Path, read: Sequence[Read], refused: pl.DataFrame) -> None:
    """Refuse a delivery of which no row of a table would come into a night, or none of a file of more than a few rows.

    Args:
        path: what is delivered.
        refused: as :func:`refused_rows` gives it.
    """
    whole = [(path, table, [r for r in read if r.table == table]) for table in dict.fromkeys(r.table for r in read)]
    large = [(r.path, r.table, [r]) for r in read if r.rows > _FLOOR_ROWS]
    for where, table, files in [*large, *whole]:
        mine = refused.filter(pl.col("source_file").is_in([r.told for r in files]))
        rows = sum(r.rows for r in files)
        if mine.select("source_file", "source_row").n_unique() == rows > 0:
            raise ContractError(
                f"{where}: none of its {rows:,} rows of {table} can be used. {reasons(mine)}",
                fix=f"{_fix(mine)}; nothing was taken.",
            )
