"""Affinity: worked examples of what plays and judgements weigh."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from features.night import Night
from features.taste.affinity import affinity, credits, doubtful_plays
from features.taste.weights import TasteParams, weigh_plays
from tests.frames import rows

NIGHT = Night(date(2026, 11, 20))
PARAMS = TasteParams(half_life_days=21.0, skipped=-0.6)
TRACKS = rows(
    "tracks",
    [
        {"track_id": "a", "artist_id": "A"},
        {"track_id": "b", "artist_id": "B", "featured_artist_ids": ["A", "B"]},
        {"track_id": "c", "artist_id": "C"},
    ],
)


def play(track="a", age=0, minute=0, **what):
    day = NIGHT.ds - timedelta(days=age)
    at = datetime(day.year, day.month, day.day, 12, minute, tzinfo=UTC)
    heard = {"completion": 1.0, "skipped": False, "origin": "organic"} | what
    return {"user_id": "u", "played_at": at, "track_id": track, "local_date": day, "local_hour": 12} | heard


def event(kind, subject, age=0, hour=12):
    day = NIGHT.ds - timedelta(days=age)
    at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    return {"user_id": "u", "event_at": at, "kind": kind, "subject_id": subject, "local_date": day}


def drawn(plays=(), events=()):
    weighed = weigh_plays(rows("plays", list(plays)), PARAMS, NIGHT)
    return affinity(weighed, rows("feedback", list(events)), TRACKS, PARAMS, NIGHT)


def only(frame):
    assert frame.height == 1
    return frame.row(0, named=True)


@pytest.mark.parametrize(
    ("what", "worth"),
    [
        ({}, 1.0),
        ({"age": 21}, 0.5),
        ({"age": 42}, 0.25),
        ({"completion": 0.5}, 0.4),
        ({"completion": 0.1}, 0.0),
        ({"skipped": True, "completion": 0.9}, -0.6),
        ({"origin": "recommended"}, 0.6),
        ({"origin": "search", "completion": 0.5}, 0.48),
        ({"skipped": True, "origin": "recommended"}, -0.6),
    ],
)
def test_one_play(what, worth):
    assert only(drawn([play(**what)]))["weight"] == pytest.approx(worth, abs=1e-6)


def test_counts_and_dates():
    row = only(drawn([play(age=0), play(age=6, minute=1, skipped=True), play(age=7, minute=2)]))
    assert (row["plays"], row["plays_7d"], row["plays_ds"], row["skips"]) == (3, 2, 1, 1)
    assert (row["first_played"], row["last_played"]) == (NIGHT.days_before(7), NIGHT.ds)


def test_a_song_was_heard_when_it_was_last_played_and_not_skipped():
    row = only(drawn([play(age=0, skipped=True), play(age=6, minute=1), play(age=7, minute=2)]))
    assert (row["last_played"], row["last_heard"]) == (NIGHT.ds, NIGHT.days_before(6))
    assert only(drawn([play(age=0, skipped=True)]))["last_heard"] is None


def test_likes_stand_until_taken_back():
    assert only(drawn(events=[event("like_track", "a")]))["liked"]
    gone = only(drawn(events=[event("like_track", "a", age=2), event("unlike_track", "a", age=1)]))
    assert not gone["liked"]
    assert gone["weight"] < 0
    again = only(drawn(events=[event("unlike_track", "a", age=2), event("like_track", "a", age=1)]))
    assert again["liked"]


def test_a_playlist_keeps_what_was_unliked():
    events = [event("like_track", "a", 2), event("unlike_track", "a", 1), event("add_to_playlist", "a", 3)]
    assert only(drawn(events=events))["liked"]


def test_a_blocked_artist_marks_featured_songs_heard_or_not():
    frame = drawn([play("a"), play("c", minute=1)], [event("block_artist", "A")])
    assert dict(frame.select("track_id", "blocked").iter_rows()) == {"a": True, "b": True, "c": False}
    assert frame.filter(pl.col("track_id") == "b")["first_played"].to_list() == [None]


def test_a_blocked_track_marks_itself_only():
    frame = drawn([play("a")], [event("block_track", "b")])
    assert dict(frame.select("track_id", "blocked").iter_rows()) == {"a": False, "b": True}


def test_credits_name_each_artist_once_main_first():
    assert credits(TRACKS).rows() == [("a", "A"), ("b", "B"), ("b", "A"), ("c", "C")]


def test_nothing_gives_nothing():
    assert drawn().is_empty()


_PLAY = st.tuples(st.sampled_from("abc"), st.integers(0, 60), st.booleans(), st.floats(0, 1))


@settings(max_examples=30, deadline=None)
@given(st.lists(_PLAY, max_size=40), st.randoms(use_true_random=False))
def test_the_order_of_plays_changes_no_bit(given_plays, random):
    plays = [play(t, age, i % 60, skipped=s, completion=c) for i, (t, age, s, c) in enumerate(given_plays)]
    shuffled = plays.copy()
    random.shuffle(shuffled)
    assert_frame_equal(drawn(plays), drawn(shuffled), check_exact=True)


def test_a_play_under_a_name_near_another_song_leaves_that_song_in_doubt():
    tracks = TRACKS.with_columns(near_track_ids=pl.when(pl.col("track_id") == "c").then(pl.lit(["a", "b"])))
    weighed = weigh_plays(rows("plays", [play("a"), play("c", age=2)]), PARAMS, NIGHT)
    found = affinity(weighed, rows("feedback", []), tracks, PARAMS, NIGHT)
    assert found.select("track_id", "plays", "doubtful").rows() == [("a", 1, True), ("b", 0, True), ("c", 1, False)]
    assert found["last_played"].to_list() == [NIGHT.ds, None, NIGHT.ds - timedelta(days=2)]
    assert doubtful_plays(weighed, tracks).select("track_id", "age").sort("track_id").rows() == [("a", 2), ("b", 2)]
