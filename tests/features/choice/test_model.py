"""The choice model: slopes, what it recovers, and what it makes of songs nobody has played."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from features.choice import slopes
from features.choice.fitting import _batches, fit
from features.choice.model import TERMS, Listening, Moves, World, listeners, start, track_vectors
from features.choice.occasions import Occasions
from features.choice.params import ChoiceParams, Penalties

HABIT, WEARY = 0.7, 0.5


def choices(rng, users=40, tracks=30, plays=150, content=None):
    """Listeners who choose by a known liking, habit and satiation among eight songs each time."""
    taste, place = rng.normal(size=(users, 3)), rng.normal(size=(tracks, 3))
    liking = taste @ place.T * 0.8
    rows = users * plays
    user = np.repeat(np.arange(users), plays)
    shown = np.argsort(rng.random((rows, tracks)), axis=1)[:, :8]
    habit, tired = rng.uniform(0, 2, shown.shape), rng.uniform(0, 3, shown.shape)
    utility = liking[user[:, None], shown] + HABIT * habit - WEARY * tired + rng.gumbel(size=shown.shape)
    order = np.argsort(-utility, axis=1)
    shown, habit, tired = (np.take_along_axis(a, order, axis=1) for a in (shown, habit, tired))
    enjoyed = liking[user, shown[:, 0]] - WEARY * tired[:, 0]
    skipped = rng.random(rows) < 1 / (1 + np.exp(2 * enjoyed))
    made = Occasions(
        user=user,
        kind=np.zeros(rows, np.int64),
        week=np.zeros(rows, np.int64),
        tracks=shown,
        usable=np.ones(shown.shape, bool),
        habit=habit.astype(np.float32),
        last=np.full(shown.shape, -1),
        rested=np.zeros(shown.shape, np.int64),
        satiation=tired.astype(np.float32),
        first=np.zeros(rows, bool),
        skipped=skipped,
        weight=np.ones(rows, np.float32),
    )
    columns = np.zeros((tracks, 1), np.float32) if content is None else content
    return made, liking, World(users, np.arange(tracks) // 2, np.full(tracks, -1), columns)


def of(found, users, kind=0):
    """Vectors of all listeners on a day of this kind."""
    return listeners(found.held, Listening(np.arange(users), np.full(users, kind)))


def test_it_recovers_liking_habit_and_satiation():
    rng = np.random.default_rng(4)
    made, liking, world = choices(rng)
    found = fit(made, world, ChoiceParams(factors=6, epochs=30), rng)
    guess = of(found, len(liking)) @ found.tracks.T
    alike = [np.corrcoef(guess[u], liking[u])[0, 1] for u in range(len(liking))]
    assert np.mean(alike) > 0.9
    assert found.terms["habit"] == pytest.approx(HABIT, abs=0.1)
    assert found.terms["satiation"] == pytest.approx(WEARY, abs=0.1)


def test_slopes_are_those_of_the_likelihood(monkeypatch):
    """Analytic slopes agree with differences, dense and sparse, repeats and first plays."""
    rng = np.random.default_rng(5)
    made, _, world = choices(rng, users=3, tracks=9, plays=6, content=rng.normal(size=(9, 2)).astype(np.float32))
    made = replace(made, first=rng.random(len(made)) < 0.4, kind=rng.choice([0, 1, 3, 7], len(made)))
    world = replace(world, album=np.array([0, 0, 1, 1, 2, -1, 3, 3, -1]), album_share=0.5, moves=Moves(np.ones(3), 1.0))
    held = {n: v.astype(np.float64) for n, v in start(world, ChoiceParams(factors=2), rng).items()}
    held = {n: v + 0.1 * rng.normal(size=v.shape) for n, v in held.items()}
    listening, row = Listening.of(made)
    asked = (held, made, row, listening, np.arange(len(made)), world, slopes.sums_of(held, listening, world))
    found = slopes.slopes_of(*asked)
    monkeypatch.setattr(slopes, "_DENSE", 0)
    sparse = slopes.slopes_of(*asked)
    for name, value in held.items():
        assert sparse[name] == pytest.approx(found[name], abs=1e-4), name
        for at in np.ndindex(value.shape):
            up, down = ({**held, name: moved(value, at, step)} for step in (1e-4, -1e-4))
            numeric = (loss(up, made, world) - loss(down, made, world)) / 2e-4
            assert found[name][at] == pytest.approx(numeric, abs=2e-3), (name, at)


def moved(value, at, step):
    other = value.copy()
    other[at] += step
    return other


def loss(held, made, world):
    """The negative log-likelihood, written out once more without the model's own steps."""
    listening, at = Listening.of(made)
    users, tracks = listeners(held, listening)[at], track_vectors(held, world)
    slope, habit, weary, offset, scale = held["terms"]
    total = 0.0
    for row in range(len(made)):
        liking = users[row] @ tracks[made.tracks[row]].T
        known = liking + habit * made.habit[row] - weary * made.satiation[row]
        utility = scale * liking + held["exposure"][made.tracks[row]] if made.first[row] else known
        total += np.log(np.exp(utility).sum()) - utility[0]
        missed = offset - slope * (liking[0] + held["patience"][made.user[row]] - weary * made.satiation[row, 0])
        total += np.log1p(np.exp(missed)) - missed * made.skipped[row]
    return total


