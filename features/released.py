"""Release dates as exactly as they are known: a year is no day."""

from __future__ import annotations

import polars as pl

_FORMS = {"year": "%Y", "month": "%Y-%m"}


def release_day() -> pl.Expr:
    """The day of release of tracks where it is known to the day, else null."""
    return pl.when(pl.col("release_precision").fill_null("day") == "day").then(pl.col("release_date"))


def release_told() -> pl.Expr:
    """The date as ISO 8601 tells it: ``2019``, ``2019-03`` or ``2019-03-04``."""
    day = pl.col("release_date")
    told = day.dt.to_string("%Y-%m-%d")
    for precision, form in _FORMS.items():
        told = pl.when(pl.col("release_precision") == precision).then(day.dt.to_string(form)).otherwise(told)
    return told
