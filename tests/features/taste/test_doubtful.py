"""Counts that a misspelt play may belong to are left out: of artists, loops, genres, tempos."""

from __future__ import annotations

import polars as pl

from features.measurement import MeasurementPolicy
from features.taste.inputs import TasteInputs
from features.taste.recent import recent_plays
from features.taste.times import loops, rotation
from features.taste.weights import weigh_plays
from tests.features.taste.test_affinity import NIGHT, PARAMS, play
from tests.frames import rows

TRACKS = rows(
    "tracks",
    [
        {"track_id": "a", "artist_id": "A", "artist_name": "Ann", "genre": "rock"},
        {"track_id": "b", "artist_id": "B", "artist_name": "Bo", "genre": "folk"},
        {"track_id": "x", "artist_id": "X", "artist_name": "Amn", "near_track_ids": ["a"]},
    ],
)
SURE = TRACKS.with_columns(near_track_ids=pl.lit(None, pl.List(pl.String)))


def weighed(*plays):
    return weigh_plays(rows("plays", list(plays)), PARAMS, NIGHT)


def loop(track, times, age=0):
    return [play(track, age, minute) for minute in range(times)]


def test_an_artist_who_may_have_a_play_more_is_in_no_rotation():
    plays = weighed(*loop("a", 5), *loop("b", 3, age=1), play("x", age=2))
    assert rotation(plays, SURE, PARAMS)["artist_ids"].to_list() == [["A", "B", "X"]]
    assert rotation(plays, TRACKS, PARAMS)["artist_ids"].to_list() == [["B", "X"]]


def test_loops_are_told_where_no_misspelt_play_makes_one_more():
    none = rows("affinity", [])
    plays = weighed(*loop("b", 3), play("a", age=1), play("x", age=2))
    assert loops(plays, none, TRACKS, PARAMS)["looped_track_ids"].to_list() == [["b"]]
    more = pl.concat([plays, weighed(play("a", age=3))])
    assert loops(more, none, TRACKS, PARAMS).is_empty()
    assert loops(more, none, SURE, PARAMS)["looped_track_ids"].to_list() == [["b"]]


def counted(tracks, plays):
    sound = [
        {"track_id": i, "tempo_bpm": bpm, "tempo_confidence": 1.0, "key_confidence": 0.0}
        for i, bpm in (("a", 100.0), ("b", 120.0))
    ]
    empty = {name: rows(name, []) for name in ("plays", "feedback", "emotions", "text_vectors", "contexts")}
    users = rows("users", [{"user_id": "u", "personalised": True}])
    inputs = TasteInputs(users=users, tracks=tracks, audio_features=rows("audio_features", sound), **empty)
    found = recent_plays(plays.with_columns(kind=pl.lit(0)), inputs, MeasurementPolicy()).filter(
        pl.col("measure").is_in(["genre", "tempo", "artist"])
    )
    return sorted(found.select("measure", "item", "plays").rows())


def test_genres_and_tempos_told_in_groups_fall_silent_together_and_only_while_the_play_is_recent():
    plays = [*loop("a", 3), *loop("b", 2, age=1)]
    sure = [("artist", "A", 3), ("artist", "B", 2), ("genre", "folk", 2), ("genre", "rock", 3)]
    sure += [("tempo", "100", 3), ("tempo", "120", 2)]
    assert counted(SURE, weighed(*plays)) == sure
    assert counted(TRACKS, weighed(*plays, play("x", age=40))) == sure
    assert counted(TRACKS, weighed(*plays, play("x", age=4))) == [("artist", "B", 2), ("artist", "X", 1)]
