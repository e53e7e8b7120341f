from datetime import date, timedelta

from features.collaborative.popularity import popularity
from tests.frames import rows

DS = date(2026, 3, 1)


def heard(user, track, days_ago=0):
    return {"user_id": user, "track_id": track, "last_heard": DS - timedelta(days=days_ago)}


USERS = rows(
    "users",
    [
        {"user_id": "a", "city": "Kunming", "personalised": True},
        {"user_id": "b", "city": "Oslo", "personalised": True},
        {"user_id": "c", "city": None, "personalised": True},
        {"user_id": "out", "city": "Oslo", "personalised": False},
    ],
)


def scores(*pairs):
    frame = popularity(rows("affinity", pairs), USERS, DS, half_life_days=14)
    return {(r["place"], r["track_id"]): (round(r["score"], 4), r["rank"]) for r in frame.to_dicts()}


def test_a_listener_counts_once_by_their_last_play():
    found = scores(heard("a", "x", 14), heard("b", "x"), heard("c", "x"), heard("b", "y", 14))
    assert found == {
        ("*", "x"): (2.5, 1),
        ("*", "y"): (0.5, 2),
        ("Kunming", "x"): (0.5, 1),
        ("Oslo", "x"): (1.0, 1),
        ("Oslo", "y"): (0.5, 2),
    }


def test_songs_only_skipped_and_listeners_who_opted_out_do_not_count():
    assert scores({"user_id": "a", "track_id": "x", "last_heard": None}, heard("out", "y")) == {}


def test_ties_are_ranked_by_track():
    assert scores(heard("c", "z"), heard("c", "y")) == {("*", "y"): (1.0, 1), ("*", "z"): (1.0, 2)}
