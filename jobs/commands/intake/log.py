"""A log of ids only into a landing: written as an ordinary delivery, and taken as one."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from features.ingest.log import LOG_COLUMNS, SONG_COLUMNS, first_days, moments, named, plays_of, tracks_of, with_days
from jobs.commands.intake.deliveries import take_delivery
from jobs.commands.intake.listens import Newcomer
from jobs.run.landing import landing_writer, limits_of, newest_local_date
from schemas.delivery import refuse_sensitive
from schemas.errors import ContractError, UsageError
from warehouse.landing.files import require_utf8
from warehouse.landing.landing_writer import LandingWriter, slug
from warehouse.landing.limits import Limits, check_lines, check_size
from warehouse.landing.parquet_file import read_unpacked


def take_log(home: Path, path: Path, tracks: Path | None, newcomer: Newcomer) -> dict[str, Any]:
    """Plays of ``path``, with listeners and songs that the landing lacks; read twice it is there once.

    Args:
        path: columns user, track, ts.
        tracks: columns track, artist and, where it is known, added_on.
        newcomer: settings of listeners who are new here.

    Raises:
        ContractError: a file is none, lacks a column, or holds no usable row; nothing was taken then.
    """
    limits = limits_of(home)
    log = named(_table(path, LOG_COLUMNS, limits), LOG_COLUMNS, str(path))
    songs = _songs(tracks, limits)
    plays = plays_of(log)
    people = _listeners(plays, newcomer)
    name = f"log-{slug(path.stem)}"
    landing = landing_writer(home)
    tables = {
        "tracks": _lacking(landing, _tracks(landing, plays, songs, people, name, newcomer), "tracks", name),
        "users": _lacking(landing, people, "users", name),
        "plays": plays,
    }
    sources = {"plays": path, "tracks": tracks or path}  # messages name what was given
    with tempfile.TemporaryDirectory() as folder:
        for table, rows in tables.items():
            if rows.height or table == "plays":
                (Path(folder) / table).mkdir()
                rows.write_parquet(Path(folder) / table / f"{name}.parquet")
        try:
            taken = take_delivery(home, Path(folder), None)
        except ContractError as error:
            told = error.message
            for table, source in sources.items():
                told = told.replace(str(Path(folder) / table / f"{name}.parquet"), str(source))
            raise ContractError(told.replace(folder, str(path)), error.fix) from None
    for table, source in sources.items():
        there = f"{table}/{name}.parquet"
        taken["first_refused"] = [line.replace(there, source.name) for line in taken["first_refused"]]
    return taken


def _songs(path: Path | None, limits: Limits) -> pl.DataFrame:
    """``track``, ``artist`` and ``day`` of a file of songs; none without one."""
    if path is None:
        return pl.DataFrame(schema=dict.fromkeys((*SONG_COLUMNS, "day"), pl.String))
    rows = with_days(_table(path, SONG_COLUMNS, limits))
    return named(rows, SONG_COLUMNS, str(path)).with_columns(rows.get_column("day"))


def _tracks(
    landing: LandingWriter,
    plays: pl.DataFrame,
    songs: pl.DataFrame,
    people: pl.DataFrame,
    name: str,
    newcomer: Newcomer,
) -> pl.DataFrame:
    """A row of ``tracks`` per song."""
    known = landing.known("tracks", where=pl.col("source_file").str.contains(_own("tracks", name)))
    dated = plays.select("user_id", played_at=moments(plays)).drop_nulls()
    last = newest_local_date(dated, people) if dated.height else None
    days = known.select("track_id", "added_on").unique("track_id", keep="first")
    return tracks_of(plays, songs, newcomer.timezone, known=days, last=last)


def _listeners(plays: pl.DataFrame, newcomer: Newcomer) -> pl.DataFrame:
    """A row of ``users`` per listener of the log."""
    rows = [newcomer.row(user, day) for user, day in first_days(plays, "user_id", newcomer.timezone).iter_rows()]
    return pl.DataFrame(rows, schema_overrides={"created_on": pl.Date})


def _lacking(landing: LandingWriter, rows: pl.DataFrame, table: str, name: str) -> pl.DataFrame:
    """Rows whose key no other file of the landing holds: settings and titles told elsewhere stay."""
    key = f"{table[:-1]}_id"
    elsewhere = landing.known(table, where=~pl.col("source_file").str.contains(_own(table, name)))
    return rows.join(elsewhere.select(key), on=key, how="anti", maintain_order="left") if rows.height else rows


def _own(table: str, name: str) -> str:
    """Pattern of the file that an earlier reading of the log made."""
    return rf"^{table}/{name}(~\d+)?\.parquet$"


def _table(path: Path, columns: Mapping[str, tuple[str, ...]], limits: Limits) -> pl.DataFrame:
    """All columns of a CSV or Parquet file."""
    if not path.is_file() or path.suffix not in (".csv", ".parquet"):
        what = "is no CSV or Parquet file" if path.exists() else "does not exist"
        raise UsageError(f"{path}: {what}", fix=f"give a table with the columns {', '.join(columns)}.")
    require_utf8(path)
    check_size(path, limits, name=str(path))
    try:
        if path.suffix == ".parquet":
            rows = read_unpacked(path, name=str(path), limits=limits)
        else:
            check_lines(path, limits, name=str(path))
            rows = pl.read_csv(path, infer_schema=False, truncate_ragged_lines=True)
    except (pl.exceptions.PolarsError, OSError) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise ContractError(f"{path}: not readable: {first}", fix="write it again as UTF-8 CSV or Parquet.") from None
    refuse_sensitive("plays", rows.columns, file=str(path))
    return rows
