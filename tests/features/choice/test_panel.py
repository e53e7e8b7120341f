"""The panel: all where they are few, bounded where they are many, the same from night to night."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.choice.panel import panel, within
from features.choice.params import ChoiceParams
from features.night import Night
from features.seeds import Seeds
from schemas import TABLES
from schemas.validate import check
from tests.frames import rows

NIGHT = Night(date(2026, 3, 10))
NOWHERE = TABLES["contexts"].empty()


def app(listeners: int, each: int = 2) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Users and plays."""
    ids = [f"u{number:05d}" for number in range(listeners)]
    start = datetime(2026, 3, 10, tzinfo=UTC)
    made = [
        {"user_id": u, "track_id": "t", "played_at": start - timedelta(hours=n), "local_date": NIGHT.ds}
        for u in ids
        for n in range(each)
    ]
    return rows("users", [{"user_id": u, "personalised": True} for u in ids]), rows("plays", made)


def chosen(users, plays, params, listeners=None, seed=1):
    return panel(users, plays, NOWHERE, listeners or users.height, params, NIGHT, Seeds(seed))


def people(frame):
    return set(frame["user_id"])


def test_all_are_in_where_they_are_few():
    users, plays = app(50)
    made = chosen(users, plays, ChoiceParams(panel_listeners=50))
    assert people(made) == people(users)
    assert made.height == plays.height
    assert check(made, TABLES["choice_panel"]) == []


def test_who_is_in_stays_in_and_their_number_is_bounded():
    """Ten times as many listeners: about as many in the panel, all but newcomers in it before."""
    few, many = app(2_000, each=1), app(20_000, each=1)
    by = ChoiceParams(panel_listeners=1_000)
    before, after, later = (people(chosen(*a, by)) for a in (few, many, app(20_200, each=1)))
    assert all(900 < len(found) < 1_100 for found in (before, after, later))
    assert after & people(few[0]) <= before
    assert len(after - later) < 30
    assert people(chosen(*few, by, seed=2)) != before


def test_who_opted_out_and_what_comes_later_is_left_out():
    users, plays = app(4)
    users = users.with_columns(personalised=pl.col("user_id") != "u00001")
    plays = plays.with_columns(
        local_date=pl.when(pl.col("user_id") == "u00002").then(NIGHT.serves_on).otherwise("local_date")
    )
    assert people(chosen(users, plays, ChoiceParams())) == {"u00000", "u00003"}


def test_the_newest_plays_are_kept_and_know_their_day():
    users, plays = app(2, each=9)
    made = chosen(users, plays, ChoiceParams(most_plays=3))
    assert made.height == 6
    assert made["played_at"].min() == datetime(2026, 3, 9, 22, tzinfo=UTC)
    saturday = plays.with_columns(local_date=pl.lit(date(2026, 3, 7)))
    assert chosen(users, saturday, ChoiceParams())["kind"].unique().to_list() == [1]


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(1, 12), min_size=1, max_size=30), st.integers(1, 100), st.integers(0, 3))
def test_plays_are_bounded_and_more_room_only_adds(sizes, most, seed):
    ids = [f"u{n}" for n, size in enumerate(sizes) for _ in range(size)]
    frame = pl.DataFrame({"user_id": ids})
    kept, more = (within(frame, ChoiceParams(panel_plays=room), Seeds(seed)) for room in (most, most + 5))
    assert 0 < kept.height < most + max(sizes)
    assert people(kept) <= people(more)
    assert all(kept.filter(pl.col("user_id") == u).height == sizes[int(u[1:])] for u in people(kept))


@pytest.mark.parametrize("cuts", [2, 5])
def test_buckets_change_nobody(cuts):
    users, plays = app(300)
    by = ChoiceParams(panel_listeners=100)
    whole = chosen(users, plays, by)
    number = pl.col("user_id").hash(3) % cuts
    parts = [chosen(users.filter(number == n), plays.filter(number == n), by, 300) for n in range(cuts)]
    assert pl.concat(parts).sort("user_id", "played_at").equals(whole.sort("user_id", "played_at"))
