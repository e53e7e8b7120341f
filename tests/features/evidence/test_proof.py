"""Every reason given is proved again, by a query against the tables it names."""

from __future__ import annotations

import duckdb
import polars as pl
import pytest

from features.collaborative.popularity import popularity
from features.evidence.kinds.habits import HOURS
from features.evidence.proof import Bounds, mismatch_sql
from features.evidence.registry import KINDS
from features.lists.params import ListParams
from features.lists.weather import MOODS_OF
from features.measurement import MeasurementPolicy
from features.taste.times import LOOPS_KEPT
from schemas.vocabulary import MOOD_IDS, SCENE_IDS, WEATHER
from tests.features.lists.night import run_night
from tests.features.lists.weekends import weekending
from tests.features.lists.world import World, world

PUBLIC = {"popular", "popular_near", "fresh_release", "weather_fit", "arrival", "catalogue_pick"}
# A world of forty people: what is true of "many" needs fewer of them.
RULES = ListParams(many_from=3, others_from=2, known_from=5, known_share_from=0.2)
BOUNDS = Bounds(RULES, MeasurementPolicy())
Tables = dict[str, pl.DataFrame]


def replayed(made: World, plays: pl.DataFrame) -> Tables:
    """Other plays, and who is popular by them."""
    pairs = plays.group_by("user_id", "track_id")
    heard = pairs.agg(last_heard=pl.col("local_date").filter(~pl.col("skipped")).max())
    return {"plays": plays, "popularity": popularity(heard, made.tables["users"], made.night.ds, 7.0)}


@pytest.fixture(scope="module")
def night() -> tuple[World, Tables]:
    made = world(11, users=40, songs=160, plays=90)
    people = made.tables["users"]["user_id"].to_list()
    habits = weekending(made.tables["plays"], made.tables["emotions"], people[::3], people[1::3])
    return made, run_night(made.tables | replayed(made, habits), made.night, RULES)


@pytest.fixture(scope="module")
def warehouse(night: tuple[World, Tables]) -> duckdb.DuckDBPyConnection:
    return stored(night[1])


def stored(tables: Tables) -> duckdb.DuckDBPyConnection:
    """The tables of a night in a database, as analysts find them."""
    db = duckdb.connect()
    for name, frame in tables.items():
        db.register("given", frame.to_arrow())
        db.execute(f"CREATE TABLE {name} AS SELECT * FROM given")
        db.unregister("given")
    return db


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"catalogue_pick"}))
def test_every_reason_is_true(night, warehouse, kind):
    assert night[1]["evidence"].filter(pl.col("kind") == kind).height > 0
    assert warehouse.execute(mismatch_sql(kind, night[0].night.ds, BOUNDS)).fetchall() == []


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"catalogue_pick"}))
def test_every_corrupted_reason_is_caught(night, warehouse, kind):
    """In every column that the kind fills; a reason that is true for everybody names no user."""
    made, out = night
    mine = out["evidence"].filter(pl.col("kind") == kind)
    columns = ["value", "value_high", "subject", "subject_too", "song_text", "track_id"]
    columns += [] if kind in {"fresh_release", "popular", "arrival"} else ["user_id"]
    for column in columns:
        true = mine.drop_nulls(column)
        wrong = pl.col(column) + 1 if column.startswith("value") else pl.lit("nobody's")
        # A table of this cursor alone, which hides the true one from it.
        with warehouse.cursor() as db:
            db.register("given", true.with_columns(wrong.alias(column)).to_arrow())
            db.execute("CREATE TEMP TABLE evidence AS SELECT * FROM given")
            caught = db.execute(mismatch_sql(kind, made.night.ds, BOUNDS)).fetchall()
        assert len(caught) == true.height, column


def test_a_loop_is_not_compared_with_the_other_loops():
    """Two others at its pace make three loops at that pace: "you looped two" would be false."""
    made = world(3, users=8, songs=60, plays=200)
    out = run_night(made.tables, made.night, RULES)
    loops = out["taste"].select("user_id", track_id="looped_track_ids").explode("track_id")
    assert out["daily_lists"].join(loops, on=["user_id", "track_id"], how="semi").height > 0
    paced = out["evidence"].filter(pl.col("kind") == "looped_tempo")
    assert paced.height > 0
    assert paced.join(loops, on=["user_id", "track_id"], how="semi").is_empty()


