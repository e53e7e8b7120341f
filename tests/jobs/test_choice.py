"""The choice stage: contracts, who is learnt from, and the order of rows."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import jobs.choice
from features.choice.params import ChoiceParams
from features.measurement import MeasurementPolicy
from features.seeds import Seeds
from jobs.run.body import apply
from schemas import TABLES
from schemas.validate import check
from tests.contracts import golden
from tests.features.choice.simulated import NIGHT as SIMULATED
from tests.features.choice.simulated import plays
from tests.features.lists.world import world
from tests.frames import rows

NAMES = ("plays", "users", "tracks", "emotions", "audio_features", "contexts")
MADE = ("choice_users", "choice_tracks", "satiation", "choice_terms", "choice_days", "choice_panel")
FEW = ChoiceParams(epochs=4)


def run(tables, night, params=FEW):
    return apply(jobs.choice.whole, tables, policy=MeasurementPolicy(), params=params, seeds=Seeds(2), night=night)


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


def test_an_operator_sees_what_was_learnt(made):
    terms = dict(made[1]["choice_terms"].rows())
    assert terms["memory"] == FEW.memory
    assert terms["memory_gain"] == 0
    assert terms["memory_repeats"] < terms["plays"]
    assert 0 <= terms["album_share"] < 1
    assert {"day_off_moves", "holiday_moves", "festival_moves", "day_off_moves_own"} <= set(terms)


def test_a_memory_that_plays_show_is_what_satiation_fades_by():
    """Sixty listeners who forget a play sooner than the default: the table of satiation follows them."""
    heard = plays(0.7, 1)
    ids = [{"user_id": u, "personalised": True} for u in heard["user_id"].unique().sort()]
    songs = [{"track_id": t, "artist_id": f"a{t}"} for t in heard["track_id"].unique().sort()]
    tables = {n: rows(n, []) for n in NAMES} | {"plays": heard.drop("kind"), "users": rows("users", ids)}
    params = ChoiceParams(epochs=8, factors=4, alternatives=12)
    out = run(tables | {"tracks": rows("tracks", songs)}, SIMULATED, params)
    terms = dict(out["choice_terms"].rows())
    assert 0.6 < terms["memory"] < 0.8
    once = heard.group_by("user_id", "track_id").agg(pl.len(), pl.col("local_date").max()).filter(pl.col("len") == 1)
    faded = once.join(out["satiation"], on=["user_id", "track_id"]).with_columns(
        days=(pl.lit(SIMULATED.serves_on) - pl.col("local_date")).dt.total_days()
    )
    assert faded.height > 0
    assert faded["recent_plays"].to_list() == pytest.approx([terms["memory"] ** d for d in faded["days"]], rel=1e-4)


@pytest.mark.parametrize("at_once", [1, 10**6])
def test_who_shares_a_bucket_changes_no_listener(made, monkeypatch, at_once):
    """Every listener by themselves, and all at once: the same bytes."""
    app, out = made
    monkeypatch.setattr("features.choice.listening._AT_ONCE", at_once)
    tables, alone = app.tables | out, []
    for user in tables["users"].partition_by("user_id") if at_once == 1 else [tables["users"]]:
        mine = {n: tables[n].join(user, on="user_id", how="semi") for n in ("users", "plays")}
        alone.append(apply(jobs.choice.listeners, tables | mine, choice_rules=FEW, seeds=Seeds(2), night=app.night))
    for name in ("choice_users", "satiation"):
        key = list(TABLES[name].key)
        joined = pl.concat([part[name] for part in alone]).sort(key)
        assert_frame_equal(joined, out[name].sort(key), check_exact=True)


def test_listeners_beyond_the_panel_get_theirs_too(made):
    """Six listeners teach what is everybody's; all twenty have a taste of their own."""
    app, all_in = made
    out = run(app.tables, app.night, replace(FEW, panel_listeners=6))
    assert 0 < out["choice_panel"]["user_id"].n_unique() < all_in["choice_panel"]["user_id"].n_unique()
    assert out["choice_users"]["user_id"].equals(all_in["choice_users"]["user_id"])
    heard = app.tables["plays"]["user_id"].unique()
    mine = out["choice_users"].filter(pl.col("user_id").is_in(heard.implode()))
    assert mine["vector"].n_unique() == mine.height


def test_the_panel_is_some_of_many_listeners_as_ingest_counts_them(made):
    app, out = made
    many = golden.read()["ingest_counts"].with_columns(pl.col("rows_kept") * 5000)
    given = {name: app.tables[name] for name in ("users", "plays", "contexts")} | {"ingest_counts": many}
    some = jobs.choice.panel(**given, choice_rules=FEW, seeds=Seeds(2), night=app.night)["choice_panel"]
    assert some["user_id"].n_unique() < out["choice_panel"]["user_id"].n_unique() / 2


@pytest.mark.parametrize("empty", [("plays",), NAMES])
def test_nothing_is_known(made, empty):
    app, _ = made
    out = run({n: app.tables[n].clear() if n in empty else app.tables[n] for n in NAMES}, app.night)
    assert out["satiation"].height == 0
    assert dict(out["choice_users"].schema) == TABLES["choice_users"].schema()
