"""Traces of days: found where listeners have habits, and not where they have none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from features.choice.fitting import fit
from features.choice.habits import moves
from features.choice.model import Moves
from features.choice.params import ChoiceParams
from tests.features.choice.test_model import choices

OFF, HOLIDAY = 1, 2


def world_of(everyone: float, own: float, seed: int = 1, users: int = 80, plays: int = 200):
    """Choices over 60 days in order, two of seven off; on days off content weighs more, by an amount per listener."""
    rng = np.random.default_rng(seed)
    content = rng.normal(size=(40, 3)).astype(np.float32)
    made, liking, world = choices(rng, users=users, tracks=40, plays=plays, content=content)
    day = np.sort(rng.integers(0, 60, (users, plays)), axis=1).ravel()
    off = day % 7 >= 5
    weights = everyone + own * rng.normal(size=(users, 3))
    pull = np.einsum("rkc,rc->rk", content[made.tracks], weights[made.user]) * off[:, None]
    wanted = liking[made.user[:, None], made.tracks] + pull + rng.gumbel(size=made.tracks.shape)
    order = np.argsort(np.arange(8)[None] != np.argmax(wanted, axis=1)[:, None], axis=1, kind="stable")
    plain = np.zeros(made.tracks.shape, np.float32)
    given = replace(
        made,
        kind=np.where(off, OFF, 0),
        week=day // 7,
        tracks=np.take_along_axis(made.tracks, order, axis=1),
        habit=plain,
        satiation=plain,
        skipped=np.zeros(len(made), bool),
    )
    return given, world


def measured(given, world) -> Moves:
    plain = replace(given, kind=np.zeros_like(given.kind))
    return moves(given, fit(plain, world, ChoiceParams(epochs=8, factors=4), np.random.default_rng(0)), world)


def test_a_habit_of_ones_own_is_found():
    found = measured(*world_of(everyone=0.0, own=0.5))
    assert found.own == pytest.approx(0.25, rel=0.7)
    assert found.kinds == OFF


def test_a_habit_of_everybody_is_found():
    found = measured(*world_of(everyone=0.5, own=0.0))
    assert found.everyone[0] == pytest.approx(0.25, rel=0.7)
    assert found.own < 0.05
    assert found.everyone[1:].tolist() == [0, 0]


def test_a_holiday_is_told_apart():
    given, world = world_of(everyone=0.5, own=0.0)
    there = given.kind == OFF
    found = measured(replace(given, kind=np.where(there, OFF + HOLIDAY, 0)), world)
    assert found.everyone[1] > 0.05


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_without_a_habit_next_to_nothing_is_found(seed):
    found = measured(*world_of(everyone=0.0, own=0.0, seed=seed))
    assert found.own < 0.02
    assert found.everyone.max() < 0.01


def test_nothing_to_look_at():
    given, world = world_of(everyone=0.0, own=0.0, users=2, plays=20)
    fitted = fit(given, world, ChoiceParams(epochs=1, factors=2), np.random.default_rng(0))
    none = moves(given.at(np.zeros(0, np.int64)), fitted, world)
    assert (none.own, none.everyone.tolist(), none.kinds) == (0.0, [0, 0, 0], 0)
    alone = given.at(np.flatnonzero(given.user == 0))
    assert moves(alone, fitted, world).own == 0.0
