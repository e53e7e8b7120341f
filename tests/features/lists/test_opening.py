"""The first song: known to who is known, and in the mood of their hour."""

from __future__ import annotations

import math

import numpy as np
import pytest

from features.lists import build
from features.lists.inputs import ListInputs
from features.lists.opening import hour_fit, trust
from features.lists.params import ListParams
from features.measurement import MeasurementPolicy
from jobs.run.body import gather
from schemas.vocabulary import CANDIDATE_SOURCES, DAYPARTS, daypart
from tests.features.lists.night import run_night
from tests.features.lists.world import world


@pytest.fixture(scope="module")
def made():
    app = world(31, users=30, songs=150)
    out = run_night(app.tables, app.night)
    return out, build.bucket(gather(ListInputs, out), ListParams(), MeasurementPolicy(), app.night)


def test_the_hour_is_that_of_most_plays(made):
    out, bucket = made
    pool, songs = bucket.pool, bucket.songs
    fit = hour_fit(pool.user, pool.track, songs, bucket.listeners)
    taste = {row["user_id"]: row for row in out["taste"].iter_rows(named=True)}
    people = bucket.listeners.frame["user_id"].to_list()
    for pair in range(0, len(fit), 97):
        mine = taste[people[pool.user[pair]]]
        valence, arousal = songs.valence[pool.track[pair]], songs.arousal[pool.track[pair]]
        if not bucket.listeners.personal[pool.user[pair]] or math.isnan(valence):
            assert fit[pair] == 0.5
            continue
        part = DAYPARTS.index(daypart(mine["favourite_hour"]))
        apart = (valence - mine["daypart_valence"][part]) ** 2 + (arousal - mine["daypart_arousal"][part]) ** 2
        assert fit[pair] == pytest.approx(math.exp(-apart / (2 * 0.35**2)))


def test_known_songs_earn_more_trust(made):
    _, bucket = made
    pool, people = bucket.pool, bucket.listeners
    earned = trust(np.arange(len(pool.user)), pool, bucket.songs, people)
    assert ((earned >= 0) & (earned <= 1)).all()
    mine = people.personal[pool.user]
    assert earned[mine & pool.heard].min() >= 0.6
    strangers = mine & ~pool.heard & (pool.artist_pull == 0)
    assert earned[strangers].max() <= 0.4


def test_who_has_no_profile_is_met_with_what_everybody_knows(made):
    _, bucket = made
    pool, people = bucket.pool, bucket.listeners
    common = np.flatnonzero(~people.personal[pool.user])
    earned = trust(common, pool, bucket.songs, people)
    popular = pool.sources[common, CANDIDATE_SOURCES.index("popular")]
    assert len(common) > 0
    assert earned.tolist() == pytest.approx((0.6 * popular + 0.2).tolist())


def test_lists_open_with_more_trust_than_they_hold(made):
    out, _ = made
    opening = out["daily_lists"].filter(out["daily_lists"]["rank"] == 1)
    personal = out["list_summaries"].filter("personalised")["user_id"]
    heard = opening.filter(opening["user_id"].is_in(personal.implode()))["heard"].mean()
    overall = out["daily_lists"].filter(out["daily_lists"]["user_id"].is_in(personal.implode()))["heard"].mean()
    assert heard > overall
