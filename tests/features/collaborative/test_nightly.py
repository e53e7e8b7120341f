"""Nightly weights: learned on the last days' discoveries, fixed where there are too few."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from features.collaborative.als import Als
from features.collaborative.interactions import interactions
from features.collaborative.low_pass import low_passed
from features.collaborative.nightly import blend_table, by_first_day, nightly_builders
from features.collaborative.params import AlsParams
from schemas import TABLES
from schemas.validate import require
from tests.features.collaborative.small import PARAMS, camps

DS = date(2026, 3, 10)


def discoveries(users=60, seed=0):
    """Camps of listeners; a quarter of what they know they found in the last three days."""
    cells = camps(users, seed=seed).tocoo()
    rng = np.random.default_rng(seed)
    age = np.where(rng.random(len(cells.row)) < 0.25, rng.integers(0, 3, len(cells.row)), 20)
    return pl.DataFrame(
        {
            "user_id": [f"u{u:02d}" for u in cells.row],
            "track_id": [f"t{i:02d}" for i in cells.col],
            "weight": 1.0,
            "first_played": [DS - timedelta(days=int(days)) for days in age],
        }
    )


def table_of(affinity, params=PARAMS):
    return blend_table(interactions(affinity, "user_id", "track_id", "weight"), affinity, DS, params)


def test_pairs_are_parted_by_the_first_day_played():
    affinity = pl.DataFrame(
        {
            "user_id": ["a", "a", "b", "b"],
            "track_id": ["x", "y", "x", "z"],
            "weight": [1.0, 2.0, 3.0, 4.0],
            "first_played": [DS, DS - timedelta(days=1), DS - timedelta(days=9), None],
        }
    )
    known, held = by_first_day(interactions(affinity, "user_id", "track_id", "weight"), affinity, DS, 10)
    assert known.toarray().tolist() == [[0, 2, 0], [3, 0, 4]]
    assert held.toarray().tolist() == [[1, 0, 0], [0, 0, 0]]


def test_few_listeners_stand_for_many():
    affinity = discoveries()
    data = interactions(affinity, "user_id", "track_id", "weight")
    known, held = by_first_day(data, affinity, DS - timedelta(days=2), 10)
    kept = np.flatnonzero((np.diff(known.indptr) + np.diff(held.indptr)) > 0)
    assert len(kept) <= 10
    assert {0, len(data.users) - 1} <= set(kept.tolist())


BLIND = AlsParams(factors=1, threads=1, warm_iterations=1, own_iterations=0, regularisation=10.0)
FEW = replace(PARAMS, held_depth=4, prior_listeners=0)


def weights_of(found):
    return dict(zip(found["model"], found["weight"], strict=True))


def test_weights_are_learned_and_favour_what_finds_discoveries():
    found = table_of(discoveries(), replace(FEW, als=BLIND))
    require(found, TABLES["cf_blend"], where="test")
    assert found["learned"].all()
    assert set(found["model"]) == set(nightly_builders(PARAMS)) == {"als", "item_item"}
    assert found["weight"].sum() == pytest.approx(1.0, abs=1e-3)
    quality = dict(zip(found["model"], found["quality"], strict=True))
    assert quality["item_item"] > quality["als"]
    assert weights_of(found)["item_item"] > 0.5
    assert found["held_from"].unique().to_list() == [DS - timedelta(days=2)]


def test_the_fallback_counts_as_so_many_listeners():
    params = replace(FEW, als=BLIND, nightly_fallback={"als": 4.0, "item_item": 1.0})
    free = table_of(discoveries(), params)
    listeners = free["listeners"][0]
    drawn = weights_of(table_of(discoveries(), replace(params, prior_listeners=listeners)))
    assert drawn["als"] == pytest.approx((weights_of(free)["als"] + 0.8) / 2, abs=1e-3)
    far = weights_of(table_of(discoveries(), replace(params, prior_listeners=10**9)))
    assert far == pytest.approx({"als": 0.8, "item_item": 0.2}, abs=1e-3)


def test_where_every_weight_finds_all_the_fallback_stays():
    """Lists as long as the catalogue hold everything, whatever the order."""
    found = table_of(discoveries(), replace(PARAMS, held_depth=90, prior_listeners=0))
    assert found["learned"].all()
    assert weights_of(found) == pytest.approx({"als": 0.8, "item_item": 0.2})


def test_als_is_weighed_as_candidates_see_it():
    """Only its strongest directions count: as many as the root of the number of tracks."""
    model = nightly_builders(PARAMS)["als"]().fit(camps())
    assert isinstance(model, Als)
    folded = model.fold_in(camps())
    assert np.linalg.matrix_rank(model.item_factors) == 5
    assert model.score_folded(folded) == pytest.approx(folded @ low_passed(model.item_factors).T)
    few = np.random.default_rng(0).normal(size=(9, 5)).astype(np.float32)
    assert np.linalg.matrix_rank(low_passed(few), tol=1e-4) == 3


def test_row_order_changes_nothing():
    affinity = discoveries()
    assert table_of(affinity).equals(table_of(affinity.sample(fraction=1, shuffle=True, seed=3)))


def test_nothing_new_leaves_the_fallback():
    old = discoveries().with_columns(first_played=pl.lit(DS - timedelta(days=30)))
    found = table_of(old, replace(PARAMS, nightly_fallback={"als": 3.0, "item_item": 1.0}))
    require(found, TABLES["cf_blend"], where="test")
    assert dict(zip(found["model"], found["weight"], strict=True)) == {
        "als": 0.75,
        "item_item": 0.25,
    }
    assert not found["learned"].any()
    assert found["quality"].is_null().all()


def test_nobody_leaves_an_empty_table():
    assert table_of(discoveries().clear()).is_empty()
