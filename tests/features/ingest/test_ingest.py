"""Local time, repeats and the horizon on worked examples."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from features.ingest.horizon import newest_plausible_day
from features.ingest.localtime import known_zones, with_local_time
from features.ingest.repeats import near_repeat_rules, repeat_rules
from features.ingest.sieve import sieve, then
from tests.frames import rows

DAY = date(2026, 3, 10)


def moments(*pairs: tuple[str, datetime]) -> pl.DataFrame:
    schema = {"user_id": pl.String, "at": pl.Datetime("us", "UTC")}
    return pl.DataFrame({"user_id": [p[0] for p in pairs], "at": [p[1] for p in pairs]}, schema=schema)


def users(**zones: str) -> pl.DataFrame:
    return pl.DataFrame(
        {"user_id": list(zones), "timezone": list(zones.values())}, schema_overrides={"user_id": pl.String}
    )


@pytest.mark.parametrize(
    ("zone", "at", "local"),
    [
        ("Asia/Shanghai", datetime(2026, 3, 9, 16, tzinfo=UTC), (date(2026, 3, 10), 0)),
        ("America/New_York", datetime(2026, 3, 8, 6, 59, tzinfo=UTC), (date(2026, 3, 8), 1)),
        ("America/New_York", datetime(2026, 3, 8, 7, 0, tzinfo=UTC), (date(2026, 3, 8), 3)),  # clocks go forward
        ("America/New_York", datetime(2026, 11, 1, 5, 30, tzinfo=UTC), (date(2026, 11, 1), 1)),  # the first 1:30
        ("America/New_York", datetime(2026, 11, 1, 6, 30, tzinfo=UTC), (date(2026, 11, 1), 1)),  # the second
        ("Asia/Kathmandu", datetime(2026, 3, 9, 18, 14, tzinfo=UTC), (date(2026, 3, 9), 23)),
        ("Asia/Kathmandu", datetime(2026, 3, 9, 18, 15, tzinfo=UTC), (date(2026, 3, 10), 0)),
        ("Pacific/Kiritimati", datetime(2026, 3, 9, 10, tzinfo=UTC), (date(2026, 3, 10), 0)),
    ],
)
def test_local_time_follows_the_zone_and_its_summer(zone: str, at: datetime, local: tuple[date, int]) -> None:
    found = with_local_time(moments(("u", at)), "at", users(u=zone))
    assert found.select("local_date", "local_hour").row(0) == local


def test_strangers_are_read_as_utc_and_order_stays() -> None:
    at = datetime(2026, 3, 9, 23, tzinfo=UTC)
    found = with_local_time(moments(("x", at), ("a", at), ("x", at), ("b", at)), "at", users(a="Asia/Tokyo", b="UTC"))
    assert found["user_id"].to_list() == ["x", "a", "x", "b"]
    assert found["local_hour"].to_list() == [23, 8, 23, 23]
    assert with_local_time(moments(), "at", users()).columns == ["user_id", "at", "local_date", "local_hour"]


def test_zones_are_those_of_the_iana_database() -> None:
    assert known_zones(pl.Series(["UTC", "Mars/Base", None, "Asia/Tokyo", "", "UTC"])) == ["Asia/Tokyo", "UTC"]


def landing_plays(*given: tuple[str, int, float, str]) -> pl.DataFrame:
    """Plays of user u: (track, second, listened, file)."""
    start = datetime(2026, 3, 9, tzinfo=UTC)
    return rows(
        "landing_plays",
        [
            {
                "user_id": "u",
                "track_id": track,
                "played_at": start + timedelta(seconds=second),
                "listened_s": listened,
                "source_file": file,
                "source_row": number,
            }
            for number, (track, second, listened, file) in enumerate(given, start=1)
        ],
    )


def test_the_last_delivery_of_a_key_stays_repeats_are_counted_contradictions_refused() -> None:
    plays = landing_plays(("t", 0, 1.0, "b"), ("t", 0, 2.0, "a"), ("t", 0, 1.0, "b"), ("s", 0, 1.0, "a"))
    marked, rules = repeat_rules(plays, "plays")
    outcome = then(sieve(marked, "plays", []), rules)
    assert outcome.kept.select("track_id", "listened_s", "source_row").rows() == [("t", 1.0, 3), ("s", 1.0, 4)]
    assert outcome.duplicates == 1
    assert outcome.quarantine.select("reason", "source_row", "detail").rows() == [
        ("duplicate_key", 2, "contradicted by a later delivery of the same key: b row 3")
    ]


def test_near_repeats_are_one_play_only_across_deliveries() -> None:
    plays = landing_plays(
        ("t", 0, 1.0, "a"), ("t", 1, 1.0, "b"),  # one play, twice delivered
        ("t", 10, 1.0, "a"), ("t", 11, 1.0, "a"),  # two plays of one delivery
        ("t", 20, 1.0, "a"), ("t", 22, 1.0, "b"),  # two seconds apart
        ("s", 20, 1.0, "b"),  # another track
    )  # fmt: skip
    marked, rules = near_repeat_rules(plays, within_s=1.0)
    outcome = then(sieve(marked, "plays", []), rules)
    assert outcome.kept["source_row"].to_list() == [1, 3, 4, 5, 6, 7]
    assert outcome.duplicates == 1


@pytest.mark.parametrize(
    ("days", "newest"),
    [
        ([0] * 10 + [-1] * 10, 0),
        ([0] * 10 + [1] * 10 + [5] * 10, 5),  # a backfill: later days are real
        ([0] * 10 + [1] * 10 + [20] * 10 + [200] * 10, 20),  # a silence, then a broken clock
        ([-1] * 1000 + [0] * 1000 + [3], 0),  # one play in a thousand is no day
        ([], 0),
        ([-5] * 10, 0),
    ],
)
def test_the_newest_plausible_day_needs_traffic_and_no_long_silence(days: list[int], newest: int) -> None:
    dates = pl.Series("played_at", [DAY + timedelta(days=d) for d in days], dtype=pl.Date)
    found = newest_plausible_day(dates, DAY, share=0.05, max_gap_days=31)
    assert found == DAY + timedelta(days=newest)