def test_of_as_many_loops_as_are_kept_there_may_be_more_and_they_are_not_counted():
    made = world(3, users=8, songs=60, plays=200)
    sure = made.tables["audio_features"].filter(pl.col("tempo_confidence") > 0.6)["track_id"]
    someone = made.tables["users"].filter("personalised")["user_id"][0]
    mine, others = (made.tables["plays"].filter((pl.col("user_id") == someone) == own) for own in (True, False))
    for many, told in ((LOOPS_KEPT - 1, True), (LOOPS_KEPT, False)):
        loops = pl.DataFrame({"track_id": [track for track in sure[:many] for _ in range(3)]}).with_row_index("minute")
        week = mine.head(1).drop("track_id").join(loops, how="cross")
        week = week.with_columns(
            pl.col("played_at") + pl.duration(minutes="minute"), local_date=made.night.ds, skipped=pl.lit(False)
        )
        plays = pl.concat([others, week.select(others.columns)])
        out = run_night(made.tables | {"plays": plays}, made.night, RULES)
        taste, paced = (out[name].filter(pl.col("user_id") == someone) for name in ("taste", "evidence"))
        assert taste["looped_track_ids"].list.len().item() == many
        assert (paced.filter(pl.col("kind") == "looped_tempo").height > 0) == told


def test_loops_at_a_pace_are_those_that_a_reader_counts_there():
    """Told in whole BPM, both edges of the band included: 99.98 is told as 100."""
    made = world(3, users=12, songs=60, plays=300)
    near = ((pl.col("tempo_bpm") / 10).round() * 10 - 0.02 * (pl.int_range(pl.len()) % 2)).cast(pl.Float32)
    paced = made.tables | {"audio_features": made.tables["audio_features"].with_columns(tempo_bpm=near)}
    out = run_night(paced, made.night, RULES)
    counted = (
        stored(out | {"audio_features": paced["audio_features"]})
        .execute(
            "SELECT e.value, count(*) FILTER (floor(a.tempo_bpm + 0.5) "
            "BETWEEN split_part(e.subject, '-', 1)::INT AND split_part(e.subject, '-', 2)::INT) "
            "FROM evidence e JOIN taste t USING (user_id), unnest(t.looped_track_ids) l(track_id) "
            "JOIN audio_features a ON a.track_id = l.track_id AND a.tempo_confidence >= 0.6 "
            "WHERE e.kind = 'looped_tempo' GROUP BY e.user_id, e.track_id, e.value"
        )
        .fetchall()
    )
    assert len(counted) > 5
    assert [said for said, there in counted if said != there] == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", [21, 22, 23])
def test_no_reason_of_other_nights_is_wrong(seed):
    made = world(seed, users=150, songs=400, plays=120)
    out = run_night(made.tables, made.night, RULES)
    db = stored(out)
    wrong = [row for kind in KINDS for row in db.execute(mismatch_sql(kind, made.night.ds, BOUNDS)).fetchall()]
    assert out["evidence"].height > 10_000
    assert wrong == []


def test_most_songs_have_two_to_four_reasons_and_none_without(night):
    counts = night[1]["evidence"].group_by("user_id", "track_id").len()["len"]
    assert counts.len() == night[1]["daily_lists"].height
    assert counts.min() >= 1
    assert counts.max() <= BOUNDS.rules.reasons
    assert (counts >= 2).mean() > 0.9


def test_lists_without_a_profile_have_public_reasons_only(night):
    plain = night[1]["list_summaries"].filter(~pl.col("personalised"))["user_id"]
    kinds = night[1]["evidence"].filter(pl.col("user_id").is_in(plain.implode()))["kind"]
    assert plain.len() >= 5
    assert set(kinds) <= PUBLIC


def test_where_nothing_is_known_the_genre_is_what_remains():
    made = world(2, users=3, songs=60)
    empty = (
        "plays", "feedback", "cf_user_factors", "cf_track_factors", "cf_neighbours", "choice_users", "choice_tracks",
        "satiation", "popularity", "contexts",
    )  # fmt: skip
    out = run_night(made.tables | {n: made.tables[n].clear() for n in empty}, made.night)
    assert "catalogue_pick" in set(out["evidence"]["kind"])
    assert stored(out).execute(mismatch_sql("catalogue_pick", made.night.ds, BOUNDS)).fetchall() == []
    assert set(out["evidence"]["kind"]) <= PUBLIC


def test_every_weather_has_moods():
    assert set(MOODS_OF) == set(WEATHER)
    assert {m for moods in MOODS_OF.values() for m in moods} <= set(MOOD_IDS)


def test_every_hour_habit_is_a_scene():
    assert set(HOURS) <= set(SCENE_IDS)
    assert all(0 <= hour <= 23 for hours in HOURS.values() for hour in hours)


def test_no_kind_leads_more_than_its_share_where_others_hold(night):
    first = night[1]["evidence"].filter(pl.col("seq") == 1)
    lists = night[1]["list_summaries"].filter("personalised").select("user_id", "songs")
    led = first.join(lists, on="user_id").group_by("user_id", "songs", "kind").len()
    assert (led["len"] <= (led["songs"] * BOUNDS.rules.leading_share).ceil()).mean() > 0.99
    assert led.group_by("user_id").len()["len"].mean() >= 5
