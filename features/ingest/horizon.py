"""Which days are too far ahead to be true, found without a clock.

A row of a day after ``ds`` is lawful when the landing already holds later days (a backfill); it
is a mistake when nothing else happened around that day. So the newest plausible day is the last
day of the last stretch of days with real traffic. A stretch that follows without a long silence is
real, one after a pause only if it holds a few such days: people stop for a year and come back, a
wrong clock writes a row or a day.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

_LIVED_DAYS = 3


def newest_plausible_day(days: pl.Series, ds: date, *, share: float, max_gap_days: int) -> date:
    """The newest day of a real stretch of days with at least ``share`` of the median daily plays; ``ds`` itself
    when there is none.

    Args:
        days: UTC date of every play (a local date is at most a day apart), nulls ignored.
        max_gap_days: longest silence within a stretch.
    """
    daily = days.alias("day").drop_nulls().value_counts(name="plays")
    if daily.is_empty():
        return ds
    busy = daily.filter(pl.col("plays") >= share * pl.col("plays").median())
    ahead = busy.filter(pl.col("day") > ds).sort("day")
    silence = pl.col("day") - pl.col("day").shift(fill_value=ds)
    after_pause = silence > timedelta(days=max_gap_days)
    stretches = ahead.group_by(after_pause.cum_sum().alias("stretch"), maintain_order=True).agg(
        pl.col("day").last().alias("end"), pl.len().alias("days")
    )
    lived = (pl.col("stretch") == 0) | (pl.col("days") >= _LIVED_DAYS)
    ends = stretches.filter(lived).get_column("end")
    newest = ends.max()
    return newest if isinstance(newest, date) else ds
