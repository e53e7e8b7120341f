"""The order of a list, against random orders and against the exact optimum."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest

from features.lists.params import OrderParams
from features.lists.sequencing import Lists, costs, key_cost, order, path_length, shortest, tempo_cost
from features.lists.songs import KEY_NAMES

PARAMS = OrderParams()


def random_lists(count, n, seed=0, artists=20):
    rng = np.random.default_rng(seed)
    return Lists(
        tempo=np.where(rng.random((count, n)) < 0.1, np.nan, rng.uniform(60, 180, (count, n))),
        key=rng.integers(-1, 24, (count, n)),
        energy=rng.random((count, n)),
        valence=rng.uniform(-1, 1, (count, n)),
        arousal=rng.uniform(-1, 1, (count, n)),
        artists=np.stack([rng.integers(0, artists, (count, n)), rng.integers(-1, artists, (count, n))], axis=2),
        trust=rng.random((count, n)),
        score_rank=np.tile(np.linspace(0, 1, n), (count, 1)),
    )


def exact(distance):
    """Length of each best path by dynamic programming over subsets (Held and Karp 1962)."""
    count, n = len(distance), distance.shape[1] - 2
    best = np.full((count, 1 << n, n), np.inf)
    for subset in range(1, 1 << n):
        for last in (i for i in range(n) if subset >> i & 1):
            before = subset ^ (1 << last)
            step = distance[:, n, last] if not before else (best[:, before] + distance[:, :n, last]).min(axis=1)
            best[:, subset, last] = step
    return (best[:, -1] + distance[:, :n, n + 1]).min(axis=1)


def test_the_exact_solver_by_all_orders():
    distance = costs(random_lists(3, 5, seed=2), PARAMS)
    for lengths, one in zip(exact(distance), distance, strict=True):
        paths = np.array(list(itertools.permutations(range(5))))
        assert path_length(np.broadcast_to(one, (len(paths), 7, 7)), paths).min() == pytest.approx(lengths)


@pytest.mark.parametrize("n", [1, 2, 3, 5, 9])
def test_within_five_percent_of_the_optimum(n):
    distance = costs(random_lists(250, n, seed=n, artists=30), PARAMS)
    found, best = path_length(distance, shortest(distance)), exact(distance)
    assert (found >= best - 1e-4).all()
    assert (found <= 1.05 * best).mean() >= 0.97
    assert found.sum() <= 1.01 * best.sum()


def test_far_below_random_order():
    lists = random_lists(40, 30)
    distance = costs(lists, PARAMS)
    rng = np.random.default_rng(1)
    shuffled = np.stack([rng.permutation(30) for _ in range(40)])
    assert path_length(distance, order(lists, PARAMS)).mean() < 0.5 * path_length(distance, shuffled).mean()


def test_every_song_once_and_no_artist_beside_itself():
    lists = random_lists(60, 30, artists=40)
    paths = order(lists, PARAMS)
    assert (np.sort(paths, axis=1) == np.arange(30)).all()
    placed = np.take_along_axis(lists.artists[:, :, 0], paths, axis=1)
    assert (placed[:, 1:] != placed[:, :-1]).all()


def test_a_list_is_ordered_alone_as_among_others():
    lists = random_lists(30, 20)
    together = order(lists, PARAMS)
    fields = ("tempo", "key", "energy", "valence", "arousal", "artists", "trust", "score_rank")
    for i in (0, 7, 29):
        one = Lists(**{f: getattr(lists, f)[i : i + 1] for f in fields})
        assert (order(one, PARAMS)[0] == together[i]).all()


def test_opens_with_trust_and_closes_settled():
    plain = np.full((1, 6), np.nan)
    lists = Lists(
        tempo=plain, key=np.full((1, 6), -1), energy=np.full((1, 6), 0.5), valence=plain,
        arousal=np.array([[0.9, 0.8, -0.9, 0.7, 0.9, 0.8]]), artists=np.arange(6).reshape(1, 6, 1),
        trust=np.array([[0.1, 0.2, 0.3, 0.2, 0.9, 0.1]]), score_rank=np.zeros((1, 6)),
    )  # fmt: skip
    path = order(lists, PARAMS)[0]
    assert (path[0], path[-1]) == (4, 2)


@pytest.mark.parametrize("n", [0, 1])
def test_short_lists(n):
    assert order(random_lists(3, n), PARAMS).tolist() == [list(range(n))] * 3


def test_better_songs_come_earlier():
    lists = random_lists(40, 30)
    placed = np.take_along_axis(lists.score_rank, order(lists, PARAMS), axis=1)
    first, last = placed[:, :10].mean(), placed[:, 20:].mean()
    assert first < 0.3 < 0.7 < last


def test_tempo_folds_octaves_and_a_jump_is_one_whatever_its_ratio():
    cost = tempo_cost(np.array([[60.0, 120.0, 90.0, np.nan]]), PARAMS)[0]
    assert cost[0, 1] == pytest.approx(PARAMS.octave + PARAMS.jump)
    assert cost[0, 2] == pytest.approx(min(0.585, 0.415) * PARAMS.tempo + PARAMS.octave, abs=0.01)
    assert cost[0, 3] == cost[3, 3] == pytest.approx(PARAMS.unknown * PARAMS.tempo / 2)


def test_few_lists_jump_and_a_tempo_not_known_never_orders():
    """Songs of 70 and of 140 BPM, mixed by score: one way up, or down, is enough for nearly every list."""
    lists = random_lists(40, 30, artists=200)
    fast = np.random.default_rng(5).random(lists.tempo.shape) < 0.5
    paths = order(replace(lists, tempo=np.where(fast, 140.0, 70.0)), PARAMS)
    jumps = (np.diff(np.take_along_axis(fast, paths, axis=1).astype(int), axis=1) != 0).sum(axis=1)
    assert jumps.mean() < 5  # 13 without the cost of a jump
    free = replace(PARAMS, jump=0.0)
    unknown = replace(lists, tempo=np.full(lists.tempo.shape, np.nan))
    assert (order(unknown, PARAMS) == order(unknown, free)).all()


@pytest.mark.parametrize(
    ("one", "other", "steps", "mode"),
    [
        ("C major", "C major", 0, 0),
        ("C major", "G major", 1, 0),
        ("C major", "F major", 1, 0),
        ("C major", "F# major", 6, 0),
        ("C major", "A minor", 0, 1),
        ("A minor", "E minor", 1, 0),
        ("C major", "C minor", 3, 1),
    ],
)
def test_keys_lie_on_the_circle_of_fifths(one, other, steps, mode):
    keys = np.array([[KEY_NAMES.index(one), KEY_NAMES.index(other)]])
    expected = PARAMS.key * steps / 6 + PARAMS.mode * mode
    cost = key_cost(keys, PARAMS)[0]
    assert cost[0, 1] == cost[1, 0] == pytest.approx(expected)
