"""A night made again: what it may know, when it is made, and what it teaches."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from features.candidates.sources import CandidateParams
from features.choice.params import ChoiceParams
from features.collaborative.params import CollaborativeParams
from features.lists.params import ListParams
from features.measurement import MeasurementPolicy
from features.ranker.examples import replayed
from features.ranker.inputs import RankerInputs, ReplayInputs
from features.ranker.params import RankerParams
from features.ranker.replay import ReplayParams, as_of
from features.ranker.scorer import FEATURES
from features.ranker.tables import tonight
from features.ranker.weights import Weights
from features.seeds import Seeds
from features.taste.weights import TasteParams
from jobs.ranker import replay
from jobs.run.body import apply
from schemas import TABLES
from schemas.validate import check
from tests.features.ranker.world import NIGHT, nights
from tests.frames import rows
from tests.worlds.sketch import landed

PAST = NIGHT.days_before(14)


def given(plays, **more):
    users = [
        {"user_id": u, "personalised": u != "shy", "created_on": PAST - timedelta(days=90)} for u in ("ann", "shy")
    ]
    named = {"users": rows("users", users), "plays": rows("plays", plays)} | more
    return ReplayInputs(**{f.name: named.get(f.name, TABLES[f.name].empty()) for f in fields(ReplayInputs)})


def play(user, track, days_after):
    return {"user_id": user, "track_id": track, "local_date": PAST + timedelta(days=days_after), "skipped": False}


LIFE = [play("ann", "a", -3), play("ann", "a", 1), play("ann", "b", 2), play("ann", "c", 14)]


def test_the_past_knows_nothing_of_what_came_after():
    tracks = rows("tracks", [{"track_id": t, "added_on": PAST + timedelta(days=d)} for t, d in (("a", -9), ("b", 1))])
    near = rows("neighbours", [{"track_id": "a", "neighbour_id": t, "rank": r} for r, t in enumerate("ba", 1)])
    known = as_of(given(LIFE, tracks=tracks, neighbours=near), ReplayParams(found_from=2), NIGHT)
    assert known is not None
    assert known["plays"]["track_id"].to_list() == ["a"]
    assert known["tracks"]["track_id"].to_list() == ["a"]
    assert known["neighbours"]["neighbour_id"].to_list() == ["a"]
    assert known["ranker"].is_empty()


def test_too_few_songs_found_since_are_nothing_to_learn_from():
    """b and c are found; a was played before."""
    assert as_of(given(LIFE), ReplayParams(found_from=3), NIGHT) is None


def test_who_wants_no_personalisation_teaches_nothing():
    theirs = [play("shy", "a", -3), *(play("shy", t, 1) for t in "bcd")]
    assert as_of(given(theirs), ReplayParams(found_from=1), NIGHT) is None
    known = as_of(given([*LIFE, *theirs]), ReplayParams(found_from=2), NIGHT)
    assert known is not None
    assert known["users"]["user_id"].to_list() == ["ann"]


@pytest.mark.parametrize(
    ("nights", "kind", "features", "again"),
    [
        (1, "linear", FEATURES, False),  # learnt before: stays until one is better
        (1, "linear", ("another",), True),  # on other features
        (2, "settings", FEATURES, True),
        (3, "settings", FEATURES, False),  # nights enough to learn from
    ],
)
def test_a_night_is_made_again_until_there_are_nights_to_learn_from(nights, kind, features, again):
    served = rows("ranker_history", [
        {"ds": NIGHT.days_before(ago), "kind": kind, "features": list(features)} for ago in range(1, nights + 1)
    ])  # fmt: skip
    made = as_of(given(LIFE, ranker_history=served), ReplayParams(found_from=1), NIGHT)
    assert (made is not None) == again


def test_what_taught_does_not_judge():
    log = rows("ranking_replay", [
        {"user_id": "ann", "ds": PAST, "track_id": t, "features": [0.5] * len(FEATURES), "plays": int(t == "a")}
        for t in "abcd"
    ])  # fmt: skip
    past, last = replayed(log, rows("plays", LIFE), FEATURES, NIGHT, held_days=3)
    assert past.played.sum() == 2  # a (known) and b (new)
    assert last.played.sum() == 1  # c
    assert len(last.played) == 2  # c and d: a and b were played before the days that judge
    assert not last.known.any()


def _as_replay(history, plays):
    """The last night's log as of a week before; half of its next day's plays a few days later."""
    last = history.filter(pl.col("ds") == history["ds"].max()).with_columns(ds=pl.lit(PAST))
    heard = plays.filter(pl.col("local_date") == plays["local_date"].max()).sort("user_id", "track_id")
    late = pl.int_range(pl.len()) % 2 == 0
    day = pl.when(late).then(pl.lit(NIGHT.ds)).otherwise(pl.lit(PAST + timedelta(days=1)))
    return TABLES["ranking_replay"].frame(last), heard.with_columns(local_date=day)


def _tonight(replay, plays, gain=0.05):
    nothing = TABLES["ranking_history"].empty(), TABLES["ranker_history"].empty()
    params = RankerParams(plays_from=100, trees=1, leaves=2, replay_gain=gain)
    inputs = RankerInputs(nothing[0], replay, nothing[1], plays)
    return tonight(inputs, Weights(), params, NIGHT, np.random.default_rng(1))


def test_a_better_ranker_is_promoted_on_the_first_night():
    replay, plays = _as_replay(*nights(count=1, users=200))
    made = _tonight(replay, plays)
    assert made["ranker"]["kind"].item() in ("linear", "trees")


def test_a_gain_too_small_for_one_night_is_refused():
    replay, plays = _as_replay(*nights(count=1, users=200))
    made = _tonight(replay, plays, gain=9.0)
    assert made["ranker"]["kind"].item() == "settings"
    reason = made["ranker_trials"].row(by_predicate=pl.col("contender") == "linear", named=True)["reason"]
    assert reason.startswith("does not beat by 900% ")


def test_nonsense_is_refused_and_the_settings_stay():
    replay, plays = _as_replay(*nights(count=1, users=200, true={}))
    assert _tonight(replay, plays)["ranker"]["kind"].item() == "settings"


@pytest.fixture(scope="module")
def app():
    sketched = landed(7, users=60, songs=120, days=40)
    return replace(sketched, tables=sketched.tables | {"ranker_history": TABLES["ranker_history"].empty()})


def _made_again(tables, night, **asked):
    return apply(
        replay, tables, params=ReplayParams(found_from=1, **asked), taste_rules=TasteParams(),
        collaborative_rules=CollaborativeParams(), choice_rules=ChoiceParams(), candidate_rules=CandidateParams(),
        list_rules=ListParams(), policy=MeasurementPolicy(), seeds=Seeds(1), night=night,
    )["ranking_replay"]  # fmt: skip


@pytest.mark.slow
def test_plays_and_songs_since_change_nothing_that_the_past_saw(app):
    found = _made_again(app.tables, app.night)
    assert found.height
    assert check(found, TABLES["ranking_replay"]) == []
    after = pl.col("local_date") > app.night.days_before(14)
    plays = app.tables["plays"]
    other = plays.with_columns(
        pl.when(after).then(pl.col("track_id").reverse()).otherwise("track_id").alias("track_id")
    )
    assert not other.equals(plays)
    assert _made_again(app.tables | {"plays": other}, app.night).equals(found)


@pytest.mark.slow
def test_listeners_are_bounded(app):
    assert _made_again(app.tables, app.night, listeners=10)["user_id"].n_unique() <= 10
