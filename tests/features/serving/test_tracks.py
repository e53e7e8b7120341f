"""What is published of a song alone: songs like it, of those that are shown."""

from __future__ import annotations

import polars as pl

from features.measurement import MeasurementPolicy
from features.serving.inputs import PublishedTables
from features.serving.tracks import MOST_SIMILAR, similar_songs, track_payloads
from features.serving.version import content_version
from jobs.run.body import gather
from tests.published_night import NIGHT, night_tables


def tables(**changed: pl.DataFrame) -> PublishedTables:
    return gather(PublishedTables, night_tables() | changed)


def test_songs_like_a_song_are_shown_and_the_most_similar_first() -> None:
    given = tables()
    shown = {*given.daily_lists["track_id"], *given.reviews["track_id"]}
    found = dict(track_payloads(given, MeasurementPolicy()))
    assert set(found) == shown
    near = found["t000"]["similar"]
    assert near[0] == {"track_id": "t001", "similarity": 0.89, "audio_similarity": 0.79, "text_similarity": 0.7}
    for payload in found.values():
        assert {row["track_id"] for row in payload["similar"]} <= shown
        order = [row["similarity"] for row in payload["similar"]]
        assert order == sorted(order, reverse=True)
        assert len(order) <= MOST_SIMILAR


def test_a_song_that_nobody_is_shown_is_passed_over() -> None:
    whole = tables()
    few = tables(
        daily_lists=whole.daily_lists.filter(pl.col("track_id") != "t001"),
        reviews=whole.reviews.filter(pl.col("track_id") != "t001"),
    )
    found = dict(track_payloads(few, MeasurementPolicy()))
    assert "t001" not in found
    near = [row["track_id"] for row in found["t000"]["similar"]]
    assert near[:2] == ["t002", "t003"]


def test_without_neighbours_there_are_none() -> None:
    found = dict(track_payloads(tables(neighbours=night_tables()["neighbours"].clear()), MeasurementPolicy()))
    assert {len(payload["similar"]) for payload in found.values()} == {0}


def test_the_version_is_of_the_neighbours_that_are_served_in_any_order() -> None:
    near = night_tables()["neighbours"]

    def named(neighbours: pl.DataFrame) -> str:
        return content_version(tables(neighbours=neighbours), MeasurementPolicy(), NIGHT)

    assert named(near.sample(fraction=1, shuffle=True, seed=1)) == named(near)
    assert named(near.filter(pl.col("rank") <= MOST_SIMILAR)) == named(near), "more than is served"
    assert named(near.filter(pl.col("rank") > 1)) != named(near)
    assert similar_songs(tables()).height == 150 * MOST_SIMILAR
