"""Folding in: the loss is the whole model's, its one minimum is found, and a known listener is found again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from features.choice import folding
from features.choice.model import TERMS, Fitted, Moves, World, charges, start, track_vectors
from features.choice.occasions import Occasions
from features.choice.params import ChoiceParams
from features.choice.shared import Shared
from features.days import DESIGN
from tests.features.choice.test_model import loss

PARAMS = ChoiceParams(factors=3)
TRACKS, CONTENTS = 40, 2


def shared_of(rng, own=1.0) -> tuple[Shared, Fitted, World]:
    """Songs, days and terms of a model, as learnt; and the same for the model's own loss, of one listener."""
    content = rng.normal(size=(TRACKS, CONTENTS)).astype(np.float32)
    world = World(1, np.arange(TRACKS), np.full(TRACKS, -1), content, moves=Moves(np.ones(3), own))
    held = {n: 0.5 * rng.normal(size=v.shape) for n, v in start(world, PARAMS, rng).items()}
    held["terms"] = np.array(list(TERMS.values())) * rng.uniform(0.7, 1.5, len(TERMS))
    vectors = track_vectors(held, world)
    ids = pl.Series([f"t{t:02d}" for t in range(TRACKS)])
    terms = dict(zip(TERMS, held["terms"].tolist(), strict=True))
    return Shared(ids, vectors, held["exposure"], held["everyone"], own, terms, 3), Fitted(held, vectors), world


def shown(rng, shared, own: folding.Own, plays=400) -> Occasions:
    """What this listener chooses among eight songs each time, known or new, on workdays and days off."""
    tracks = np.argsort(rng.random((plays, TRACKS)), axis=1)[:, :8]
    kind, first = rng.choice([0, 1, 3, 4], plays), rng.random(plays) < 0.4
    habit, tired = rng.uniform(0, 2, tracks.shape), rng.uniform(0, 2, tracks.shape)
    vectors = np.array([own.vector(shared, k) for k in kind])
    terms = shared.terms
    liking = np.einsum("bd,bkd->bk", vectors, shared.tracks[tracks])
    known = liking + terms["habit"] * habit - terms["satiation"] * tired
    utility = np.where(first[:, None], terms["first_scale"] * liking + shared.exposure[tracks], known)
    order = np.argsort(-(utility + rng.gumbel(size=tracks.shape)), axis=1)
    tracks, habit, tired, liking = (np.take_along_axis(a, order, axis=1) for a in (tracks, habit, tired, liking))
    against = terms["skip_slope"] * (liking[:, 0] + own.patience - terms["satiation"] * tired[:, 0])
    nothing = np.zeros(plays, np.int64)
    return Occasions(
        nothing, kind, nothing, tracks, np.ones(tracks.shape, bool), habit, np.full(tracks.shape, -1),
        np.zeros(tracks.shape), tired, first,
        rng.random(plays) < 1 / (1 + np.exp(against - terms["skip_offset"])), np.ones(plays),
    )  # fmt: skip


def somebody(rng, size=1.0) -> folding.Own:
    latent, taste, day_off = (size * rng.normal(size=n) for n in (3, CONTENTS, CONTENTS))
    return folding.Own(latent, taste, day_off, 0.4)


def flat(own: folding.Own, shared: Shared) -> np.ndarray:
    return np.r_[own.latent, own.taste, own.day_off if shared.own else [], own.patience]


@pytest.mark.parametrize("own", [0.0, 1.0])
def test_the_loss_is_that_of_the_whole_model(own):
    """Of one listener, penalties included, days and first plays too; by the test's own writing-out of it."""
    rng = np.random.default_rng(1)
    shared, fitted, world = shared_of(rng, own)
    one = somebody(rng)
    given = shown(rng, shared, one, plays=30)
    given = replace(given, weight=rng.random(30))
    charge = folding._charges(len(flat(one, shared)), shared, PARAMS)
    mine = folding._At.of(flat(one, shared), charge, folding._Case.of(given, shared)).loss
    day_off = one.day_off if own else np.zeros(CONTENTS)
    held = fitted.held | {
        "user": one.latent[None],
        "taste": one.taste[None],
        "own": day_off[None],
        "patience": np.array([one.patience]),
    }
    by = charges(world, PARAMS)
    penalties = sum(float(np.sum(by[n] * held[n] ** 2)) for n in ("user", "taste", "own", "patience"))
    weighed = sum(w * loss(held, given.at(np.array([row])), world) for row, w in enumerate(given.weight))
    assert mine == pytest.approx(weighed + penalties, rel=1e-5)


def test_slopes_and_curvature_are_those_of_the_loss():
    rng = np.random.default_rng(2)
    shared, _, _ = shared_of(rng)
    given = shown(rng, shared, somebody(rng), plays=20)
    given = replace(given, usable=given.usable & (rng.random(given.tracks.shape) < 0.7))
    given.usable[:, 0] = True
    case = folding._Case.of(given, shared)
    case = replace(case, rows=case.rows.astype(np.float64))
    at = flat(somebody(rng), shared)
    charge = folding._charges(len(at), shared, PARAMS)
    slope, curve = folding._slopes(folding._At.of(at, charge, case), charge, case)
    for place in range(len(at)):
        step = np.zeros(len(at))
        step[place] = 1e-3
        up, down = at + step, at - step
        numeric = (folding._At.of(up, charge, case).loss - folding._At.of(down, charge, case).loss) / 2e-3
        assert slope[place] == pytest.approx(numeric, abs=2e-3)
        bent = (
            folding._slopes(folding._At.of(up, charge, case), charge, case)[0]
            - folding._slopes(folding._At.of(down, charge, case), charge, case)[0]
        ) / 2e-3
        assert curve[place] == pytest.approx(bent, abs=2e-2, rel=1e-2)


def test_a_known_listener_is_found_again():
    """Their liking of songs, on workdays and days off, and how patient they are."""
    rng = np.random.default_rng(3)
    shared, _, _ = shared_of(rng)
    light = replace(PARAMS, penalties=replace(PARAMS.penalties, listener=0.5, content_taste=0.5))
    for _ in range(5):
        one = somebody(rng)
        found = folding.fold_in(shown(rng, shared, one, plays=600), shared, light)
        for kind in (0, 1):
            true, guess = (shared.tracks @ own.vector(shared, kind) for own in (one, found))
            assert np.corrcoef(true, guess)[0, 1] > 0.95
        assert found.patience == pytest.approx(one.patience, abs=0.4)


@pytest.mark.parametrize("size", [0.3, 3.0, 10.0])
def test_it_ends_at_the_minimum_however_strong_the_taste(size):
    rng = np.random.default_rng(4)
    shared, _, _ = shared_of(rng)
    strong = replace(shared, terms={**shared.terms, "first_scale": 5.0})
    given = shown(rng, strong, somebody(rng, size))
    found = flat(folding.fold_in(given, strong, PARAMS), strong)
    case, charge = folding._Case.of(given, strong), folding._charges(len(found), strong, PARAMS)
    slope, curve = folding._slopes(folding._At.of(found, charge, case), charge, case)
    assert np.linalg.norm(np.linalg.solve(curve, slope)) < 0.02 * np.linalg.norm(found)


def test_a_listener_without_choices_is_everybody():
    shared, _, _ = shared_of(np.random.default_rng(5))
    none = folding.Own.none(shared)
    for kind in range(8):
        expected = np.r_[np.zeros(3), DESIGN[kind] @ shared.days, 1.0]
        assert none.vector(shared, kind) == pytest.approx(expected)
