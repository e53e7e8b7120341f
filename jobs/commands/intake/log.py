"""A log of ids only into a landing: written as an ordinary delivery, and taken as one."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from features.ingest.log import LOG_COLUMNS, SONG_COLUMNS, first_days, named, plays_of, tracks_of
from jobs.commands.intake.deliveries import take_delivery
from jobs.commands.intake.listens import Newcomer
from jobs.run.landing import landing_writer
from schemas.delivery import refuse_sensitive
from schemas.errors import ContractError, UsageError
from warehouse.landing.landing_writer import LandingWriter, slug


def take_log(home: Path, path: Path, tracks: Path | None, newcomer: Newcomer) -> dict[str, Any]:
    """Plays of ``path``, with listeners and songs that the landing lacks; read twice it is there once.

    Args:
        path: columns user, track, ts.
        tracks: columns track, artist.
        newcomer: settings of listeners who are new here.

    Raises:
        ContractError: a file is none, lacks a column, or holds no usable row; nothing was taken then.
    """
    log = _read(path, LOG_COLUMNS)
    songs = _read(tracks, SONG_COLUMNS) if tracks else pl.DataFrame(schema=dict.fromkeys(SONG_COLUMNS, pl.String))
    plays = plays_of(log)
    name = f"log-{slug(path.stem)}"
    landing = landing_writer(home)
    tables = {
        "tracks": _lacking(landing, tracks_of(plays, songs, newcomer.timezone), "tracks", name),
        "users": _lacking(landing, _listeners(plays, newcomer), "users", name),
        "plays": plays,
    }
    with tempfile.TemporaryDirectory() as folder:
        for table, rows in tables.items():
            if rows.height or table == "plays":
                (Path(folder) / table).mkdir()
                rows.write_parquet(Path(folder) / table / f"{name}.parquet")
        try:
            taken = take_delivery(home, Path(folder), None)
        except ContractError as error:
            told = error.message.replace(str(Path(folder) / "plays" / f"{name}.parquet"), str(path))
            raise ContractError(told.replace(folder, str(path)), error.fix) from None
    taken["first_refused"] = [line.replace(f"plays/{name}.parquet", path.name) for line in taken["first_refused"]]
    return taken


def _listeners(plays: pl.DataFrame, newcomer: Newcomer) -> pl.DataFrame:
    """A row of ``users`` per listener of the log."""
    rows = [newcomer.row(user, day) for user, day in first_days(plays, "user_id", newcomer.timezone).iter_rows()]
    return pl.DataFrame(rows, schema_overrides={"created_on": pl.Date})


def _lacking(landing: LandingWriter, rows: pl.DataFrame, table: str, name: str) -> pl.DataFrame:
    """Rows whose key no other file of the landing holds: settings and titles told elsewhere stay."""
    key = f"{table[:-1]}_id"
    own = rf"^{table}/{name}(~\d+)?\.parquet$"
    elsewhere = landing.known(table, where=~pl.col("source_file").str.contains(own))
    return rows.join(elsewhere.select(key), on=key, how="anti", maintain_order="left") if rows.height else rows


def _read(path: Path, columns: Mapping[str, tuple[str, ...]]) -> pl.DataFrame:
    """The wanted columns of a CSV or Parquet file."""
    if not path.is_file() or path.suffix not in (".csv", ".parquet"):
        what = "is no CSV or Parquet file" if path.exists() else "does not exist"
        raise UsageError(f"{path}: {what}", fix=f"give a table with the columns {', '.join(columns)}.")
    try:
        if path.suffix == ".parquet":
            rows = pl.read_parquet(path, hive_partitioning=False)
        else:
            rows = pl.read_csv(path, infer_schema=False, truncate_ragged_lines=True)
    except (pl.exceptions.PolarsError, OSError) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise ContractError(f"{path}: not readable: {first}", fix="write it again as UTF-8 CSV or Parquet.") from None
    refuse_sensitive("plays", rows.columns, file=str(path))
    return named(rows, columns, str(path))
