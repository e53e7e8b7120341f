"""The memory of satiation: found where plays show it, the default where they do not."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.choice.memory import half_life, share_left
from features.choice.params import ChoiceParams
from tests.features.choice.simulated import learnt, plays

DEFAULT = ChoiceParams().memory
_NEAR = 0.5  # doublings of the half-life


def octaves(one: float, other: float) -> float:
    return abs(math.log2(half_life(one) / half_life(other)))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("memory", [0.7, 0.95])
def test_a_memory_that_plays_show_is_found(memory, seed):
    found = learnt(plays(memory, seed))
    assert octaves(found.memory, memory) <= _NEAR
    assert octaves(found.memory, DEFAULT) > _NEAR
    assert found.gain > 3


def test_the_default_is_found_where_it_is_true():
    found = learnt(plays(DEFAULT, 3))
    assert octaves(found.memory, DEFAULT) <= 0.25


@settings(max_examples=12, deadline=None)
@given(st.sampled_from([0.5, 0.7, 0.95, 0.98]), st.integers(0, 50), st.integers(1, 14))
def test_few_plays_leave_the_default(memory, seed, users):
    found = learnt(plays(memory, seed, users=users, days=8))
    assert (found.memory, found.gain) == (DEFAULT, 0.0)
    assert found.repeats < ChoiceParams().memory_learning.repeats_from


def test_plays_that_know_no_satiation_leave_the_default():
    made = plays(0.0, 4, users=30)
    rng = np.random.default_rng(4)
    shuffled = made.with_columns(made["track_id"].gather(rng.permutation(made.height)))
    assert learnt(shuffled).memory == DEFAULT


@given(st.floats(0.1, 100))
def test_half_lives_and_shares_are_two_words_for_one_thing(days):
    assert half_life(share_left(days)) == pytest.approx(days)
    assert share_left(days) ** days == pytest.approx(0.5)