def test_a_song_nobody_played_is_placed_by_its_artist_and_content():
    rng = np.random.default_rng(6)
    made, _, world = choices(rng, users=60, tracks=20)
    loved = np.array([[1.0 if t % 2 else 0.0] for t in range(22)], np.float32)
    content = World(60, np.r_[world.artist, 0, 1], np.full(22, -1), loved)
    # Listeners play odd tracks only when they could: content is all that tells tracks 20 and 21 apart.
    swap = np.where(made.tracks[:, :1] % 2 == 1, made.tracks, made.tracks ^ 1)
    found = fit(
        replace(made, tracks=swap), content, ChoiceParams(factors=4, epochs=10, penalties=Penalties(bias=0.1)), rng
    )
    base = found.tracks[:, -1]
    assert base[21] > base[20] + 0.1


def test_what_leaves_no_trace_is_not_fitted():
    """Days off are measured to move nobody's taste of their own, holidays everybody's: only those move."""
    rng = np.random.default_rng(8)
    made, _, world = choices(rng, users=10, plays=40, content=rng.normal(size=(30, 2)).astype(np.float32))
    made = replace(made, kind=rng.choice([0, 1, 3], len(made)))
    found = fit(made, replace(world, moves=Moves(np.array([0.0, 0.1, 0.0]), 0.0)), ChoiceParams(epochs=2), rng)
    assert not found.held["own"].any()
    assert found.held["everyone"].any(axis=1).tolist() == [False, True, False]
    assert "album" not in found.held


def test_a_habit_of_days_off_is_told_from_taste():
    """On days off everybody wants column 0, even listeners on top of that column 1; on workdays nobody does."""
    rng = np.random.default_rng(9)
    content = rng.normal(size=(30, 2)).astype(np.float32)
    made, _, world = choices(rng, users=40, plays=200, content=content)
    off = rng.random(len(made)) < 0.3
    pull = content[made.tracks] @ np.array([1.0, 0.0]) + np.where(
        made.user[:, None] % 2 == 0, content[made.tracks][:, :, 1], 0.0
    )
    utility = np.where(off[:, None], pull, 0.0) + rng.gumbel(size=made.tracks.shape)
    first = np.argmax(utility, axis=1)
    order = np.argsort(np.arange(made.tracks.shape[1])[None] != first[:, None], axis=1, kind="stable")
    made = replace(
        made,
        kind=off.astype(np.int64),
        tracks=np.take_along_axis(made.tracks, order, axis=1),
        habit=np.zeros_like(made.habit),
        satiation=np.zeros_like(made.satiation),
        skipped=np.zeros(len(made), bool),
    )
    moves = Moves(np.array([1.0, 0.0, 0.0]), 1.0)
    found = fit(made, replace(world, moves=moves), ChoiceParams(factors=2, epochs=30), rng)
    shift = found.held["everyone"][0] + found.held["own"]
    assert shift[:, 0] == pytest.approx(np.ones(40), abs=0.6)
    assert shift[::2, 1].mean() == pytest.approx(1.0, abs=0.25)
    assert shift[1::2, 1].mean() == pytest.approx(0.0, abs=0.25)
    days = [of(found, 40, kind) @ found.tracks.T for kind in (0, 1)]
    assert days[1] - days[0] == pytest.approx(shift @ content.T, abs=1e-4)


def test_nothing_to_learn_from():
    nothing = np.zeros((0, 1))
    number = nothing.astype(np.int64)
    empty = Occasions(
        number[:, 0], number[:, 0], number[:, 0], number, nothing.astype(bool), nothing, number, number, nothing,
        np.zeros(0, bool), np.zeros(0, bool), np.zeros(0),
    )  # fmt: skip
    world = World(2, np.array([0, 1]), np.array([0, 0]), np.zeros((2, 3), np.float32))
    found = fit(empty, world, ChoiceParams(), np.random.default_rng(0))
    assert found.terms == pytest.approx(TERMS)
    assert (of(found, 2).shape, found.tracks.shape) == ((2, 20), (2, 20))


def test_the_same_seed_gives_the_same_bytes():
    made, _, world = choices(np.random.default_rng(7), users=10, plays=20)
    one, two = (fit(made, world, ChoiceParams(epochs=2), np.random.default_rng(1)) for _ in range(2))
    assert all(one.held[name].tobytes() == two.held[name].tobytes() for name in one.held)
    assert one.tracks.tobytes() == two.tracks.tobytes()


@pytest.mark.parametrize(("batch", "passes"), [(10_000, 4), (50, 1), (30, 0)])
def test_more_plays_take_no_more_updates(batch, passes):
    """Twenty of them, of so many plays at most; nothing twice before everything once."""
    params = ChoiceParams(epochs=4, steps=5, batch=batch)
    made = list(_batches(1_000, params, np.random.default_rng(0)))
    assert len(made) == 20
    assert max(map(len, made)) <= batch
    seen = np.bincount(np.concatenate(made), minlength=1_000)
    assert (seen.min(), seen.max()) == (passes, passes or 1)
