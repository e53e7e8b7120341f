"""Lists of a home judged against tomorrow: a small world whose figures are known."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from features.evaluation.accounting import accounts
from features.evaluation.comparison import results_by_group
from features.evaluation.ground_truth import KnownTables, ground_truth, groups
from features.evaluation.outcomes import TOGETHER
from features.night import Night
from features.seeds import Seeds
from schemas import TABLES
from tests.frames import rows

NIGHT = Night(date(2026, 11, 20))


def play(user, track, ago, skipped=False):
    day = NIGHT.ds - timedelta(days=ago)
    return {"user_id": user, "track_id": track, "local_date": day, "skipped": skipped}


def tables(plays, history=()):
    tracks = [{"track_id": t, "genre": g} for t, g in (("a", "jazz"), ("b", "jazz"), ("c", "rock"), ("d", None))]
    taste = [{"user_id": u, "history_class": h} for u, h in (("u1", "heavy"), ("u2", "new"), ("u3", "light"))]
    return KnownTables(
        tracks=rows("tracks", tracks),
        taste=rows("taste", taste),
        plays=rows("plays", plays),
        history=rows("history", list(history)) if history else TABLES["history"].empty(),
        text_vectors=TABLES["text_vectors"].empty(),
        audio_vectors=TABLES["audio_vectors"].empty(),
    )


PAST = [play("u1", "a", 3), play("u1", "c", 2, skipped=True), play("u3", "a", 1)]
TOMORROW = [play("u1", "a", -1), play("u1", "b", -1), play("u2", "d", -1), play("u3", "c", -1, skipped=True)]


@pytest.fixture
def on():
    return ground_truth(tables(PAST), rows("plays", TOMORROW), NIGHT)


def ranked(*triples):
    return pl.DataFrame(triples, schema=["user_id", "track_id", "rank"], orient="row")


def test_listeners_are_those_who_heard_something_to_the_end(on):
    assert on.users.to_list() == ["u1", "u2"]
    assert on.groups.tolist() == ["heavy", "new"]
    assert {name: at.tolist() for name, at in groups(on).items()} == {"all": [0, 1], "new": [1], "heavy": [0]}


def test_skipped_plays_are_neither_relevant_nor_heard(on):
    assert on.heard.toarray().tolist() == [[1, 0, 0, 0], [0, 0, 0, 0]]
    assert on.relevant.toarray().tolist() == [[1, 1, 0, 0], [0, 0, 0, 1]]
    assert on.new.toarray().tolist() == [[0, 1, 0, 0], [0, 0, 0, 1]]


def test_lists_are_cut_padded_and_of_known_tracks(on):
    given = ranked(("u1", "b", 1), ("u1", "a", 2), ("u1", "c", 3), ("u2", "gone", 1), ("u2", "d", 2), ("u9", "a", 1))
    assert on.lists(given, 2).tolist() == [[1, 0], [-1, 3]]


def test_scores_by_hand(on):
    scores = on.score(np.array([[1, 2], [-1, -1]]))
    assert scores["recall"].tolist() == [0.5, 0.0]
    assert scores["recall_new"].tolist() == [1.0, 0.0]
    assert scores["heard"][0] == 0.0
    assert np.isnan(scores["novelty"][1])
    assert "repeats" not in scores


def test_repeats_are_songs_recommended_within_fourteen_nights():
    past = [
        {"user_id": "u1", "ds": NIGHT.days_before(ago), "rank": 1, "track_id": track, "recording_id": track}
        for ago, track in ((14, "a"), (15, "b"), (0, "c"))
    ]
    on = ground_truth(tables(PAST, past), rows("plays", TOMORROW), NIGHT)
    assert on.score(np.array([[0, 1, 2], [0, 1, 2]]))["repeats"].tolist() == pytest.approx([1 / 3, 0])


def test_standings_hold_every_system_in_every_group(on):
    found = results_by_group(on, {"x": np.array([[0, 1], [3, -1]]), "y": np.array([[2, -1], [2, -1]])}, Seeds(0))
    assert [(s.system, s.group, s.users) for s in found] == [
        ("x", "all", 2), ("x", "new", 1), ("x", "heavy", 1), ("y", "all", 2), ("y", "new", 1), ("y", "heavy", 1),
    ]  # fmt: skip
    assert found[0].metrics["recall"].mean == 1.0
    assert (found[0].metrics["recall"].low, found[0].metrics["recall"].high) == (1.0, 1.0)
    assert (found[0].coverage, found[3].coverage) == (0.75, 0.25)
    assert "calibration" not in found[1].metrics  # a newcomer has no mix


def test_every_source_is_accounted_for(on):
    proposed = [("u1", "a", "item_item"), ("u1", "a", "als"), ("u1", "b", "als"), ("u1", "c", "als"),
                ("u2", "d", "popular"), ("u3", "c", "popular")]  # fmt: skip
    candidates = rows(
        "candidates", [{"user_id": u, "track_id": t, "source": s, "source_rank": 1} for u, t, s in proposed]
    )
    by_name = {a.source: a for a in accounts(on, candidates)}
    als = by_name["als"]
    assert (als.candidates, als.per_user, als.unique_share) == (3, 1.5, pytest.approx(2 / 3))
    assert (als.recall, als.recall_only, als.recall_new) == (0.5, 0.25, 0.5)
    assert als.hit_share == pytest.approx(2 / 3)
    assert (by_name["item_item"].unique_share, by_name["item_item"].recall_only) == (0.0, 0.0)
    assert by_name["popular"].candidates == 1  # u3 is outside the test
    assert (by_name["fresh"].candidates, by_name["fresh"].recall) == (0, 0.0)
    assert (by_name[TOGETHER].candidates, by_name[TOGETHER].recall) == (4, 1.0)


def test_nobody_played():
    on = ground_truth(tables(PAST), rows("plays", TOMORROW).clear(), NIGHT)
    assert len(on.users) == 0
    assert on.lists(ranked(("u1", "a", 1)), 2).shape == (0, 2)
