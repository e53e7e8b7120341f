"""Taste profiles: worked examples."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from features.measurement import MeasurementPolicy
from features.night import Night
from features.taste.weights import TasteParams
from jobs.run.body import apply
from jobs.taste import run
from schemas.sound import TEXT_DIM
from tests.frames import rows

NIGHT = Night(date(2026, 11, 20))
USERS = rows(
    "users",
    [
        {"user_id": "fan", "personalised": True, "city": "Oslo"},
        {"user_id": "new", "personalised": True},
        {"user_id": "out", "personalised": False},
    ],
)
TRACKS = rows(
    "tracks",
    [
        {"track_id": "a", "artist_id": "A", "genre": "folk", "language": "zh"},
        {"track_id": "b", "artist_id": "B", "genre": "rock", "language": "zh"},
        {"track_id": "c", "artist_id": "B", "genre": None, "language": "en"},
    ],
)


def sound(track, tempo, key, **more):
    given = {"tempo_confidence": 1.0, "key_strength": 0.9, "mode": "major", "energy": 0.5}
    return {"track_id": track, "tempo_bpm": tempo, "key": key} | given | more


AUDIO = rows("audio_features", [sound("a", 60.0, "C"), sound("b", 100.0, "D"), sound("c", 140.0, "D", energy=0.9)])
EMOTIONS = rows(
    "emotions",
    [
        {"track_id": "a", "valence": 0.5, "arousal": -0.5, "moods": ["calm", "sad"], "mood_probabilities": [0.5, 0.5]},
        {"track_id": "b", "valence": -0.5, "arousal": 0.5, "moods": ["tense"], "mood_probabilities": [1.0]},
    ],
)


# 2026-11-20 is a Friday; the Wednesday before it was a holiday in Oslo.
CONTEXTS = rows("contexts", [{"city": "Oslo", "local_date": date(2026, 11, 18), "holiday": True}])


def unit(place):
    return [1.0 if i == place else 0.0 for i in range(TEXT_DIM)]


TEXTS = rows("text_vectors", [{"track_id": t, "vector": unit(i)} for i, t in enumerate("abc")])


def plays(user, *given):
    """(track, age, local hour, how many) in turn; all completed and organic."""
    made = []
    for track, age, hour, count in given:
        day = NIGHT.ds - timedelta(days=age)
        for k in range(count):
            at = datetime(day.year, day.month, day.day, hour, k, tzinfo=UTC)
            made.append(
                {"user_id": user, "played_at": at, "track_id": track, "local_date": day, "local_hour": hour,
                 "completion": 1.0, "origin": "organic"}
            )  # fmt: skip
    return made


def taste(given, *, audio=AUDIO, user="fan"):
    tables = {
        "users": USERS, "plays": rows("plays", given), "feedback": rows("feedback", []), "tracks": TRACKS,
        "audio_features": audio, "emotions": EMOTIONS, "text_vectors": TEXTS, "contexts": CONTEXTS,
    }  # fmt: skip
    made = apply(run, tables, policy=MeasurementPolicy(), params=TasteParams(half_life_days=21.0), night=NIGHT)["taste"]
    assert made.height == 3
    return made.row(by_predicate=pl.col("user_id") == user, named=True)


def test_tempo_band_is_the_weighted_quantiles():
    row = taste(plays("fan", ("a", 0, 8, 1), ("b", 0, 9, 8), ("c", 0, 10, 1)))
    assert (row["tempo_low_bpm"], row["tempo_median_bpm"], row["tempo_high_bpm"]) == (100, 100, 100)
    wide = taste(plays("fan", ("a", 0, 8, 1), ("b", 0, 9, 1), ("c", 0, 10, 1)))
    assert (wide["tempo_low_bpm"], wide["tempo_median_bpm"], wide["tempo_high_bpm"]) == (60, 100, 140)


def test_unsure_tempi_and_keys_do_not_speak():
    unsure = rows("audio_features", [sound("a", 60.0, "C", tempo_confidence=0.1, key_strength=0.1)])
    row = taste(plays("fan", ("a", 0, 8, 6)), audio=unsure)
    assert row["tempo_median_bpm"] is None
    assert row["keys"] == []


def test_shares_fade_with_age():
    row = taste(plays("fan", ("a", 21, 8, 2), ("b", 0, 9, 1), ("c", 0, 9, 2)))
    assert row["keys"] == ["D major", "C major"]
    assert row["key_shares"] == pytest.approx([0.75, 0.25])
    assert (row["genres"], row["genre_shares"]) == (["folk", "rock"], pytest.approx([0.5, 0.5]))
    assert (row["languages"], row["language_shares"]) == (["en", "zh"], pytest.approx([0.5, 0.5]))
    assert row["energy_mean"] == pytest.approx(0.7, abs=1e-5)


def test_moods_spread_by_probability_most_first():
    row = taste(plays("fan", ("a", 0, 8, 2), ("b", 0, 9, 2)))
    assert (row["moods"], row["mood_shares"]) == (["tense", "calm", "sad"], pytest.approx([0.5, 0.25, 0.25]))


def test_dayparts_take_the_overall_mean_where_unknown():
    row = taste(plays("fan", ("a", 0, 8, 1), ("b", 0, 23, 3)))
    assert row["daypart_plays"] == [1, 0, 0, 3]
    assert row["daypart_valence"] == pytest.approx([0.5, -0.25, -0.25, -0.5])
    assert row["daypart_arousal"] == pytest.approx([-0.5, 0.25, 0.25, 0.5])
    assert row["favourite_hour"] == 23


def test_days_off_are_weekends_and_holidays():
    """a on a Friday and a Thursday, b on a Saturday and a holiday: what is heard on each kind of day."""
    row = taste(plays("fan", ("a", 0, 8, 1), ("a", 1, 8, 2), ("b", 2, 8, 2), ("b", 6, 8, 3)))
    assert row["day_kind_plays"] == [3, 5]
    assert row["day_kind_arousal"] == pytest.approx([-0.5, 0.5])
    assert row["day_kind_valence"] == pytest.approx([0.5, -0.5])
    workdays = taste(plays("fan", ("a", 0, 8, 1), ("b", 1, 8, 3)))
    assert workdays["day_kind_plays"] == [4, 0]
    assert workdays["day_kind_arousal"][1] == pytest.approx(workdays["day_kind_arousal"][0])


def test_loops_and_rotation_count_their_windows():
    given = plays("fan", ("a", 6, 8, 3), ("b", 7, 8, 5), ("c", 29, 8, 1), ("a", 30, 8, 4))
    row = taste(given)
    assert (row["looped_track_ids"], row["looped_plays"]) == (["a"], [3])
    assert (row["artist_ids"], row["artist_plays"]) == (["B", "A"], [6, 3])


def test_discovery_share_counts_plays_of_tracks_first_heard_in_two_weeks():
    row = taste(plays("fan", ("a", 20, 8, 1), ("a", 1, 8, 3), ("b", 2, 8, 1)))
    assert row["discovery_share"] == pytest.approx(0.25)


def test_text_vector_is_the_weighted_mean_of_unit_norm():
    vector = taste(plays("fan", ("a", 0, 8, 3), ("b", 0, 9, 4)))["text_vector"]
    assert vector[:3] == pytest.approx([0.6, 0.8, 0.0], abs=1e-6)


@pytest.mark.parametrize(("count", "name"), [(4, "new"), (5, "light"), (59, "light"), (60, "regular"), (600, "heavy")])
def test_history_class(count, name):
    spread = [("a", k // 60 % 60, k // 60 % 24, min(60, count - k)) for k in range(0, count, 60)]
    assert taste(plays("fan", *spread))["history_class"] == name


def test_a_new_user_has_a_row_that_knows_nothing():
    row = taste([], user="new")
    assert row["history_class"] == "new"
    assert row["text_vector"] is None
    assert row["genres"] == []
    assert row["daypart_plays"] == [0, 0, 0, 0]
    assert (row["day_kind_plays"], row["day_kind_arousal"]) == ([0, 0], [0, 0])


def test_who_opted_out_is_counted_not_profiled():
    row = taste(plays("out", ("a", 0, 8, 6)), user="out")
    assert (row["plays"], row["history_class"]) == (6, "light")
    assert row["tempo_median_bpm"] is row["text_vector"] is row["favourite_hour"] is None
    assert row["genres"] == row["keys"] == row["artist_ids"] == row["looped_track_ids"] == []
