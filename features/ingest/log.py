"""A log of ids only (user, track, moment) as the tables of an ordinary delivery.

Nothing is known of such songs but a number and whose they are, so a title says the number and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from schemas.errors import ContractError

LOG_COLUMNS: dict[str, tuple[str, ...]] = {
    "user": ("user", "user_id", "listener"),
    "track": ("track", "track_id", "item"),
    "ts": ("ts", "timestamp", "played_at"),
}
"""Columns of a log and the names they may have."""
SONG_COLUMNS: dict[str, tuple[str, ...]] = {"track": LOG_COLUMNS["track"], "artist": ("artist", "artist_id")}
SONG_DAY = ("added_on", "date", "day")
"""Names that a column may have which says from which day on a song was there; none need be."""
_SECONDS = (10**8, 4 * 10**9)  # 1973 to 2096: milliseconds and counters are no moments
_ISO = "%Y-%m-%dT%H:%M:%S%.6fZ"


def named(rows: pl.DataFrame, columns: Mapping[str, tuple[str, ...]], file: str) -> pl.DataFrame:
    """The wanted columns under their own names; ids as text.

    Raises:
        ContractError: one is missing.
    """
    found = {}
    for column, names in columns.items():
        name = next((n for n in names if n in rows.columns), None)
        if name is None:
            raise ContractError(
                f"{file}: column {column!r} is missing; the file has {', '.join(map(repr, rows.columns)) or 'none'}",
                fix=f"name one of its columns {' or '.join(names)}.",
            )
        found[column] = name
    return rows.select(
        pl.col(name).alias(column) if column == "ts" else pl.col(name).cast(pl.String).alias(column)
        for column, name in found.items()
    )


def with_days(songs: pl.DataFrame) -> pl.DataFrame:
    """Add ``day``: from which day on a song was there, as text; null where the file has no such column."""
    name = next((n for n in SONG_DAY if n in songs.columns), None)
    if name is None:
        return songs.with_columns(day=pl.lit(None, pl.String))
    said = pl.col(name).dt.date() if isinstance(songs.schema[name], pl.Datetime) else pl.col(name)
    return songs.with_columns(day=said.cast(pl.String).str.strip_chars())


def plays_of(log: pl.DataFrame) -> pl.DataFrame:
    """A play per row, in the order of the rows, bad ones among them: whoever reads the delivery tells which and why.

    Args:
        log: ``user``, ``track``, ``ts`` (seconds since 1970, or a moment, or ISO 8601).
    """
    return log.select(
        user_id="user",
        track_id="track",
        played_at=_moment(log.schema["ts"]),
        listened_s=pl.lit(0.0, pl.Float32),
        measured=pl.lit(False),
    )


def _moment(dtype: pl.DataType) -> pl.Expr:
    """Moments as the landing reads them; what is no moment stays as it was written."""
    if dtype.is_temporal():
        return pl.col("ts")
    seconds = pl.col("ts").cast(pl.Float64, strict=False)
    told = pl.from_epoch((seconds * 10**6).cast(pl.Int64, strict=False), time_unit="us").dt.strftime(_ISO)
    return pl.when(seconds.is_between(*_SECONDS)).then(told).otherwise(pl.col("ts").cast(pl.String))


def moments(plays: pl.DataFrame) -> pl.Expr:
    """When each play was, in UTC; null where its moment cannot be read."""
    moment, dtype = pl.col("played_at"), plays.schema["played_at"]
    if dtype == pl.String:
        return moment.str.to_datetime("%+", time_unit="us", time_zone="UTC", strict=False)
    if getattr(dtype, "time_zone", None) is None:
        return moment.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return moment


def first_days(plays: pl.DataFrame, by: str, timezone: str) -> pl.DataFrame:
    """``by`` and ``first_day``: the day of the first play in that time zone.

    Not a day earlier: a night that knew a song before anybody played it would know what comes. One whose moments
    cannot be read has the first day of all.
    """
    local = moments(plays).min().dt.convert_time_zone(timezone).dt.date()
    first = plays.drop_nulls(by).group_by(by).agg(first_day=local).sort(by)
    return first.with_columns(pl.col("first_day").fill_null(pl.col("first_day").min()))


def tracks_of(
    plays: pl.DataFrame, songs: pl.DataFrame, timezone: str, *, known: pl.DataFrame, last: date | None
) -> pl.DataFrame:
    """A row of the catalogue per track played and per other track of ``songs``.

    A track is known from the day it says or that of its first play, whichever is earlier. Of one that nobody plays and
    that says no day it is only known that it was there in the end: on the log's last day.

    Args:
        plays: as :func:`plays_of` returns them.
        songs: ``track``, ``artist``, ``day`` (ISO 8601; other text stays, for whoever reads the delivery to tell).
        timezone: in which days are counted.
        known: ``track_id`` and ``added_on`` as an earlier reading of the log told them: a longer one sets none later.
        last: the log's last day.
    """
    told = songs.drop_nulls("track").unique("track", keep="last").rename({"track": "track_id"})
    heard = first_days(plays, "track_id", timezone)
    every = heard.join(told, on="track_id", how="full", coalesce=True).join(known, on="track_id", how="left")
    day = pl.col("day").str.to_date("%Y-%m-%d", strict=False)
    since = pl.coalesce(pl.min_horizontal("first_day", day), "added_on", pl.lit(last, pl.Date))
    unreadable = pl.when(day.is_null()).then(pl.col("day").replace("", None))
    return every.sort("track_id").select(
        "track_id",
        title=pl.format("Track {}", "track_id"),
        artist_id=pl.col("artist"),
        artist_name=pl.format("Artist {}", "artist"),
        added_on=pl.coalesce(unreadable, since.cast(pl.String)),
    )
