"""Which listens are new does not depend on how many are compared at a time."""

from __future__ import annotations

import polars as pl
import pytest

from features.ingest.listens import plays

SECOND, START = 1_000_000, 1_790_000_000_000_000


def listens() -> pl.DataFrame:
    """Forty listens of seven songs by two people, each told again two seconds later."""
    rows = [
        (START + n * 300 * SECOND + late * 2 * SECOND, f"t{n % 7}", f"n{n % 7}", None, None, 0, f"u{n % 2}")
        for n in range(40)
        for late in range(2)
    ]
    schema = {
        "at_us": pl.Int64, "track_id": pl.String, "names_id": pl.String, "heard_s": pl.Float32, "skipped": pl.Boolean,
        "source": pl.Int32, "user_id": pl.String,
    }  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_listens_are_new_whatever_part_of_the_songs_is_compared_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    heard = listens()
    songs = pl.DataFrame(
        {"names_id": [f"n{n}" for n in range(7)], "length_s": pl.Series([200.0] * 7, dtype=pl.Float32)}
    )
    known = heard.head(20).select(
        "user_id", pl.from_epoch("at_us", time_unit="us").dt.replace_time_zone("UTC").alias("played_at"),
        song="names_id", source=pl.lit("plays/x.parquet"), heard_s="heard_s", length_s=pl.lit(200.0, pl.Float32),
    )  # fmt: skip
    found = []
    for part in (1_000_000, 3):
        monkeypatch.setattr(plays, "_PART_ROWS", part)
        found.append(plays.new_plays(heard, songs, known, 60.0, 30.0))
    for new in found:
        assert (new.rows.height, new.told_twice, new.already_there) == (30, 40, 10)
    whole, parted = (new.rows.sort("played_at") for new in found)
    assert whole.equals(parted)
