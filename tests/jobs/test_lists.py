"""The three stages as the runner meets them: contracts, names, order of rows, buckets, emptiness."""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from schemas import TABLES
from schemas.validate import check
from tests.features.lists.night import run_night
from tests.features.lists.world import world

pytestmark = pytest.mark.slow

MADE = ("affinity", "taste", "candidates", "daily_lists", "list_summaries", "list_log", "evidence")


@pytest.fixture(scope="module")
def night():
    made = world(1, users=24, songs=100)
    return made, run_night(made.tables, made.night)


@pytest.mark.parametrize("table", MADE)
def test_keeps_its_contract(night, table):
    assert [str(v) for v in check(night[1][table], TABLES[table])] == []


def test_every_user_has_a_taste_and_a_list(night):
    made, out = night
    users = set(made.tables["users"]["user_id"])
    assert set(out["taste"]["user_id"]) == set(out["list_summaries"]["user_id"]) == users


def test_every_song_has_evidence_numbered_from_one(night):
    _, out = night
    songs = out["daily_lists"].select("user_id", "track_id").sort("user_id", "track_id")
    seqs = out["evidence"].sort("user_id", "track_id", "seq").group_by("user_id", "track_id", maintain_order=True)
    numbered = seqs.agg("seq").with_columns(expected=pl.int_ranges(1, pl.col("seq").list.len() + 1, dtype=pl.Int32))
    assert_frame_equal(songs, numbered.select("user_id", "track_id"))
    assert (numbered["seq"] == numbered["expected"]).all()


def test_the_order_of_rows_does_not_matter(night):
    made, out = night
    mixed = {n: f.sample(fraction=1, shuffle=True, seed=9) for n, f in made.tables.items()}
    again = run_night(mixed, made.night)
    for table in MADE:
        assert_frame_equal(_sorted(out, table), _sorted(again, table), check_exact=True)


@pytest.mark.parametrize("buckets", [3, 8])
def test_the_buckets_do_not_matter(night, buckets):
    made, out = night
    per_user = ("users", "plays", "feedback", "history", "cf_user_factors", "choice_users", "satiation")
    ids = made.tables["users"]["user_id"].to_list()
    parts = []
    for number in range(buckets):
        mine = ids[number::buckets]
        tables = made.tables | {n: made.tables[n].filter(pl.col("user_id").is_in(mine)) for n in per_user}
        parts.append(run_night(tables, made.night))
    for table in MADE:
        joined = pl.concat([part[table] for part in parts])
        assert_frame_equal(_sorted(out, table), joined.sort(TABLES[table].key), check_exact=True)


def test_the_share_that_the_ranker_says_is_logged_and_lists_are_as_they_were(night):
    made, out = night
    logged = {1.0: set(out["ranking_log"]["user_id"])}
    for share in (0.5, 0.1):
        row = {"kind": "settings", "features": [], "weights": [], "logged_share": share}
        again = run_night(made.tables | {"ranker": TABLES["ranker"].frame([row])}, made.night)
        logged[share] = set(again["ranking_log"]["user_id"])
        assert_frame_equal(_sorted(out, "daily_lists"), _sorted(again, "daily_lists"), check_exact=True)
    assert logged[0.1] < logged[0.5] < logged[1.0]


def test_an_empty_bucket_gives_empty_tables():
    made = world(1, users=3, songs=40)
    per_user = ("users", "plays", "feedback", "history", "cf_user_factors", "choice_users", "satiation")
    out = run_night(made.tables | {n: made.tables[n].clear() for n in per_user}, made.night)
    assert {n: (out[n].height, dict(out[n].schema)) for n in MADE} == {n: (0, TABLES[n].schema()) for n in MADE}


def test_a_first_night_without_any_play_still_gives_lists():
    made = world(2, users=4, songs=80)
    empty = (
        "plays", "feedback", "cf_user_factors", "cf_track_factors", "cf_neighbours", "choice_users", "choice_tracks",
        "satiation", "popularity", "contexts",
    )  # fmt: skip
    out = run_night(made.tables | {n: made.tables[n].clear() for n in empty}, made.night)
    assert (out["list_summaries"]["songs"] == 30).all()
    assert not out["list_summaries"]["personalised"].any()
    assert [str(v) for v in check(out["evidence"], TABLES["evidence"])] == []


def _sorted(out: dict[str, pl.DataFrame], table: str) -> pl.DataFrame:
    return out[table].sort(TABLES[table].key)
