"""The models against dense textbook formulas and known structure."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array

from features.collaborative.als import Als, settled
from features.collaborative.blend import MODELS, Blend, builders
from features.collaborative.conjugate import charge, half_step
from features.collaborative.ease import Ease
from features.collaborative.graph_filter import GraphFilter, smoothest
from features.collaborative.interactions import interactions, positions, row_blocks
from features.collaborative.item_item import ItemItem, neighbours, weighted
from features.collaborative.params import AlsParams, EaseParams, GraphFilterParams, ItemItemParams
from features.collaborative.standard import standardised
from schemas.errors import ContractError
from tests.features.collaborative.small import PARAMS, SMALL, random_matrix


def test_interactions_are_sorted_positive_and_added_up():
    frame = pl.DataFrame({"u": ["b", "a", "b", "a"], "i": ["y", "x", "y", "z"], "w": [1.0, 2.0, 3.0, -1.0]})
    found = interactions(frame, "u", "i", "w")
    assert found.users.to_list() == ["a", "b"]
    assert found.items.to_list() == ["x", "y"]
    assert found.matrix.toarray().tolist() == [[2, 0], [0, 4]]


def test_interactions_keep_to_given_items():
    frame = pl.DataFrame({"u": ["b", "a"], "i": ["y", "x"]})
    found = interactions(frame, "u", "i", items=pl.Series(["w", "x"]))
    assert found.users.to_list() == ["a"]
    assert found.matrix.toarray().tolist() == [[0, 1]]
    assert interactions(frame.clear(), "u", "i").matrix.shape == (0, 0)


def test_positions_and_row_blocks():
    assert positions(pl.Series(["c", "a"]), pl.Series(["a", "b", "c"])).tolist() == [2, 0]
    assert [b.stop - b.start for b in row_blocks(random_matrix(7, 10), cells=30)] == [3, 3, 1]


@pytest.mark.parametrize("limit", [3, 100])
def test_item_similarity_equals_the_dense_formula(limit):
    matrix = random_matrix()
    dense = matrix.toarray()
    norm = np.linalg.norm(dense, axis=0)
    want = dense.T @ dense / (np.outer(norm, norm) + 2.0)
    np.fill_diagonal(want, 0)
    got = neighbours(matrix, ItemItemParams(limit, shrinkage=2.0))
    for item in range(20):
        span = slice(got.indptr[item], got.indptr[item + 1])
        order = [i for i in np.lexsort((np.arange(20), -want[item])) if want[item, i] > 0][:limit]
        assert got.indices[span].tolist() == order
        assert got.data[span] == pytest.approx(want[item, order], rel=1e-5)


def test_item_item_asks_the_candidate_for_its_neighbours():
    matrix = csr_array(np.array([[1, 1, 0], [1, 1, 0], [0, 1, 1]], np.float32))
    scores = ItemItem(ItemItemParams(1, 0.0)).fit(matrix).score(csr_array(np.array([[1, 0, 0]], np.float32)))
    assert scores[0] == pytest.approx([0, 2 / np.sqrt(6), 0], rel=1e-5)


def test_blocks_do_not_change_the_similarity(monkeypatch):
    matrix, params = random_matrix(), ItemItemParams(4, 1.0)
    whole = neighbours(matrix, params)
    monkeypatch.setattr("features.collaborative.item_item._BLOCK_CELLS", 40)
    assert (neighbours(matrix, params) != whole).nnz == 0


def test_ease_equals_the_dense_formula():
    matrix = random_matrix(users=40)
    dense = matrix.toarray().astype(float)
    inverse = np.linalg.inv(dense.T @ dense + 2.0 * np.sqrt(matrix.nnz) * np.eye(20))
    want = np.eye(20) - inverse / np.diag(inverse)
    got = Ease(EaseParams(charge=2.0)).fit(matrix).score(matrix)
    assert got == pytest.approx(dense @ want, abs=1e-4)


def test_ease_is_left_out_where_it_does_not_fit():
    matrix, few = random_matrix(), EaseParams(most_items=19)
    with pytest.raises(ContractError, match="20 items are more than 19"):
        Ease(few).fit(matrix)
    for params, held in ((PARAMS, True), (replace(PARAMS, ease=few), False)):
        blend = Blend(builders(params), params.blend)
        assert ("ease" in blend.able_builders(matrix)) is held


def test_many_steps_solve_the_normal_equations():
    matrix, rng = random_matrix(), np.random.default_rng(1)
    factors = rng.normal(size=(20, 5)).astype(np.float32)
    got = half_step(matrix, np.zeros((30, 5), np.float32), factors, replace(SMALL, steps=8))
    for user, cost in enumerate(charge(matrix, SMALL)):
        row = matrix[[user]].toarray()[0]
        confidence, liked = 1 + SMALL.alpha * row, (row > 0).astype(float)
        left = factors.T @ (confidence[:, None] * factors) + cost * np.eye(5)
        assert got[user] == pytest.approx(np.linalg.solve(left, factors.T @ (confidence * liked)), abs=5e-4)


def test_blocks_of_rows_change_nothing(monkeypatch):
    matrix, factors = random_matrix(), np.random.default_rng(1).normal(size=(20, 5)).astype(np.float32)
    start = np.zeros((30, 5), np.float32)
    whole = half_step(matrix, start, factors, SMALL)
    monkeypatch.setattr("features.collaborative.conjugate._BLOCK_FLOATS", 60)
    assert half_step(matrix, start, factors, SMALL) == pytest.approx(whole, abs=1e-5)


def test_the_popularity_discount_keeps_the_mean_weight_and_favours_the_rare():
    matrix = csr_array(np.array([[1, 1, 0], [1, 0, 1], [1, 0, 0], [1, 0, 0]], np.float32))
    trust = Als(replace(SMALL, popularity_discount=0.5)).fit(matrix).item_trust
    assert trust[1] / trust[0] == pytest.approx(2.0)
    assert trust[matrix.indices].mean() == pytest.approx(1.0)
    assert Als(SMALL).fit(matrix).item_trust.tolist() == [1, 1, 1]


def test_relative_regularisation_follows_the_size_of_the_matrix():
    relative = replace(SMALL, relative_regularisation=60.0)
    assert settled(relative, (100, 400)).regularisation == pytest.approx(0.3)
    assert settled(SMALL, (100, 400)).regularisation == SMALL.regularisation


def test_bm25_saturates_and_discounts_long_histories():
    matrix = csr_array(np.array([[1, 1, 1, 1], [100, 0, 0, 0], [0, 1, 0, 0]], np.float32))
    data = weighted(matrix, ItemItemParams(weighting="bm25")).toarray()
    assert data[1, 0] < 2.2 * np.log1p(1.5 / 2.5)
    assert data[2, 1] > data[0, 1]
    calm = weighted(matrix, ItemItemParams(activity_discount=1.0)).toarray()
    assert calm[2, 1] == pytest.approx(4 * calm[0, 1])
    with pytest.raises(ValueError, match="weighting"):
        ItemItemParams(weighting="tfidf")


def test_an_empty_history_folds_in_at_zero():
    als = Als(SMALL).fit(random_matrix())
    assert not als.fold_in(csr_array((2, 20), dtype=np.float32)).any()


def test_als_bytes_do_not_depend_on_threads():
    matrix = random_matrix(200, 60)
    one = Als(AlsParams(factors=8, threads=1)).fit(matrix)
    two = Als(AlsParams(factors=8, threads=2)).fit(matrix)
    assert one.item_factors.tobytes() == two.item_factors.tobytes()


def test_graph_filter_equals_the_dense_formula():
    matrix = random_matrix(40, 15, 0.4)
    dense = matrix.toarray().astype(np.float64)
    user, item = dense.sum(1) ** -0.5, dense.sum(0) ** -0.5
    normal = user[:, None] * dense * item
    vectors = np.linalg.svd(normal)[2][:4].T
    linear = normal.T @ normal
    np.fill_diagonal(linear, 0)
    want = dense @ linear + 0.3 * (dense * item) @ vectors @ vectors.T / item
    got = GraphFilter(GraphFilterParams(rank=4, low_pass=0.3, power_iterations=40)).fit(matrix).score(matrix)
    assert got == pytest.approx(want, abs=1e-3)


def test_low_pass_basis_is_orthonormal_and_bounded_by_the_matrix():
    basis = smoothest(random_matrix(6, 9), GraphFilterParams(rank=50))
    assert basis.shape == (9, 6)
    assert basis.T @ basis == pytest.approx(np.eye(6), abs=1e-4)


def test_standardised_rows():
    scores = standardised(np.array([[1.0, 2.0, 3.0], [5.0, 5.0, 5.0]], np.float32))
    assert scores[0] == pytest.approx([-1.2247, 0, 1.2247], abs=1e-3)
    assert scores[1].tolist() == [0, 0, 0]


@pytest.mark.parametrize("name", sorted(MODELS))
@given(seed=st.integers(0, 1000), users=st.integers(1, 12), items=st.integers(1, 9))
@settings(max_examples=12, deadline=None)
def test_every_model_takes_any_matrix_and_gives_the_same_bytes_again(name, seed, users, items):
    matrix = random_matrix(users, items, 0.5, seed)
    before = matrix.copy()
    scores = MODELS[name](PARAMS).fit(matrix).score(matrix)
    assert scores.shape == (users, items)
    assert scores.dtype == np.float32
    assert np.isfinite(scores).all()
    assert (matrix != before).nnz == 0
    again = MODELS[name](PARAMS).fit(matrix).score(matrix)
    assert scores.tobytes() == again.tobytes()
