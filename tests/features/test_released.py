"""A date known to the year is told as the year, and is no day."""

from __future__ import annotations

from datetime import date

import duckdb
import polars as pl
import pytest

from features.evidence.registry import KINDS
from features.released import release_day, release_told

DAY = date(2019, 1, 1)


def test_dates_are_told_as_exactly_as_they_are_known() -> None:
    precisions = ["day", "month", "year", None, None]
    tracks = pl.DataFrame({"release_date": [*[DAY] * 4, None], "release_precision": precisions})
    found = tracks.select(day=release_day(), told=release_told())
    assert found["day"].to_list() == [DAY, None, None, DAY, None]
    assert found["told"].to_list() == ["2019-01-01", "2019-01", "2019", "2019-01-01", None]


@pytest.mark.parametrize(("precision", "proved"), [(None, 1), ("day", 1), ("month", 0), ("year", 0)])
def test_a_fresh_release_is_proved_by_a_day_only(precision: str | None, proved: int) -> None:
    tracks = pl.DataFrame(
        {"track_id": ["t"], "release_date": [DAY], "release_precision": [precision]},
        schema_overrides={"release_precision": pl.String},
    )
    sql = KINDS["fresh_release"].proof.sql.format(track="'t'", ds="DATE '2019-01-05'", fresh_days=30)
    with duckdb.connect() as connection:
        connection.register("tracks", tracks.to_arrow())
        assert len(connection.execute(sql).fetchall()) == proved
