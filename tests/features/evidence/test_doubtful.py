"""Where a listener may have played a song under a name near its own, nothing is counted of it, nor called unheard."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from features.evidence.proof import Bounds, mismatch_sql
from features.evidence.registry import KINDS
from features.measurement import MeasurementPolicy
from features.taste.affinity import credits
from tests.features.evidence.test_proof import RULES, Tables, replayed, stored
from tests.features.lists.night import run_night
from tests.features.lists.world import World, world

OF_THE_SONG = ("heard_before", "unheard", "resting")
OF_ANOTHER = ("album_played", "same_pace")
OF_ARTISTS = ("artist_rotation", "featured_artist", "discovery")
OF_PEOPLE = ("popular", "popular_near", "loved_tracks_together")


@pytest.fixture(scope="module")
def made() -> World:
    app = world(11, users=40, songs=160, plays=90)
    return replace(app, tables=app.tables | replayed(app, app.tables["plays"]))


def misspelt(made: World) -> Tables:
    """The most played song may be the second most played, misspelt, and so on through the catalogue."""
    ids = made.tables["plays"].group_by("track_id").len().sort("len", "track_id", descending=True)["track_id"]
    meant = pl.DataFrame({"track_id": ids[:-1:4], "near_track_ids": ids[1::4].head(len(ids[:-1:4]))})
    meant = meant.with_columns(pl.concat_list("near_track_ids"))
    tracks = made.tables["tracks"].drop("near_track_ids").join(meant, on="track_id", how="left")
    return made.tables | {"tracks": tracks.select(made.tables["tracks"].columns)}


def told(night: Tables, kinds: tuple[str, ...]) -> pl.DataFrame:
    return night["evidence"].filter(pl.col("kind").is_in(kinds))


@pytest.mark.slow
def test_nothing_is_told_of_songs_that_may_have_been_played_more_often(made: World) -> None:
    plain, night = run_night(made.tables, made.night, RULES), run_night(misspelt(made), made.night, RULES)
    unsure = night["affinity"].filter("doubtful").select("user_id", "track_id")
    assert 0 < unsure.height < night["affinity"].height
    assert all(told(plain, (kind,)).height for kind in (*OF_THE_SONG, *OF_ANOTHER, *OF_PEOPLE))
    assert told(night, OF_THE_SONG).join(unsure, on=["user_id", "track_id"], how="semi").is_empty()
    subjects = unsure.rename({"track_id": "subject"})
    assert told(night, OF_ANOTHER).join(subjects, on=["user_id", "subject"], how="semi").is_empty()
    artists = unsure.join(credits(night["tracks"]), on="track_id").select("user_id", subject="artist")
    lately = told(night, OF_ARTISTS).join(artists, on=["user_id", "subject"], how="semi")
    assert set(lately["kind"]) <= {"artist_rotation", "featured_artist"}  # plays of months ago
    meant = night["tracks"]["near_track_ids"].drop_nulls().explode()
    assert not set(meant) & set(told(night, OF_PEOPLE)["track_id"])


def test_what_is_told_all_the_same_is_proved(made: World) -> None:
    night = run_night(misspelt(made), made.night, RULES)
    warehouse, bounds = stored(night), Bounds(RULES, MeasurementPolicy())
    for kind in KINDS:
        assert warehouse.execute(mismatch_sql(kind, made.night.ds, bounds)).fetchall() == [], kind


def test_an_artist_who_may_be_a_known_one_misspelt_is_no_discovery(made: World) -> None:
    plain = run_night(made.tables, made.night, RULES)["daily_lists"].filter("discovery")
    someone, track = plain.select("user_id", "track_id").row(0)
    heard = made.tables["plays"].filter(pl.col("user_id") == someone)["track_id"][0]
    near = pl.when(pl.col("track_id") == track).then(pl.lit([heard]))
    tracks = made.tables["tracks"].with_columns(near_track_ids=near)
    lists = run_night(made.tables | {"tracks": tracks}, made.night, RULES)["daily_lists"]
    assert lists.filter("discovery", pl.col("user_id") == someone, pl.col("track_id") == track).is_empty()
    assert lists.filter("discovery", pl.col("user_id") == someone).height > 0
