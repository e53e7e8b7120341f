"""User-based nearest neighbours: against the plain formula, and what it never proposes."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from features.collaborative.interactions import interactions
from features.collaborative.listeners import UserKnnParams, unheard_of_neighbours, user_knn
from schemas import TABLES
from schemas.validate import check
from tests.features.collaborative.small import camps, random_matrix
from tests.frames import rows


def plainly(drawn, played, params):
    """The formula with whole matrices [shape=(users, items)]; -inf where the song was heard."""
    drawn, plays = drawn.toarray().astype(float), played.toarray().astype(float)
    listens = plays / (plays + params.saturation) * np.maximum((plays > 0).sum(1), 1)[:, None] ** -0.5
    near = drawn @ listens.T
    np.fill_diagonal(near, 0.0)
    if near.shape[1] > params.neighbours:
        near[near < np.sort(near, axis=1)[:, -params.neighbours][:, None]] = 0.0
    near = near / np.maximum(near.sum(axis=1, keepdims=True), 1e-300)
    norms = np.sqrt((listens**2).sum(axis=0))
    score = near @ np.divide(listens, norms**0.75, out=np.zeros_like(listens), where=norms > 0)
    return np.where(plays > 0, -np.inf, score)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), neighbours=st.sampled_from([2, 5, 100]), kept=st.sampled_from([1, 4, 50]))
def test_the_best_unheard_songs_by_the_plain_formula(seed, neighbours, kept):
    plays = random_matrix(seed=seed)
    drawn, params = plays.copy(), UserKnnParams(neighbours=neighbours, kept=kept)
    drawn.data = np.log1p(drawn.data)
    user, item, score = unheard_of_neighbours(drawn, plays, plays.astype(bool), params)
    expected = plainly(drawn, plays, params)
    for row in range(plays.shape[0]):
        mine = expected[row]
        best = np.sort(mine[mine > 0])[::-1][:kept]
        assert np.sort(score[user == row])[::-1] == pytest.approx(best)
        assert score[user == row] == pytest.approx(mine[item[user == row]])


def test_what_ones_own_kind_plays_comes_first():
    plays = camps()
    user, item, score = unheard_of_neighbours(plays, plays, plays.astype(bool), UserKnnParams(kept=1))
    assert _own(plays, user, item) > 0.95
    assert (score > 0).all()


def _own(plays, user, item):
    """Share of songs of the listener's own camp, of listeners who have not heard all of its songs."""
    unheard = np.array([(plays.toarray()[u, u % 3 :: 3] == 0).any() for u in user])
    return np.mean((user % 3 == item % 3)[unheard])


def _affinity(**of):
    pairs = [(u, t, n) for u, songs in of.items() for t, n in songs.items()]
    return rows("affinity", [{"user_id": u, "track_id": t, "plays": n, "weight": float(n)} for u, t, n in pairs])


def test_the_table_holds_unheard_songs_only_whatever_the_order_of_rows():
    affinity = _affinity(ann={"a": 3, "b": 1}, ben={"a": 2, "b": 4, "c": 5}, cat={"c": 1})
    data = interactions(affinity, "user_id", "track_id", "weight")
    found = user_knn(data, affinity, UserKnnParams())
    assert check(found, TABLES["cf_user_knn"]) == []
    assert found.select("user_id", "track_id").rows() == [("ann", "c"), ("cat", "a"), ("cat", "b")]
    assert user_knn(data, affinity.reverse(), UserKnnParams()).equals(found)


def test_a_song_only_skipped_is_heard_and_recommends_nothing():
    affinity = _affinity(ann={"a": 3, "b": 2}, ben={"a": 3, "c": 2})
    skipped = affinity.with_columns(skips=pl.when(pl.col("track_id") == "c").then(pl.col("plays")).otherwise(0))
    data = interactions(affinity, "user_id", "track_id", "weight")
    assert user_knn(data, skipped, UserKnnParams())["track_id"].to_list() == ["b"]


def test_fewer_listeners_compared_still_find_ones_own_kind():
    plays = camps()
    user, item, _ = unheard_of_neighbours(plays, plays, plays.astype(bool), UserKnnParams(kept=1, listeners=45))
    assert set(user) == set(range(plays.shape[0]))
    assert _own(plays, user, item) > 0.9


def test_nobody_plays_anything():
    nothing = TABLES["affinity"].empty()
    data = interactions(nothing, "user_id", "track_id", "weight")
    assert data.matrix.shape == (0, 0)
    assert user_knn(data, nothing, UserKnnParams()).is_empty()
    assert isinstance(data.matrix, csr_array)
