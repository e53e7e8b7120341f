"""What kind of day it is for a listener: weekday and, where their city's calendar says so, holiday and festival.

A workday is the plain case. A Saturday, a Sunday or a public holiday is a day off; a holiday and
a festival add something of their own. Weekends worked by decree are not in the calendar: they
count as days off.
"""

from __future__ import annotations

import numpy as np
import polars as pl

EFFECTS = ("day_off", "holiday", "festival")
"""What sets a day apart from a workday; a kind is the sum of their bits, 0 for a plain workday."""
KINDS = 1 << len(EFFECTS)
DESIGN = np.array([[kind >> place & 1 for place in range(len(EFFECTS))] for kind in range(KINDS)], np.float32)
"""Which effects a kind of day has [shape=(kinds, effects)]."""
_SATURDAY = 6


def with_kinds(days: pl.DataFrame, users: pl.DataFrame, contexts: pl.DataFrame) -> pl.DataFrame:
    """``days`` with the ``kind`` of each row's day for its listener; rows keep their order.

    Args:
        days: ``user_id``, ``local_date`` and what else there is.
        users: ``user_id``, ``city``; contexts: contract ``contexts``. A city or a day without a row is plain.
    """
    calendar = contexts.select("local_date", "holiday", "festival", home="city")
    known = days.join(users.select("user_id", home="city"), on="user_id", how="left", maintain_order="left").join(
        calendar, on=["home", "local_date"], how="left", maintain_order="left"
    )
    holiday = pl.col("holiday").fill_null(False)
    off = (pl.col("local_date").dt.weekday() >= _SATURDAY) | holiday
    festival = pl.col("festival").is_not_null()
    bits = [effect.cast(pl.Int64) * (1 << place) for place, effect in enumerate((off, holiday, festival))]
    return known.with_columns(kind=pl.sum_horizontal(bits)).drop("home", "holiday", "festival")
