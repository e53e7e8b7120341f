"""What is popular now, here and everywhere."""

from __future__ import annotations

from datetime import date

import polars as pl

from schemas import TABLES
from schemas.collaborative import EVERYWHERE

RECENT_DAYS = 30  # days in which a listener counts among those of today
_MICRO = 1_000_000  # sums of integers do not depend on their order


def popularity(affinity: pl.DataFrame, users: pl.DataFrame, ds: date, half_life_days: float) -> pl.DataFrame:
    """One row per place and track (contract ``popularity``).

    A listener counts once per track, by the age of their last play that was not skipped,
    halving every ``half_life_days``. Listeners who opted out of personalisation are not counted.

    Args:
        affinity: the contract of this name, for the last play of each pair that was not skipped.
        users: contract ``users``; its ``city`` is the place, besides everywhere.
        ds: the day at which a play has age 0.
        half_life_days: days.
    """
    counted = users.filter("personalised").select("user_id", "city")
    last = affinity.select("user_id", "track_id", "last_heard").drop_nulls()
    age = (pl.lit(ds) - pl.col("last_heard")).dt.total_days().clip(0)
    faded = (_MICRO * 0.5 ** (age / half_life_days)).round().cast(pl.Int64)
    known = last.join(counted, on="user_id").with_columns(micro=faded, recent=age < RECENT_DAYS)
    sums = pl.col("micro").sum(), pl.col("recent").sum().alias("listeners")
    everywhere = known.group_by("track_id").agg(*sums).select(pl.lit(EVERYWHERE).alias("place"), pl.all())
    local = known.filter(pl.col("city") != EVERYWHERE).group_by(place="city", track_id="track_id").agg(*sums)
    total = pl.concat([everywhere, local])
    ranked = total.sort("place", pl.col("micro"), "track_id", descending=[False, True, False]).with_columns(
        score=pl.col("micro") / _MICRO, rank=pl.int_range(1, pl.len() + 1).over("place")
    )
    return TABLES["popularity"].frame(ranked.sort("place", "track_id"))
