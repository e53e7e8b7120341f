"""The emotions stage: one lawful row per track, whatever is missing."""

from __future__ import annotations

import polars as pl
from polars.testing import assert_frame_equal

from features.emotions.audio_model import shipped
from jobs.emotions import run
from schemas import TABLES
from schemas.audio import EMOTION_DIM
from tests.frames import rows

TRACKS = rows(
    "tracks",
    [
        {"track_id": "a", "genre": "rock", "language": "en", "listener_tags": ["rousing", "rock"]},
        {"track_id": "b", "genre": None, "language": "zh", "listener_tags": []},
        {"track_id": "c", "genre": "ambient", "language": "instrumental", "listener_tags": ["sleep"]},
        {"track_id": "d", "genre": None, "language": None, "listener_tags": []},
    ],
)
HEARD = rows(
    "audio_features",
    [
        {
            "track_id": t,
            "emotion_descriptors": [0.0] * EMOTION_DIM,
            "hpcp_mean": [1.0] * 12,
            "loudness_lufs": -12.0,
            "key": "C",
            "mode": "major",
        }
        for t in "ab"
    ],
)
LYRICS = rows("lyrics", [{"track_id": "b", "language": "zh", "lines": ["离别的眼泪", "孤独的夜"]}])


def feel(tracks=TRACKS, heard=HEARD, lyrics=LYRICS):
    return run(tracks=tracks, audio_features=heard, lyrics=lyrics, emotion_model=shipped())["emotions"]


def test_one_lawful_row_per_track():
    made = feel()
    assert made.schema == TABLES["emotions"].schema()
    assert made["track_id"].to_list() == ["a", "b", "c", "d"]
    assert made.select(pl.col("moods").list.len().min()).item() >= 1
    assert (made["moods"].list.len() == made["mood_probabilities"].list.len()).all()
    assert (made["scenes"].list.len() == made["scene_probabilities"].list.len()).all()
    assert made["audio_valence"].null_count() == 2
    assert made["lyrics_valence"].null_count() == 3
    assert made["sources"].to_list() == [["audio", "tags", "catalogue"], ["audio", "lyrics"], ["tags", "catalogue"],
                                         ["catalogue"]]  # fmt: skip


def test_order_and_buckets_do_not_matter():
    whole = feel()
    assert_frame_equal(whole, feel(*(f.sample(fraction=1, shuffle=True, seed=2) for f in (TRACKS, HEARD, LYRICS))))
    parts = [
        feel(*(f.filter(pl.col("track_id").is_in(ids)) for f in (TRACKS, HEARD, LYRICS)))
        for ids in (["a", "d"], ["b", "c"])
    ]
    assert_frame_equal(whole, pl.concat(parts).sort("track_id"))


def test_an_empty_bucket():
    assert feel(TRACKS.head(0), HEARD.head(0), LYRICS.head(0)).schema == TABLES["emotions"].schema()


def test_rows_without_descriptors_are_read_by_the_formula_and_say_so():
    made = feel(
        heard=HEARD.with_columns(pl.lit(None, HEARD.schema["emotion_descriptors"]).alias("emotion_descriptors"))
    )
    assert made.filter(pl.col("track_id") == "a")["model"].to_list() == ["daily30-circumplex-1"]
    assert feel().filter(pl.col("track_id") == "a")["model"].item().startswith("daily30-emotions-")
