"""What accuracy does not see, against truths worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_array

from features.evaluation import beyond


def test_an_item_everybody_knows_is_no_surprise_and_one_nobody_knows_is_the_greatest():
    assert beyond.self_information(np.array([7, 3, 0]), people=7).tolist() == [0.0, 1.0, 3.0]


def test_novelty_is_the_mean_over_the_songs_that_are_there():
    lists = np.array([[0, 2, -1], [-1, -1, -1]])
    found = beyond.novelty(lists, np.array([1.0, 9.0, 3.0]))
    assert found[0] == 2.0
    assert math.isnan(found[1])


def test_diversity_of_opposites_equals_and_strangers():
    vectors = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    lists = np.array([[0, 1, -1], [0, 2, -1], [0, 1, 2], [0, 3, -1], [0, -1, -1]])
    found = beyond.diversity(lists, vectors)
    assert found[:4] == pytest.approx([0.0, 1.0, 2 / 3, 1.0])
    assert math.isnan(found[4])
    assert beyond.diversity(lists, csr_array(vectors))[:4] == pytest.approx(found[:4])


@given(arrays(np.float64, (6, 3), elements=st.floats(-1, 1)), st.permutations(range(6)))
def test_diversity_is_the_mean_over_pairs(vectors, order):
    chosen = np.array([order[:4]])
    pairs = [1 - vectors[a] @ vectors[b] for i, a in enumerate(chosen[0]) for b in chosen[0][i + 1 :]]
    assert beyond.diversity(chosen, vectors)[0] == pytest.approx(np.mean(pairs), abs=1e-9)


def test_calibration_is_zero_for_the_same_mix_and_grows_with_what_is_missing():
    own = np.array([[3.0, 1.0], [3.0, 1.0], [3.0, 1.0], [0.0, 0.0]])
    listed = np.array([[30.0, 10.0], [15.0, 15.0], [30.0, 0.0], [1.0, 1.0]])
    found = beyond.calibration(own, listed)
    assert found[0] == pytest.approx(0.0, abs=1e-12)
    assert 0 < found[1] < found[2] < math.inf
    assert math.isnan(found[3])


def test_calibration_by_hand():
    p, q = (0.75, 0.25), (0.5, 0.5)
    blurred = [0.99 * b + 0.01 * a for a, b in zip(p, q, strict=True)]
    truth = sum(a * math.log(a / b) for a, b in zip(p, blurred, strict=True))
    assert beyond.calibration(np.array([p]), np.array([q]))[0] == pytest.approx(truth)


def test_share_known_counts_marked_songs_of_the_own_row_only():
    known = csr_array(np.array([[1, 0, 1], [0, 0, 0]]))
    lists = np.array([[0, 1, 2], [0, 1, -1]])
    assert beyond.share_known(lists, known).tolist() == pytest.approx([2 / 3, 0.0])
    assert beyond.marked(lists, known).tolist() == [[True, False, True], [False, False, False]]


def test_nothing_known_marks_nothing():
    assert not beyond.marked(np.array([[0, 1]]), csr_array((1, 2))).any()
