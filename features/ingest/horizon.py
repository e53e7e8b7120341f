"""Which days are too far ahead to be true, found without a clock.

A row of a day after ``ds`` is lawful when the landing already holds later days (a backfill); it
is a mistake when nothing else happened around that day. So the newest plausible day is the last
day with real traffic that can be reached from ``ds`` without a long silence.
"""

from __future__ import annotations

from datetime import date

import polars as pl


def newest_plausible_day(days: pl.Series, ds: date, *, share: float, max_gap_days: int) -> date:
    """The newest day with at least ``share`` of the median daily plays, reached from ``ds`` by gaps no
    longer than ``max_gap_days``; ``ds`` itself when there is none.

    Args:
        days: UTC date of every play (a local date is at most a day apart), nulls ignored.
    """
    daily = days.alias("day").drop_nulls().value_counts(name="plays")
    if daily.is_empty():
        return ds
    busy = daily.filter(pl.col("plays") >= share * pl.col("plays").median())
    newest = ds
    for day in busy.filter(pl.col("day") > ds).get_column("day").sort().to_list():
        if (day - newest).days > max_gap_days:
            break
        newest = day
    return newest
