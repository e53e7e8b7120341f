from datetime import date, timedelta

from features.collaborative.popularity import popularity
from tests.frames import rows

DS = date(2026, 3, 1)


def play(user, track, days_ago=0, skipped=False, minute=0):
    from datetime import UTC, datetime

    day = DS - timedelta(days=days_ago)
    moment = datetime(day.year, day.month, day.day, 12, minute, tzinfo=UTC)
    return {"user_id": user, "track_id": track, "local_date": day, "played_at": moment, "skipped": skipped}


USERS = rows(
    "users",
    [
        {"user_id": "a", "city": "Kunming", "personalised": True},
        {"user_id": "b", "city": "Oslo", "personalised": True},
        {"user_id": "c", "city": None, "personalised": True},
        {"user_id": "out", "city": "Oslo", "personalised": False},
    ],
)


def scores(*plays):
    frame = popularity(rows("plays", plays), USERS, DS, half_life_days=14)
    return {(r["place"], r["track_id"]): (round(r["score"], 4), r["rank"]) for r in frame.to_dicts()}


def test_a_listener_counts_once_by_their_last_play():
    found = scores(play("a", "x", 28), play("a", "x", 14), play("b", "x", 0), play("c", "x", 0), play("b", "y", 14))
    assert found == {
        ("*", "x"): (2.5, 1),
        ("*", "y"): (0.5, 2),
        ("Kunming", "x"): (0.5, 1),
        ("Oslo", "x"): (1.0, 1),
        ("Oslo", "y"): (0.5, 2),
    }


def test_skips_and_listeners_who_opted_out_do_not_count():
    assert scores(play("a", "x", skipped=True), play("out", "y")) == {}


def test_ties_are_ranked_by_track():
    found = scores(play("c", "z"), play("c", "y", minute=1))
    assert found == {("*", "y"): (1.0, 1), ("*", "z"): (1.0, 2)}
