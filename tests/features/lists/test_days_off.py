"""A listener with a weekend habit gets it on days off and not on workdays; one without gets the same list."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

import jobs.choice
from features.choice.params import ChoiceParams
from features.measurement import MeasurementPolicy
from features.night import Night
from features.seeds import Seeds
from jobs.run.body import apply
from tests.features.lists.night import run_night
from tests.features.lists.weekends import weekending
from tests.features.lists.world import World, world
from tests.frames import rows

pytestmark = pytest.mark.slow

FRIDAY, MONDAY = Night(date(2026, 11, 20)), Night(date(2026, 11, 23))
_READS = ("plays", "users", "tracks", "emotions", "audio_features", "contexts")


@pytest.fixture(scope="module")
def app() -> World:
    return world(3, users=40, songs=160, plays=150)


def served(app, night, plays, contexts=None):
    """Lists of the night whose models learnt from these plays."""
    tables = app.tables | {"plays": plays}
    tables |= {} if contexts is None else {"contexts": contexts}
    chosen = apply(
        jobs.choice.whole,
        tables,
        policy=MeasurementPolicy(),
        params=ChoiceParams(epochs=12),
        seeds=Seeds(1),
        night=night,
    )
    return run_night(tables | chosen, night)


def arousal(out, app, who):
    """Mean arousal of the lists of these listeners."""
    mine = out["daily_lists"].filter(pl.col("user_id").is_in(who)).join(app.tables["emotions"], on="track_id")
    return mine["arousal"].mean()


@pytest.fixture(scope="module")
def habitual(app):
    people = app.tables["users"].filter("personalised")["user_id"].to_list()
    calm, lively = people[::3], people[1::3]
    return calm, lively, weekending(app.tables["plays"], app.tables["emotions"], calm, lively)


@pytest.fixture(scope="module")
def saturday(app, habitual):
    return served(app, FRIDAY, habitual[2])


@pytest.fixture(scope="module")
def tuesday(app, habitual):
    return served(app, MONDAY, habitual[2])


def test_a_weekend_habit_is_served_on_a_saturday_and_not_on_a_tuesday(app, habitual, saturday, tuesday):
    calm, lively, _ = habitual
    assert arousal(saturday, app, calm) < arousal(tuesday, app, calm) - 0.1
    assert arousal(saturday, app, lively) > arousal(tuesday, app, lively) + 0.1


def test_a_holiday_is_served_like_a_weekend(app, habitual, saturday, tuesday):
    calm, _, plays = habitual
    cities = app.tables["contexts"]["city"].unique().to_list()
    holiday = rows(
        "contexts", [{"city": c, "local_date": MONDAY.serves_on, "weather": "rain", "holiday": True} for c in cities]
    )
    out = served(app, MONDAY, plays, holiday)
    at_home = app.tables["users"].drop_nulls("city").filter(pl.col("user_id").is_in(calm))["user_id"].to_list()
    assert arousal(out, app, at_home) < arousal(tuesday, app, at_home) - 0.1


def test_reasons_speak_of_days_off_only_on_days_off(saturday, tuesday):
    told = {"calmer_days_off", "livelier_days_off"}
    assert told <= set(saturday["evidence"]["kind"])
    assert not told & set(tuesday["evidence"]["kind"])


def test_the_ranking_knows_the_day(saturday, tuesday):
    from features.ranker.scorer import FEATURES

    place = FEATURES.index("day")
    for out in (saturday, tuesday):
        values = out["ranking_log"]["features"].list.get(place)
        assert values.is_between(0, 1).all()
        assert values.n_unique() > 100


def test_without_a_habit_days_do_not_differ(app):
    """Plays know no weekend here: nothing is fitted to days, and Saturday's liking is Tuesday's."""
    tables = {n: app.tables[n] for n in _READS}
    made = apply(
        jobs.choice.whole,
        tables,
        policy=MeasurementPolicy(),
        params=ChoiceParams(epochs=4),
        seeds=Seeds(1),
        night=FRIDAY,
    )
    effects = dict(made["choice_terms"].rows())
    names = ("day_off_moves", "day_off_moves_own", "holiday_moves", "festival_moves")
    assert [effects[n] for n in names] == [0, 0, 0, 0]


def test_the_order_of_rows_does_not_matter(app, habitual):
    """Also where there are habits to measure and to fit."""
    tables = {n: app.tables[n] for n in _READS} | {"plays": habitual[2]}
    mixed = {n: frame.sample(fraction=1, shuffle=True, seed=5) for n, frame in tables.items()}
    few = ChoiceParams(epochs=4)
    one, two = (
        apply(jobs.choice.whole, t, policy=MeasurementPolicy(), params=few, seeds=Seeds(1), night=FRIDAY)
        for t in (tables, mixed)
    )
    assert dict(one["choice_terms"].rows())["day_off_moves_own"] > 0
    for name, frame in one.items():
        assert frame.equals(two[name]), name
