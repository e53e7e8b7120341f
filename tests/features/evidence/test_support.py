"""Support: under stricter settings a kind is neither found nor proved; no number of its own stands in the way."""

from __future__ import annotations

from dataclasses import fields, replace

import duckdb
import polars as pl
import pytest

from features.evidence.proof import Bounds, mismatch_sql
from features.evidence.registry import KINDS
from features.measurement import MeasurementPolicy
from tests.features.evidence.test_proof import RULES, Tables, replayed, stored
from tests.features.lists.night import run_night
from tests.features.lists.weekends import weekending
from tests.features.lists.world import World, world

POLICY = MeasurementPolicy()
# Beyond what any listener or song of the world has. A liked song is loved at any weight, so that `loved_from`
# takes away some rows and not all.
BEYOND = {
    "known_from": 10_000, "known_share_from": 1.01, "others_from": 10_000, "many_from": 10_000, "sound_from": 1.01,
    "lately_played_days": 0, "arrival_days": -1, "share_from": 1.01, "rotation_from": 10_000,
    "resting_days": 10_000, "credits_from": 1_000,
    "day_plays_from": 10_000, "day_apart_from": 3.0, "fresh_days": -1,
    "tempo_said_from": 1.0, "key_said_from": 1.0, "mood_said_from": 1.0, "scene_said_from": 1.0,
    "feeling_said_from": 1.0,
}  # fmt: skip
PAIRS = [(kind.name, name) for kind in KINDS.values() for name in kind.support]


def under(*names: str, **values: float) -> Bounds:
    """The bounds with these parameters set beyond reach, and those to their values."""
    given = {name: BEYOND[name] for name in names} | values
    of_policy = {f.name for f in fields(MeasurementPolicy)}
    return Bounds(
        replace(RULES, **{name: value for name, value in given.items() if name not in of_policy}),
        replace(POLICY, **{name: value for name, value in given.items() if name in of_policy}),
    )


@pytest.fixture(scope="module")
def made() -> World:
    app = world(11, users=40, songs=160, plays=90)
    people = app.tables["users"]["user_id"].to_list()
    habits = weekending(app.tables["plays"], app.tables["emotions"], people[::3], people[1::3])
    return replace(app, tables=app.tables | replayed(app, habits))


@pytest.fixture(scope="module")
def night(made: World) -> Tables:
    return run_night(made.tables, made.night, RULES)


@pytest.fixture(scope="module")
def warehouse(night: Tables) -> duckdb.DuckDBPyConnection:
    return stored(night)


def test_every_parameter_that_bounds_evidence_is_tried():
    assert {name for _, name in PAIRS} == {*BEYOND, "loved_from"}


@pytest.mark.parametrize(("kind", "name"), [pair for pair in PAIRS if pair[1] in BEYOND])
def test_what_lacks_support_is_not_proved(made, night, warehouse, kind, name):
    rows = night["evidence"].filter(pl.col("kind") == kind).height
    assert rows > 0
    assert len(warehouse.execute(mismatch_sql(kind, made.night.ds, under(name))).fetchall()) == rows


def test_what_lacks_support_is_not_found(made):
    strict = under(*BEYOND)
    out = run_night(made.tables, made.night, strict.rules, policy=strict.policy)
    supported = {kind for kind, name in PAIRS if name in BEYOND}
    assert not supported & set(out["evidence"]["kind"])


def test_a_song_is_loved_by_the_weight_that_the_settings_say(made, night, warehouse):
    """Under a bound that few songs reach, those rows that rest on the others are found and proved no more."""
    few = under(loved_from=6.0)
    kinds = [kind for kind, name in PAIRS if name == "loved_from"]
    refused = {k: len(warehouse.execute(mismatch_sql(k, made.night.ds, few)).fetchall()) for k in kinds}
    assert sum(refused.values()) > 20
    out = run_night(made.tables, made.night, few.rules)
    db = stored(out)
    assert all(db.execute(mismatch_sql(kind, made.night.ds, few)).fetchall() == [] for kind in KINDS)
    assert out["evidence"].filter(pl.col("kind").is_in(kinds)).height > 0
