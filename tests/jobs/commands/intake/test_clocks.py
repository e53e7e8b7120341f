"""No moment, however far from any clock, breaks a delivery, the newest day or the ingest; what is none is refused."""

from __future__ import annotations

import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from jobs.run.landing import newest_local_date
from tests.deliveries import DS
from tests.jobs.ingested import frames, night, user
from warehouse.landing.delivery import read_delivery

pytestmark = pytest.mark.slow

ZONES = ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin", "Australia/Lord_Howe", "America/St_Johns")
DAY_US = 86_400_000_000
ANY = st.integers(-(2**63) + 1, 2**63 - 1)


def delivered(moments: list[int], unit: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Plays at these ticks of a Parquet file's clock: read rows and unreadable ones."""
    count = len(moments)
    rows = pl.DataFrame(
        {
            "user_id": [f"u{n % len(ZONES)}" for n in range(count)],
            "played_at": pl.Series(moments, dtype=pl.Int64).cast(pl.Datetime(unit)),
            "track_id": ["t0"] * count,
            "listened_s": [100.0] * count,
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plays.parquet"
        rows.write_parquet(path)
        return read_delivery(path, "plays", name="plays.parquet")


@settings(max_examples=25)
@given(
    moments=st.lists(
        st.integers(-(2**63) + 1, 2**63 - 1) | st.integers(-800_000 * DAY_US, 3_000_000 * DAY_US), max_size=8
    ),
    unit=st.sampled_from(["ms", "us", "ns"]),
)
@example(moments=[-62135596800000000, 253402300799999999, -1, 0, 253402300800000000], unit="us")
@example(moments=[1774749600000000 + 60_000_000 * n for n in range(0, 180, 30)], unit="us")  # the hour that is not
def test_a_moment_is_read_or_refused_and_breaks_nothing(moments: list[int], unit: str) -> None:
    read, unreadable = delivered(moments, unit)
    assert read.height + unreadable.height == len(moments)
    assert read.filter(pl.col("played_at").dt.year().is_between(1, 9999)).height == read.height
    people = [user(f"u{n}", timezone=zone) for n, zone in enumerate(ZONES)]
    lawful = frames()["landing_plays"].with_columns(user_id=pl.lit("u0"))
    plays = pl.concat([lawful, read])
    assert date(1, 1, 1) < newest_local_date(plays, pl.DataFrame(people)) < date(9999, 12, 31)
    rows = plays.drop("source_file", "source_row").to_dicts()
    kept = night(users=people, plays=rows)["plays"]
    assert kept["local_date"].max() == DS
    assert kept["played_at"].min() > datetime.fromisoformat("2000-01-01T00:00:00+00:00") - timedelta(days=1)
