"""What is popular now, here and everywhere."""

from __future__ import annotations

from datetime import date

import polars as pl

from schemas import TABLES

EVERYWHERE = "*"
RECENT_DAYS = 30  # days in which a listener counts among those of today
_MICRO = 1_000_000  # sums of integers do not depend on their order


def popularity(plays: pl.DataFrame, users: pl.DataFrame, ds: date, half_life_days: float) -> pl.DataFrame:
    """One row per place and track (contract ``popularity``).

    A listener counts once per track, by the age of their last play that was not skipped,
    halving every ``half_life_days``. Listeners who opted out of personalisation are not counted.

    Args:
        plays: contract ``plays``, nothing after ``ds``.
        users: contract ``users``; its ``city`` is the place, besides everywhere.
        ds: the day at which a play has age 0.
        half_life_days: days.
    """
    counted = users.filter("personalised").select("user_id", "city")
    last = plays.filter(~pl.col("skipped")).group_by("user_id", "track_id").agg(pl.col("local_date").max())
    age = (pl.lit(ds) - pl.col("local_date")).dt.total_days().clip(0)
    faded = (_MICRO * 0.5 ** (age / half_life_days)).round().cast(pl.Int64)
    known = last.join(counted, on="user_id").with_columns(micro=faded, recent=age < RECENT_DAYS)
    everywhere = known.select(pl.lit(EVERYWHERE).alias("place"), "track_id", "micro", "recent")
    local = known.filter(pl.col("city").is_not_null()).select(
        pl.col("city").alias("place"), "track_id", "micro", "recent"
    )
    grouped = pl.concat([everywhere, local]).group_by("place", "track_id")
    total = grouped.agg(pl.col("micro").sum(), listeners=pl.col("recent").sum())
    ranked = total.sort("place", pl.col("micro"), "track_id", descending=[False, True, False]).with_columns(
        score=pl.col("micro") / _MICRO, rank=pl.int_range(1, pl.len() + 1).over("place")
    )
    return TABLES["popularity"].frame(ranked.sort("place", "track_id"))
