"""Every kind of evidence can be said and checked again; the SQL parses and binds over the views."""

from __future__ import annotations

import re
from datetime import date

import duckdb
import pytest

from features.evidence.proof import Bounds, recheck_sql
from features.evidence.registry import KINDS
from features.evidence.sql import quoted
from features.lists.params import ListParams
from features.measurement import MeasurementPolicy
from features.words.facts.claims import claim
from schemas import TABLES

ROW = {
    "user_id": "u'1", "track_id": "t1", "subject": "t2", "subject_too": None, "value": 92.0, "value_high": 118.0,
    "song_value": 104.5,
    "song_text": "D minor", "unit": "BPM",
}  # fmt: skip


@pytest.fixture(scope="module")
def warehouse() -> duckdb.DuckDBPyConnection:
    """Empty tables of every contract."""
    db = duckdb.connect()
    for name, table in TABLES.items():
        empty = table.empty().to_arrow()
        db.register("empty", empty)
        db.execute(f"CREATE TABLE {name} AS SELECT * FROM empty")
    return db


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_words_and_a_query(kind: str, warehouse: duckdb.DuckDBPyConnection) -> None:
    row = ROW | {"kind": kind}
    assert claim(row, {"t2": "Slow Tide"})
    warehouse.execute(recheck_sql(row, "u'1", date(2026, 11, 20), Bounds(ListParams(), MeasurementPolicy()))).fetchall()


def test_numbers_and_titles_are_filled_in() -> None:
    assert claim(ROW | {"kind": "tempo_band"}, {}) == "tempo 104.5 BPM lies in the listener's band 92–118 BPM"
    assert "Slow Tide" in claim(ROW | {"kind": "similar_track"}, {"t2": "Slow Tide"})


def test_genres_and_keys_are_said_as_people_write_them() -> None:
    assert "genre city pop: 92 of 118 plays" in claim(ROW | {"kind": "genre_share", "subject": "city_pop"}, {})
    assert "genre bossa nova" in claim(ROW | {"kind": "catalogue_pick", "subject": "bossa_nova"}, {})
    assert "key Db major: 92 of" in claim(ROW | {"kind": "key_match", "song_text": "C# major"}, {})


def test_claims_are_made_in_chinese_too() -> None:
    assert claim(ROW | {"kind": "key_match"}, {}, "zh").startswith("D小调：30 天里")
    assert claim(ROW | {"kind": "genre_share", "subject": "city_pop"}, {}, "zh").startswith("城市流行：30 天里")
    weather = {"kind": "weather_fit", "subject": "rain", "song_text": "calm"}
    assert claim(ROW | weather, {}, "zh") == "它的平静合得上天气：下雨"
    assert "傍晚" in claim(ROW | {"kind": "daypart_mood", "subject": "evening"}, {}, "zh")


def test_a_second_subject_is_named_where_there_is_one() -> None:
    together = ROW | {"kind": "loved_tracks_together", "value": 7, "value_high": None, "unit": "other people"}
    assert claim(together, {"t2": "Slow Tide"}) == "7 other people played it and Slow Tide, a loved track"
    both = claim(together | {"subject_too": "t3", "value_high": 6}, {"t2": "Slow Tide", "t3": "Low Sun"})
    assert both == "7 other people played it and Slow Tide, 6 it and Low Sun, loved tracks"


def test_missing_numbers_leave_no_holes() -> None:
    row = ROW | {"kind": "weather_fit", "subject": None, "value": None}
    assert claim(row, {}) == "its mood D minor fits the weather: —"


def test_quotes_are_escaped() -> None:
    assert quoted("O'Hara") == "'O''Hara'"


@pytest.mark.parametrize("kind", KINDS)
def test_of_the_account_only_city_and_consent_are_looked_at(kind: str) -> None:
    sql = KINDS[kind].proof.sql
    assert set(re.findall(r"\b[uw]\.(\w+)", sql)) <= {"user_id", "city", "personalised"}
    assert set(re.findall(r"(?:FROM|JOIN|,) (\w+) \w\b", sql)) <= {
        "taste", "affinity", "tracks", "audio_features", "emotions", "cf_neighbours", "neighbours", "popularity",
        "users", "contexts", "plays", "recent_plays",
    }  # fmt: skip
