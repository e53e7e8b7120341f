"""A crowd of synthetic listeners, judged by joins of their own: no rule is broken unsaid."""

from __future__ import annotations

import polars as pl
import pytest

import jobs.lists
from features.lists.params import ListParams
from features.measurement import MeasurementPolicy
from features.seeds import Seeds
from jobs.run.body import apply
from tests.oracles.violations import violations
from tests.worlds.crowd import Crowd
from tests.worlds.sketch import sketch

USERS = 1_000
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def app():
    return sketch(11, 200, 600)


def lists(tables, app):
    return apply(
        jobs.lists.run, tables, policy=MeasurementPolicy(), params=ListParams(), night=app.night, seeds=Seeds(30)
    )


@pytest.mark.parametrize("candidates", [300, 120, 45])
def test_no_rule_is_broken(app, candidates):
    tables = Crowd(app, candidates).bucket(0, USERS)
    made = lists(tables, app)
    assert made["list_summaries"].height == USERS
    assert violations(tables, made, app.night).rows() == []
    if candidates == 45:
        assert made["list_summaries"]["relaxations"].list.len().sum() > USERS / 2


@pytest.mark.parametrize(
    ("rule", "spoiled"),
    [
        ("a recording twice", {"recording_id": pl.lit("r"), "track_id": pl.lit("t00001")}),
        ("count", {"rank": pl.lit(1, pl.Int32)}),
        ("wrong recording", {"recording_id": pl.lit("r")}),
    ],
)
def test_the_judge_sees_what_is_wrong(app, rule, spoiled):
    tables = Crowd(app, 120).bucket(1, 20)
    made = lists(tables, app)
    bad = made | {"daily_lists": made["daily_lists"].with_columns(**spoiled)}
    assert rule in set(violations(tables, bad, app.night)["broken"])


def test_the_judge_sees_what_went_in(app):
    """Blocks, nights, rights and relaxations that the lists did not know of are found."""
    tables = Crowd(app, 120).bucket(2, 20)
    made = lists(tables, app)
    shown = made["daily_lists"].select("user_id", "track_id")
    blocked = tables["affinity"].join(shown, on=["user_id", "track_id"], how="semi").with_columns(blocked=pl.lit(True))
    hidden = tables | {
        "affinity": blocked,
        "tracks": tables["tracks"].with_columns(explicit=pl.lit(True), regions=pl.lit(["XX"])),
        "history": made["daily_lists"].select(
            "user_id", "rank", "track_id", "recording_id", ds=pl.lit(app.night.days_before(3))
        ),
    }
    found = set(violations(hidden, made, app.night)["broken"])
    assert {"blocked", "explicit", "region", "recommended_last_week unsaid"} <= found
