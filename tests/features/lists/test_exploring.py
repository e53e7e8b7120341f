"""The open place: lawful whatever is drawn, and drawn as often as its propensity says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from features.lists.assembly import choose
from features.lists.exploring import explore
from features.lists.params import ListParams
from tests.features.lists.candidate_grid import broken, random_shelves

RULES = ListParams()
USERS = 40


@pytest.fixture(scope="module")
def lists():
    grid = random_shelves(USERS, 160, seed=3, artists=60, trouble=0.1)
    grid = replace(grid, size=np.full(USERS, 160))
    return grid, choose(grid, RULES)


@pytest.mark.parametrize("seed", range(5))
def test_every_draw_keeps_the_list_lawful(lists, seed):
    grid, picks = lists
    opened = explore(grid, picks, np.ones(USERS), np.random.default_rng(seed).random(USERS), RULES)
    assert opened.explored.sum() > 10
    for user in range(USERS):
        before, after = picks.places[user], opened.places[user]
        chosen = [place for place in after.tolist() if place >= 0]
        assert bool(broken(grid, user, chosen)) == bool(picks.used[user])
        changed = np.flatnonzero(before != after)
        assert changed.tolist() == ([opened.at[user]] if opened.explored[user] else [])
        for flag in (grid.new, grid.discovery):
            assert flag[user, chosen].sum() == flag[user, before[before >= 0]].sum()


def test_songs_are_drawn_as_often_as_logged(lists):
    """Over an even grid of draws each song's frequency is its propensity."""
    grid, picks = lists
    share, draws = np.full(USERS, 0.25), (np.arange(1000) + 0.5) / 1000
    shown = [explore(grid, picks, share, np.full(USERS, draw), RULES) for draw in draws]
    user = int(np.flatnonzero(shown[0].explored)[0])
    at = shown[0].at[user]
    songs = np.array([one.places[user, at] for one in shown])
    logged = {int(one.places[user, at]): float(one.propensity[user]) for one in shown}
    assert len(logged) == shown[0].choices[user] + 1 > 2
    assert sum(logged.values()) == pytest.approx(1)
    for song, propensity in logged.items():
        assert (songs == song).mean() == pytest.approx(propensity, abs=2e-3)


def test_whether_a_place_is_open_does_not_depend_on_the_draw(lists):
    grid, picks = lists
    share = np.full(USERS, 0.5)
    drawn = explore(grid, picks, share, np.zeros(USERS), RULES)
    kept = explore(grid, picks, share, np.full(USERS, 0.9), RULES)
    assert (drawn.at == kept.at).all()
    assert (drawn.at >= 0).any()
    assert not kept.explored.any()
    assert (kept.places == picks.places).all()


def test_closed_where_the_share_is_zero_or_a_rule_was_relaxed(lists):
    grid, picks = lists
    assert (explore(grid, picks, np.zeros(USERS), np.zeros(USERS), RULES).at == -1).all()
    opened = explore(grid, picks, np.ones(USERS), np.zeros(USERS), RULES)
    assert (opened.at[picks.used > 0] == -1).all()


def test_shelves_without_a_song():
    grid = random_shelves(3, 0, seed=1)
    opened = explore(grid, choose(grid, RULES), np.ones(3), np.zeros(3), RULES)
    assert (opened.places == -1).all()
    assert not opened.explored.any()
