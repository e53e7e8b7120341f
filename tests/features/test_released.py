"""A date known to the year is told as the year, and is no day."""

from __future__ import annotations

from datetime import date

import polars as pl

from features.released import release_day, release_told

DAY = date(2019, 1, 1)


def test_dates_are_told_as_exactly_as_they_are_known() -> None:
    precisions = ["day", "month", "year", None, None]
    tracks = pl.DataFrame({"release_date": [*[DAY] * 4, None], "release_precision": precisions})
    found = tracks.select(day=release_day(), told=release_told())
    assert found["day"].to_list() == [DAY, None, None, DAY, None]
    assert found["told"].to_list() == ["2019-01-01", "2019-01", "2019", "2019-01-01", None]
