"""What the log says of a night of lists, and that the night does not depend on who else is there."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from features.lists.experiments import Experiment
from features.lists.params import ListParams
from tests.features.lists.checker import violations
from tests.features.lists.night import run_night
from tests.features.lists.world import world

SHARE = 0.5
BOLD = Experiment("bold", setting="new_songs", value=4.0, share=0.5)
PARAMS = replace(ListParams(), open_share=SHARE, experiments=(*ListParams().experiments, BOLD))
C = pl.col


@pytest.fixture(scope="module")
def night():
    made = world(21, users=60, songs=220, artists=70)
    return made, run_night(made.tables, made.night, PARAMS)


def test_one_row_per_shown_song(night):
    _, out = night
    columns = ["user_id", "rank", "track_id", "score", "source", "sources"]
    key = ["user_id", "rank"]
    assert_frame_equal(out["list_log"].select(columns).sort(key), out["daily_lists"].select(columns).sort(key))


def test_the_rules_hold_whatever_was_drawn(night):
    made, out = night
    assert violations(out, made.night) == []
    assert out["list_log"]["explored"].sum() > 5


def test_one_open_place_at_most_and_only_for_a_personal_list(night):
    _, out = night
    log = out["list_log"].join(out["list_summaries"], on="user_id")
    is_open = log.filter(C("slot") == "open")
    assert is_open["user_id"].is_unique().all()
    assert is_open["personalised"].all()
    assert (is_open["relaxations"].list.len() == 0).all()
    assert 0.2 < is_open["explored"].mean() < 0.8


def test_propensities_follow_from_share_and_choices(night):
    _, out = night
    log = out["list_log"]
    expected = pl.when(C("slot") != "open").then(1.0).when("explored").then(SHARE / C("choices")).otherwise(1 - SHARE)
    assert log.filter((C("propensity") - expected).abs() > 1e-12).is_empty()
    assert log.filter(~C("explored") & (C("choices") != 1)).is_empty()


def test_score_ranks_follow_the_scores(night):
    _, out = night
    ordered = out["list_log"].sort("user_id", "score_rank")
    step = C("score").diff().over("user_id")
    assert ordered.filter(step > 0).is_empty()
    assert ordered.filter(C("score_rank") > C("candidates")).is_empty()


def test_treated_users_get_more_new_songs(night):
    """The quota is met wherever the candidates hold enough lawful ones."""
    _, out = night
    log = out["list_log"].filter(C("arms").list.contains("bold=treated"))
    control = out["list_log"].filter(C("arms").list.contains("bold=control"))
    assert set(out["list_log"]["arms"].list.len()) == {2}
    per_user = [rows.group_by("user_id").agg(n=(C("slot") == "new_song").sum())["n"].mean() for rows in (log, control)]
    assert per_user[0] > per_user[1] + 1
    assert out["list_log"].filter(C("buckets").list.get(1) < 500).height == log.height


def test_new_songs_are_counted(night):
    _, out = night
    kept = out["list_log"].group_by("user_id").agg(kept=(C("slot") == "new_song").sum())
    joined = out["list_summaries"].join(kept, on="user_id")
    assert (joined["new_songs"] >= joined["kept"]).all()
    assert joined.filter("personalised")["kept"].min() >= 1
    assert joined.filter(~C("personalised"))["kept"].max() == 0


def test_another_seed_draws_otherwise(night):
    made, out = night
    again = run_night(made.tables, made.night, PARAMS)
    assert again["list_log"].equals(out["list_log"])
    other = run_night(made.tables, made.night, PARAMS, seed=31)
    assert not other["list_log"]["explored"].equals(out["list_log"]["explored"])
