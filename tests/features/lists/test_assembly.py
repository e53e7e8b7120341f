"""Thirty songs under the rules: hypothesis over random grid, judged by plain loops."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.lists.assembly import CandidateGrid, Picks, choose, names
from features.lists.params import RELAXATIONS, ListParams
from tests.features.lists.candidate_grid import SONGS, broken, random_shelves, worth

RULES = ListParams()
_SETTINGS = settings(max_examples=60, deadline=None, derandomize=True)
_SHELVES = {
    "seed": st.integers(0, 10**6),
    "width": st.integers(0, 90),
    "artists": st.sampled_from([1, 4, 12, 80]),
    "recordings": st.sampled_from([None, 20, 60]),
    "trouble": st.sampled_from([0.0, 0.3, 0.9]),
}


def chosen_of(picks: Picks, user: int) -> list[int]:
    return [place for place in picks.places[user].tolist() if place >= 0]


def only(grid: CandidateGrid, users: list[int], width: int | None = None) -> CandidateGrid:
    """The grid of some users, cut to a width."""
    user_wise = {"size", "strength", "least", "most", "new_songs"}
    cut = {}
    for field in fields(CandidateGrid):
        value = getattr(grid, field.name)
        if field.name == "mix":
            cut[field.name] = tuple(mix[users] for mix in value)
        elif field.name == "facets":
            cut[field.name] = tuple(facet[users, :width] for facet in value)
        else:
            cut[field.name] = value[users] if field.name in user_wise else value[users, :width]
    return CandidateGrid(**cut)


@pytest.mark.slow
@_SETTINGS
@given(**_SHELVES)
def test_no_rule_is_broken_that_the_list_does_not_name(seed, width, artists, recordings, trouble):
    grid = random_shelves(12, width, seed, artists, recordings, trouble)
    picks = choose(grid, RULES)
    for user in range(12):
        chosen = chosen_of(picks, user)
        assert broken(grid, user, chosen) == set(names(int(picks.used[user])))


@pytest.mark.slow
@_SETTINGS
@given(**_SHELVES)
def test_a_short_list_has_taken_every_recording(seed, width, artists, recordings, trouble):
    grid = random_shelves(12, width, seed, artists, recordings, trouble)
    picks = choose(grid, RULES)
    for user in range(12):
        there = set(grid.recording[user, : grid.size[user]].tolist())
        chosen = chosen_of(picks, user)
        assert len(chosen) == min(SONGS, len(there))


@pytest.mark.slow
@_SETTINGS
@given(**_SHELVES)
def test_rules_give_way_in_the_stated_order(seed, width, artists, recordings, trouble):
    """When a rule gave way, no song was left that the rules before it would have allowed."""
    grid = random_shelves(12, width, seed, artists, recordings, trouble)
    picks = choose(grid, RULES)
    for user in range(12):
        chosen = chosen_of(picks, user)
        for name in set(names(int(picks.used[user]))) - {"discovery_share"}:
            earlier = set(RELAXATIONS[: RELAXATIONS.index(name)])
            first = next(n for n in range(len(chosen)) if broken(grid, user, chosen[: n + 1]) - earlier)
            before = chosen[:first]
            left = set(range(grid.size[user])) - set(before)
            assert all(broken(grid, user, [*before, place]) - earlier for place in left)


@_SETTINGS
@given(seed=st.integers(0, 10**6))
def test_the_bounds_of_discovery_hold_where_there_is_choice(seed):
    grid = random_shelves(12, 200, seed, artists=400, trouble=0.0)
    grid = replace(grid, size=np.full(12, 200))
    picks = choose(grid, RULES)
    assert (picks.used == 0).all()
    for user in range(12):
        chosen = chosen_of(picks, user)
        assert grid.least[user] <= grid.discovery[user, chosen].sum() <= grid.most[user]
        assert grid.new[user, chosen].sum() >= grid.new_songs[user]


def test_as_good_as_the_plain_greedy_of_the_paper():
    """One song at a time by the whole objective, computed from its definition."""
    grid = random_shelves(20, 80, seed=4, artists=500, recordings=10**6, trouble=0.0)
    nobody = np.zeros(20, dtype=np.int64)
    grid = replace(grid, album=np.full((20, 80), -1), least=nobody, most=nobody + 30, new_songs=nobody)
    grid = replace(grid, artists=np.arange(20 * 80 * 2).reshape(20, 80, 2), size=np.full(20, 80))
    picks = choose(grid, RULES)
    for user in range(20):
        plain: list[int] = []
        for _ in range(SONGS):
            left = [place for place in range(80) if place not in plain]
            plain.append(max(left, key=lambda place: worth(grid, user, [*plain, place])))
        assert worth(grid, user, chosen_of(picks, user)) == pytest.approx(worth(grid, user, plain), rel=1e-3)


def test_without_calibration_it_is_the_best_by_score():
    grid = random_shelves(6, 120, seed=1, artists=5000, recordings=10**6, trouble=0.0)
    nobody = np.zeros(6, dtype=np.int64)
    grid = replace(
        grid, strength=np.zeros(6), least=nobody, most=nobody + 30, new_songs=nobody, size=np.full(6, 120),
        album=np.full((6, 120), -1), artists=np.arange(6 * 120 * 2).reshape(6, 120, 2),
    )  # fmt: skip
    assert (choose(grid, RULES).places == np.arange(SONGS)).all()


def test_a_user_of_one_genre_and_a_list_of_another():
    """Half folk, half jazz, and scores that know only folk: the list comes out mixed."""
    grid = random_shelves(1, 100, seed=2, artists=5000, recordings=10**6, trouble=0.0)
    nobody = np.zeros(1, dtype=np.int64)
    grid = replace(
        grid, size=np.full(1, 100), strength=np.array([0.6]), least=nobody, most=nobody + 30, new_songs=nobody,
        artists=np.arange(200).reshape(1, 100, 2), album=np.full((1, 100), -1),
        facets=((np.arange(100) >= 50).astype(np.int64)[None, :],), mix=(np.array([[0.5, 0.5]]),),
    )  # fmt: skip
    chosen = chosen_of(choose(grid, RULES), 0)
    assert sum(place >= 50 for place in chosen) >= 8
    plain = chosen_of(choose(replace(grid, strength=np.zeros(1)), RULES), 0)
    assert sum(place >= 50 for place in plain) == 0


@pytest.mark.parametrize("seed", range(4))
def test_who_else_is_in_the_bucket_does_not_matter(seed):
    grid = random_shelves(16, 70, seed, artists=12)
    whole = choose(grid, RULES)
    for part in ([0], [3, 9], list(range(8, 16))):
        alone = choose(only(grid, part, int(grid.size[part].max())), RULES)
        assert (alone.places == whole.places[part]).all()
        assert (alone.used == whole.used[part]).all()
