"""Ranking features and scores: worked examples and what they may depend on."""

from __future__ import annotations

import dataclasses

import numpy as np
import polars as pl
import pytest

from features.lists.build import bucket
from features.lists.inputs import ListInputs
from features.lists.params import CommonWeights, ListParams
from features.lists.ranking import features, weighted
from features.lists.space import closeness
from features.measurement import MeasurementPolicy
from features.ranker.weights import Weights
from jobs.run.body import gather
from tests.features.lists.night import run_night
from tests.features.lists.world import world
from tests.frames import rows

PARAMS = ListParams()


@pytest.fixture(scope="module")
def made():
    app = world(13, users=20, songs=90)
    out = run_night(app.tables, app.night)
    return app, out, bucket(gather(ListInputs, out), PARAMS, MeasurementPolicy(), app.night)


def test_every_weight_has_a_feature_in_0_to_1(made):
    pool, songs, people = made[2].pool, made[2].songs, made[2].listeners
    table = features(pool, songs, people, made[2].near, made[2].liked)
    names = {f.name for cls in (Weights, CommonWeights) for f in dataclasses.fields(cls)}
    assert names == set(table)
    for name, values in table.items():
        assert np.isfinite(values).all(), name
        assert values.min() >= 0, name
        assert values.max() <= 1 + 1e-9, name


def test_features_say_something(made):
    """No feature is constant in a world that varies, but for weather where none is known."""
    table = features(made[2].pool, made[2].songs, made[2].listeners, made[2].near, made[2].liked)
    assert [name for name, values in table.items() if np.ptp(values) == 0] == []


def test_a_list_ranks_love_higher(made):
    """Tomorrow's loved songs score above the others, for nearly every personal user."""
    app, _, bucket_ = made
    pairs = pl.DataFrame(
        {
            "user_id": bucket_.listeners.frame["user_id"].gather(bucket_.pool.user),
            "track_id": bucket_.songs.frame["track_id"].gather(bucket_.pool.track),
            "score": bucket_.ranked.score,
            "personal": bucket_.listeners.personal[bucket_.pool.user],
        }
    )
    loved = pairs.filter("personal").join(app.truth, on=["user_id", "track_id"], how="left")
    mean = loved.group_by("user_id").agg(
        gap=pl.col("score").filter(pl.col("relevance").is_not_null()).mean()
        - pl.col("score").filter(pl.col("relevance").is_null()).mean()
    )
    assert (mean["gap"] > 0).mean() > 0.9


def test_weighted_sums():
    table = {f.name: np.array([0.0, 1.0]) for f in dataclasses.fields(CommonWeights)}
    total = sum(getattr(CommonWeights(), name) for name in table)
    assert weighted(table, CommonWeights()).tolist() == pytest.approx([0.0, total])


def test_closeness_is_the_scaled_inner_product():
    def vector(*head):
        return [*head, *([0.0] * (64 - len(head)))]

    tracks = [f"t{i}" for i in range(4200)]
    factors = rows(
        "cf_track_factors",
        [
            {"track_id": t, "vector": vector(*{0: (1.0,), 1: (0.5,), 2: (-1.0,)}.get(i, ()))}
            for i, t in enumerate(tracks)
        ],
    )
    near = closeness(
        np.array([0, 0, 0, 1]),
        np.array([0, 1, 2, 0]),
        pl.DataFrame({"u": [0, 1], "user_id": ["a", "b"]}),
        pl.DataFrame({"t": [0, 1, 2], "track_id": tracks[:3]}),
        rows("cf_user_factors", [{"user_id": "a", "vector": vector(3.0)}]),
        factors,
    )
    assert near.tolist() == [1.0, 0.5, 0.0, 0.0]


def test_who_opted_out_is_not_ranked_by_their_plays():
    """The same list comes out whatever an opted-out user played before ds."""
    app = world(13, users=20, songs=90)
    out = run_night(app.tables, app.night)
    quiet = app.tables["users"].filter(~pl.col("personalised"))["user_id"]
    theirs = pl.col("user_id").is_in(quiet.implode())
    other = app.tables["plays"].with_columns(
        track_id=pl.when(theirs).then(pl.col("track_id").shift(7, fill_value="t0001")).otherwise("track_id")
    )
    kept = pl.col("local_date") < app.night.ds
    before = run_night(app.tables | {"plays": app.tables["plays"].filter(kept)}, app.night)
    after = run_night(
        app.tables | {"plays": other.filter(kept).unique(["user_id", "played_at", "track_id"])}, app.night
    )
    columns = ["user_id", "rank", "track_id"]
    assert quiet.len() >= 2
    assert (
        before["daily_lists"].filter(theirs).select(columns).equals(after["daily_lists"].filter(theirs).select(columns))
    )
    assert out["list_summaries"].filter(theirs)["personalised"].any() is False
