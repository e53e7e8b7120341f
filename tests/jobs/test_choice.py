"""The choice stage: contracts, who is learnt from, and the order of rows."""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import jobs.choice
from features.choice.params import ChoiceParams
from features.seeds import Seeds
from schemas import TABLES
from schemas.validate import check
from tests.features.lists.world import world

NAMES = ("plays", "users", "tracks", "emotions", "audio_features", "contexts")
MADE = ("choice_users", "choice_tracks", "satiation", "choice_terms")
FEW = ChoiceParams(epochs=4)


def run(tables, night):
    return jobs.choice.run(**{n: tables[n] for n in NAMES}, params=FEW, seeds=Seeds(2), night=night)


@pytest.fixture(scope="module")
def made():
    app = world(5, users=20, songs=60)
    return app, run(app.tables, app.night)


def test_keeps_its_contracts(made):
    assert {name: check(made[1][name], TABLES[name]) for name in MADE} == {name: [] for name in MADE}


def test_learns_only_from_those_who_allow_it(made):
    app, out = made
    allowed = app.tables["users"].filter("personalised")["user_id"].sort()
    assert out["choice_users"]["user_id"].to_list() == allowed.to_list()
    assert set(out["satiation"]["user_id"]) <= set(allowed)
    without = app.tables["plays"].filter(pl.col("user_id").is_in(allowed.implode()))
    again = run(app.tables | {"plays": without}, app.night)
    for name in MADE:
        assert_frame_equal(out[name], again[name])


def test_the_order_of_rows_does_not_matter(made):
    app, out = made
    again = run({n: app.tables[n].sample(fraction=1, shuffle=True, seed=4) for n in NAMES}, app.night)
    for name in MADE:
        assert_frame_equal(out[name], again[name], check_exact=True)


def test_every_track_has_a_place_also_unheard(made):
    app, out = made
    assert out["choice_tracks"]["track_id"].to_list() == app.tables["tracks"]["track_id"].sort().to_list()


@pytest.mark.parametrize("empty", [("plays",), NAMES])
def test_nothing_is_known(made, empty):
    app, _ = made
    out = run({n: app.tables[n].clear() if n in empty else app.tables[n] for n in NAMES}, app.night)
    assert out["satiation"].height == 0
    assert dict(out["choice_users"].schema) == TABLES["choice_users"].schema()
