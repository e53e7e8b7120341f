"""Sources: worked examples, and properties over random worlds."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from features.candidates.eligibility import rights, servable
from features.candidates.sources import CandidateParams, summed
from features.lists.params import ListParams
from features.night import Night
from jobs.candidates import run
from jobs.run.body import apply
from schemas import TABLES
from schemas.listeners import FACTOR_DIM
from schemas.vocabulary import CANDIDATE_SOURCES
from tests.features.lists.night import run_night
from tests.features.lists.world import world
from tests.frames import rows

NIGHT = Night(date(2026, 11, 20))
EMPTY = (
    "users", "affinity", "taste", "tracks", "cf_track_factors", "cf_user_factors", "cf_neighbours", "cf_blend",
    "cf_user_knn", "neighbours", "popularity", "history",
)  # fmt: skip


def vector(*head):
    return [*head, *([0.0] * (FACTOR_DIM - len(head)))]


def candidates(source=None, params=None, **given):
    defaults = {
        "users": [{"user_id": "u", "personalised": True, "country": "CN", "city": "Chengdu"}],
        "taste": [{"user_id": "u", "history_class": "light"}],
        "tracks": [track(t) for t in "abcdefgh"],
    }
    tables = {name: rows(name, given.get(name, defaults.get(name, []))) for name in EMPTY}
    made = apply(run, tables, params=params or CandidateParams(), list_rules=ListParams(), night=NIGHT)["candidates"]
    return made if source is None else made.filter(pl.col("source") == source).sort("source_rank")


def track(track_id, **more):
    old = {"release_date": date(2020, 1, 1), "added_on": date(2020, 1, 1), "available": True}
    return {"track_id": track_id, "artist_id": track_id.upper()} | old | more


def heard(track, weight, **more):
    kept = {"plays": 3, "last_played": NIGHT.ds, "first_played": date(2026, 1, 1)}
    return {"user_id": "u", "track_id": track, "weight": weight} | kept | more


def near(track, neighbour, similarity, rank=1):
    return {"track_id": track, "neighbour_id": neighbour, "similarity": similarity, "rank": rank}


def test_item_item_sums_over_loved_tracks_and_names_the_strongest():
    """Pulls on the log scale: a = log 8 / log 8 = 1, b = log 2 / log 8 = 1/3."""
    found = candidates(
        "item_item",
        affinity=[heard("a", 7.0), heard("b", 1.0)],
        cf_neighbours=[near("a", "c", 0.3), near("b", "c", 0.6), near("b", "d", 0.9, 2), near("a", "e", 0.31, 2)],
    )
    assert found["track_id"].to_list() == ["c", "e", "d"]
    assert found["source_score"].to_list() == pytest.approx([0.5, 0.31, 0.3], abs=1e-5)
    assert found["because_track_id"].to_list() == ["a", "a", "b"]
    assert found["because_too_track_id"].to_list() == ["b", None, None]


def test_equal_reasons_go_to_the_more_loved_track():
    found = candidates(
        "item_item",
        affinity=[heard("a", 7.0), heard("b", 7.0)],
        cf_neighbours=[near("a", "c", 0.4), near("b", "c", 0.4)],
    )
    assert found["because_track_id"].to_list() == ["a"]


def test_what_is_blocked_or_disliked_leads_nowhere():
    found = candidates(
        "similar",
        affinity=[heard("a", -1.0), heard("b", 5.0, blocked=True)],
        neighbours=[near("a", "c", 0.9), near("b", "d", 0.9)],
    )
    assert found.is_empty()


def test_als_ranks_by_inner_product_and_skips_the_unlawful():
    tracks = [track("a"), track("b"), track("c", available=False), track("d", regions=["GB"]), track("e")]
    found = candidates(
        "als",
        tracks=tracks,
        affinity=[heard("e", -20.0, blocked=True)],
        cf_user_factors=[{"user_id": "u", "vector": vector(1.0, 2.0)}],
        cf_track_factors=[
            {"track_id": t, "vector": vector(x, 1.0)} for t, x in zip("abcde", (0.1, 0.5, 3.0, 3.0, 3.0), strict=True)
        ],
    )
    assert found["track_id"].to_list() == ["b", "a"]
    assert found["source_score"].to_list() == pytest.approx([2.5, 2.1])


def test_als_finds_what_a_full_sort_finds():
    made = world(4, users=12, songs=140)
    out = run_night(made.tables, made.night)
    lawful = servable(out["tracks"], made.night).sort("track_id")
    users = out["users"].sort("user_id")
    right = rights(users, lawful)
    factors = lawful.join(out["cf_track_factors"], on="track_id", maintain_order="left")
    matrix = np.array(factors["vector"].to_list())
    als = out["candidates"].filter(pl.col("source") == "als")
    checked = 0
    for number, user_id in enumerate(users["user_id"]):
        mine = als.filter(pl.col("user_id") == user_id).sort("source_rank")
        if mine.is_empty():
            continue
        barred = out["affinity"].filter(
            (pl.col("user_id") == user_id) & (pl.col("blocked") | (pl.col("plays_ds") > 0))
        )["track_id"]
        at = np.array(out["cf_user_factors"].filter(pl.col("user_id") == user_id)["vector"].to_list()[0])
        scores = matrix @ at
        scores[~right.allowed[right.user_class[number]]] = -np.inf
        scores[lawful["track_id"].is_in(barred.implode()).to_numpy()] = -np.inf
        expected = np.sort(scores)[::-1][: CandidateParams().blend_own]
        expected = expected[np.isfinite(expected)]
        assert mine["source_score"].to_list()[: len(expected)] == pytest.approx(expected.tolist(), abs=1e-5)
        checked += 1
    assert checked >= 8


@pytest.mark.parametrize(
    ("days", "more", "rests"),
    [(10, {}, True), (9, {}, False), (30, {"plays": 1}, False), (30, {"plays": 1, "liked": True}, True),
     (30, {"weight": -0.1}, False), (30, {"skips": 2}, False)],
)  # fmt: skip
def test_resting(days, more, rests):
    row = heard("a", 1.0, last_played=NIGHT.days_before(days)) | more
    assert candidates("resting", affinity=[row])["track_id"].to_list() == ["a"] * rests


@pytest.mark.parametrize(
    ("released", "added", "proposed"),
    [
        (0, 0, True),
        (-1, 0, False),
        (30, 400, True),
        (31, 400, False),
        (31, 5, True),
        (200, 5, False),
        (None, 5, True),
        (None, 15, False),
    ],
)
def test_fresh_is_released_or_arrived_lately_and_never_early(released, added, proposed):
    day = None if released is None else NIGHT.serves_on - timedelta(days=released)
    tracks = [track("a", release_date=day, added_on=NIGHT.days_before(added)), track("b")]
    assert candidates("fresh", tracks=tracks)["track_id"].to_list() == ["a"] * proposed


@pytest.mark.parametrize(("precision", "proposed"), [(None, True), ("day", True), ("month", False), ("year", False)])
def test_a_year_or_a_month_is_no_fresh_release(precision, proposed):
    told = {"release_date": NIGHT.serves_on, "release_precision": precision}
    tracks = [track("a", **told, added_on=NIGHT.days_before(400)), track("b")]
    assert candidates("fresh", tracks=tracks)["track_id"].to_list() == ["a"] * proposed


def test_popular_reaches_into_the_unplayed_newest_first():
    tracks = [track("a"), track("b", added_on=date(2021, 1, 1)), track("c"), track("d", explicit=True)]
    chart = [{"place": "*", "track_id": "c", "score": 5.0, "rank": 1}]
    found = candidates("popular", tracks=tracks, popularity=chart)
    assert found["track_id"].to_list() == ["c", "b", "a"]


def test_popular_near_is_the_users_own_city():
    chart = [
        {"place": "Chengdu", "track_id": "a", "score": 3.0, "rank": 1},
        {"place": "London", "track_id": "b", "score": 9.0, "rank": 1},
    ]
    assert candidates("popular_near", popularity=chart)["track_id"].to_list() == ["a"]


def test_recently_recommended_come_after_the_others_oldest_first_in_popular():
    history = [
        {"user_id": "u", "ds": NIGHT.days_before(ago), "rank": 1, "track_id": t}
        for t, ago in (("a", 2), ("b", 9), ("c", 5))
    ]
    found = candidates(
        "popular", tracks=[track(t) for t in "abcde"], history=history, affinity=[heard("e", 1.0, plays_ds=1)]
    )
    assert found["track_id"].to_list() == ["d", "b", "c", "a", "e"]
    cut = candidates("popular", params=CandidateParams(popular_bound=60, popular_spare=1), history=history)
    assert not {"a", "c"} & set(cut["track_id"])


def test_bounds_hold_and_ranks_run_from_one():
    made = world(2, users=12, songs=200)
    found = run_night(made.tables, made.night)["candidates"]
    per_source = found.group_by("user_id", "source").agg(pl.len(), top=pl.col("source_rank").max())
    params = CandidateParams()
    most = pl.when(pl.col("source") == "popular").then(params.popular_bound + params.popular_spare)
    blended = pl.col("source").is_in(["als", "item_item"])
    bound = most.when(blended).then(params.blend_bound + 2 * params.spare).otherwise(params.bound + params.spare)
    assert per_source.filter(pl.col("len") > bound).is_empty()
    assert (per_source["len"] == per_source["top"]).all()
    assert set(found["source"]) == set(CANDIDATE_SOURCES)


def test_new_and_opted_out_users_get_what_is_not_about_them():
    made = world(2, users=20, songs=120)
    out = run_night(made.tables, made.night)
    plain = (
        out["users"]
        .join(out["taste"], on="user_id")
        .filter(~pl.col("personalised") | (pl.col("history_class") == "new"))
    )
    found = out["candidates"].filter(pl.col("user_id").is_in(plain["user_id"].implode()))
    assert plain.height >= 3
    assert set(found["source"]) == {"popular", "popular_near", "fresh"}


def test_deeper_exclusions_do_not_starve_a_source():
    """A user who blocked the ninety most popular songs still gets a full measure of the rest."""
    tracks = [track(f"t{i:03d}") for i in range(300)]
    chart = [{"place": "*", "track_id": f"t{i:03d}", "score": 300.0 - i, "rank": i + 1} for i in range(300)]
    blocked = [heard(f"t{i:03d}", -20.0, blocked=True) for i in range(90)]
    found = candidates("popular", tracks=tracks, popularity=chart, affinity=blocked)
    assert found["track_id"].to_list() == [f"t{i:03d}" for i in range(90, 180)]


def test_nothing_recently_recommended_while_there_is_enough_else():
    tracks = [track(f"t{i:03d}") for i in range(150)]
    history = [
        {"user_id": "u", "ds": NIGHT.days_before(1 + i // 30), "rank": 1 + i % 30, "track_id": f"t{i:03d}"}
        for i in range(60)
    ]
    played = [heard("t060", 1.0, plays_ds=2)]
    found = candidates(tracks=tracks, history=history, affinity=played, params=CandidateParams(enough=80))
    assert set(found["track_id"]) == {f"t{i:03d}" for i in range(61, 150)}
    forced = candidates(tracks=tracks, history=history, affinity=played, params=CandidateParams(enough=90))
    assert {"t000", "t060"} <= set(forced["track_id"])


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nothing_forbidden_comes_through_any_source(seed):
    """Blocked, withdrawn, unreleased, unlicensed, explicit, recently recommended or played on ds."""
    made = world(seed, users=30, songs=300)
    first = run_night(made.tables, made.night)
    past = first["daily_lists"].select("user_id", "rank", "track_id", "recording_id")
    history = [past.with_columns(ds=pl.lit(made.night.days_before(ago))) for ago in (1, 14)]
    again = made.tables | {"history": TABLES["history"].frame(pl.concat(history).filter(
        (pl.col("ds") == made.night.days_before(1)) | (pl.col("rank") > 15)))}  # fmt: skip
    out = run_night(again, made.night)
    found = out["candidates"].join(out["users"], on="user_id").join(out["tracks"], on="track_id")
    assert found.filter(~pl.col("available") | (pl.col("release_date") > made.night.serves_on)).is_empty()
    assert found.filter("explicit", ~pl.col("explicit_ok")).is_empty()
    abroad = (pl.col("regions").list.len() > 0) & ~pl.col("regions").list.contains(pl.col("country")).fill_null(False)
    assert found.filter(abroad).is_empty()
    judged = found.join(out["affinity"], on=["user_id", "track_id"], how="left")
    assert judged.filter("blocked").is_empty()
    stale = pl.concat(
        [
            again["history"].select("user_id", "track_id"),
            out["affinity"].filter(pl.col("plays_ds") > 0).select("user_id", "track_id"),
        ]
    ).unique()
    others = (
        found.join(stale, on=["user_id", "track_id"], how="anti")
        .group_by("user_id")
        .agg(n=pl.col("track_id").n_unique())
    )
    enough = others.filter(pl.col("n") >= CandidateParams().enough)
    assert enough.height >= 20
    assert found.join(stale, on=["user_id", "track_id"]).join(enough, on="user_id").is_empty()


@pytest.mark.parametrize("wide", [1, 400_000_000])
def test_parts_are_summed_and_the_two_strongest_named(wide):
    """Also where user, track and part no longer fit one integer together and users are taken in halves."""
    rng = np.random.default_rng(wide)
    drawn = {"u": rng.integers(0, 90, 800), "t": rng.integers(0, 9, 800) * wide, "place": rng.integers(0, 50, 800)}
    parts = pl.DataFrame(drawn).unique(maintain_order=True)
    parts = parts.with_columns(part=pl.Series(rng.integers(1, 10**6, parts.height)))
    tagged = parts.select("u", "t", tag=pl.col("part") * 50 + 49 - pl.col("place"))
    found = summed(tagged.cast({"u": pl.UInt32, "t": pl.UInt32}), 50)
    strongest = parts.sort("u", "t", "part", descending=[False, False, True])
    truth = strongest.group_by("u", "t", maintain_order=True).agg(
        pl.col("part").sum(), because=pl.col("place").first(), because_too=pl.col("place").get(1, null_on_oob=True)
    )
    assert found.select("u", "t").rows() == truth.select("u", "t").rows()
    assert found["score"].to_list() == pytest.approx((truth["part"] / 1e6).to_list())
    assert found["because"].to_list() == truth["because"].to_list()
    assert found["because_too"].to_list() == truth["because_too"].to_list()
