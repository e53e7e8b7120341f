"""Moments in each listener's own time zone."""

from __future__ import annotations

import polars as pl


def known_zones(names: pl.Series) -> list[str]:
    """Those of the distinct names that are IANA time zones, sorted."""
    return [n for n in names.drop_nulls().unique().sort().to_list() if _is_zone(n)]


def _is_zone(name: str) -> bool:
    if not name:
        return False
    try:
        pl.Series([], dtype=pl.Datetime("us", "UTC")).dt.convert_time_zone(name)
    except pl.exceptions.PolarsError:
        return False
    return True


def with_local_time(rows: pl.DataFrame, moment: str, users: pl.DataFrame) -> pl.DataFrame:
    """Add ``local_date`` and ``local_hour`` of a UTC column, daylight saving included.

    Rows are cut by time zone, so cost is one conversion per zone, whatever the number of users.
    Rows of users not in ``users`` are read as UTC.

    Args:
        moment: name of the UTC timestamp column.
        users: user_id and timezone (valid names), one row per user_id.
    """
    zone = users.select("user_id", pl.col("timezone").alias("_zone"))
    joined = rows.with_row_index("_order").join(zone, on="user_id", how="left")
    joined = joined.with_columns(pl.col("_zone").fill_null("UTC"))
    parts = []
    for part in joined.partition_by("_zone"):
        local = pl.col(moment).dt.convert_time_zone(part.item(0, "_zone"))
        parts.append(part.with_columns(local_date=local.dt.date(), local_hour=local.dt.hour().cast(pl.Int32)))
    if not parts:
        return rows.with_columns(local_date=pl.lit(None, pl.Date), local_hour=pl.lit(None, pl.Int32))
    return pl.concat(parts).sort("_order").drop("_order", "_zone")
