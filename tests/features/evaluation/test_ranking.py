"""Ranking metrics against truths worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from features.evaluation import ranking
from features.seeds import Seeds


def test_recall_and_average_precision_by_hand():
    hits = np.array([[True, False, True], [False, False, False]])
    relevant = np.array([4, 1])
    assert ranking.recall(hits, relevant).tolist() == [0.5, 0.0]
    # user 0: (1/1 + 2/3) / min(3, 4)
    assert ranking.average_precision(hits, relevant) == pytest.approx([(1 + 2 / 3) / 3, 0.0])


def test_binary_ndcg_divides_by_the_best_list_of_min_k_and_relevant():
    hits = np.array([[False, True, False]])
    dcg = 1 / math.log2(3)
    assert ranking.ndcg(hits, np.array([1])) == pytest.approx([dcg])
    assert ranking.ndcg(hits, np.array([9])) == pytest.approx([dcg / (1 + 1 / math.log2(3) + 0.5)])


def test_graded_ndcg_by_hand():
    gains, ideal = np.array([[1.0, 3.0]]), np.array([[3.0, 1.0]])
    expected = (1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3))
    assert ranking.graded_ndcg(gains, ideal) == pytest.approx([expected])


def test_a_user_without_relevant_items_has_no_score():
    hits, none = np.zeros((1, 3), bool), np.array([0])
    for metric in (ranking.recall, ranking.ndcg, ranking.average_precision):
        assert np.isnan(metric(hits, none)).all()
    assert np.isnan(ranking.graded_ndcg(np.zeros((1, 3)), np.zeros((1, 3)))).all()


def test_coverage_and_gini_by_hand():
    lists = np.array([[0, 1], [0, -1]])
    assert ranking.coverage(lists, 4) == 0.5
    # counts 0 0 1 2: sum((2 rank - 5) count) = 1 * 1 + 3 * 2 = 7, over 4 * 3
    assert ranking.gini(lists, 4) == pytest.approx(7 / 12)
    assert ranking.gini(np.array([[0, 1], [2, 3]]), 4) == 0.0
    assert ranking.coverage(np.empty((0, 2), int), 0) == 0.0
    assert ranking.gini(np.full((2, 2), -1), 4) == 0.0


def test_bootstrap_interval_holds_the_mean_and_narrows_with_users():
    values = np.array([0.0, 1.0] * 50)
    few = ranking.bootstrap_interval(values[:10], Seeds(1).rng("a"))
    many = ranking.bootstrap_interval(values, Seeds(1).rng("a"))
    assert few[0] < 0.5 < few[1]
    assert many[1] - many[0] < few[1] - few[0]
    assert many == ranking.bootstrap_interval(values, Seeds(1).rng("a"))
    assert all(math.isnan(x) for x in ranking.bootstrap_interval(np.array([np.nan]), Seeds(1).rng("a")))


def test_top_k_breaks_ties_by_position_and_pads():
    scores = np.array([[1.0, 2.0, 2.0, 2.0], [-np.inf, 0.5, -np.inf, -np.inf]])
    assert ranking.top_k(scores, 2).tolist() == [[1, 2], [1, -1]]
    assert ranking.top_k(np.empty((1, 0)), 2).tolist() == [[-1, -1]]
    assert ranking.top_k(np.array([[3.0]]), 3).tolist() == [[0, -1, -1]]


@given(arrays(np.float64, (3, 9), elements=st.sampled_from([-np.inf, 0.0, 1.0, 2.0])), st.integers(1, 12))
def test_top_k_equals_a_full_stable_sort(scores, k):
    for row, found in zip(scores, ranking.top_k(scores, k), strict=True):
        order = [i for i in np.lexsort((np.arange(9), -row)) if row[i] > -np.inf][:k]
        assert found.tolist() == order + [-1] * (k - len(order))


@given(arrays(bool, (4, 6)), arrays(np.int64, 4, elements=st.integers(0, 8)))
def test_metrics_lie_between_zero_and_one(hits, extra):
    relevant = hits.sum(axis=1) + extra
    for metric in (ranking.recall, ranking.ndcg, ranking.average_precision):
        values = metric(hits, relevant)
        known = values[relevant > 0]
        assert ((known >= 0) & (known <= 1 + 1e-12)).all()
        assert np.isnan(values[relevant == 0]).all()
