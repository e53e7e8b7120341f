"""What last night's candidates and lists came to: counted by hand, and against the accounts of ``evaluate``."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from features.evaluation.accounting import accounts
from features.evaluation.ground_truth import KnownTables, ground_truth
from features.evaluation.outcomes import TOGETHER
from features.night import Night
from jobs.outcomes import run, total
from schemas import TABLES
from schemas.validate import require
from schemas.vocabulary import CANDIDATE_SOURCES
from tests.frames import rows

NIGHT = Night(date(2026, 11, 21))
BEFORE = NIGHT.days_before(1)


def play(user, track, ago=0, skipped=False):
    return {"user_id": user, "track_id": track, "local_date": NIGHT.ds - timedelta(days=ago), "skipped": skipped}


def proposed(*given):
    return rows("last_candidates", [{"user_id": u, "track_id": t, "source": s, "ds": BEFORE} for u, t, s in given])


def listed(*given):
    return rows(
        "last_lists", [{"user_id": u, "track_id": t, "rank": r, "ds": BEFORE} for r, (u, t) in enumerate(given, 1)]
    )


def judged(candidates, lists, plays):
    tables = {"last_candidates": candidates, "last_lists": lists, "plays": rows("plays", plays)}
    counted = run(**tables, night=NIGHT)["user_outcomes"]
    require(counted, TABLES["user_outcomes"], where="test")
    told = total(user_outcomes=counted, night=NIGHT)["source_outcomes"]
    require(told, TABLES["source_outcomes"], where="test")
    return counted, {row["source"]: row for row in told.to_dicts()}


CANDIDATES = proposed(
    ("u1", "a", "als"), ("u1", "a", "item_item"), ("u1", "b", "als"), ("u1", "c", "fresh"),
    ("u2", "d", "als"), ("u2", "e", "popular"), ("u3", "a", "als"),
)  # fmt: skip
LISTS = listed(("u1", "a"), ("u1", "c"), ("u2", "e"))
PLAYS = [
    play("u1", "a"), play("u1", "a", ago=4),  # loved for long
    play("u1", "c"), play("u1", "c", ago=2, skipped=True),  # new: it was only ever skipped
    play("u1", "z"), play("u1", "b", skipped=True),  # nobody proposed z; b was skipped
    play("u2", "d"), play("u2", "e", ago=1),
    play("u4", "a"),  # had no list
]  # fmt: skip


def test_one_listener_by_hand():
    counted, _ = judged(CANDIDATES, LISTS, PLAYS)
    als = counted.row(by_predicate=(pl.col("user_id") == "u1") & (pl.col("source") == "als"), named=True)
    assert {k: als[k] for k in ("candidates", "alone", "found", "found_alone", "found_new")} == {
        "candidates": 2, "alone": 1, "found": 1, "found_alone": 0, "found_new": 0,
    }  # fmt: skip
    assert (als["listed"], als["listed_found"], als["wanted"], als["wanted_new"]) == (1, 1, 3, 2)
    whole = counted.row(by_predicate=(pl.col("user_id") == "u1") & (pl.col("source") == TOGETHER), named=True)
    assert (whole["candidates"], whole["found"], whole["found_new"], whole["listed"]) == (3, 2, 1, 2)
    assert set(counted["user_id"]) == {"u1", "u2", "u3"}


def test_every_source_by_hand():
    _, told = judged(CANDIDATES, LISTS, PLAYS)
    assert set(told) == {*CANDIDATE_SOURCES, TOGETHER}
    als = told["als"]
    assert als["of_night"] == BEFORE
    assert (als["listeners"], als["candidates"], als["listed"]) == (2, 4, 1)
    assert als["unique_share"] == pytest.approx(3 / 4)
    assert als["recall"] == pytest.approx((1 / 3 + 1) / 2)
    assert als["recall_alone"] == pytest.approx((0 + 1) / 2)
    assert als["recall_new"] == pytest.approx((0 + 1) / 2)
    assert als["recall_listed"] == pytest.approx((1 / 3 + 0) / 2)
    assert (als["hit_share"], als["listed_share"], als["listed_hit_share"]) == (0.5, 0.25, 1.0)
    assert told["popular"]["listed_hit_share"] == 0.0  # e reached a list and was not played
    quiet = told["resting"]
    assert (quiet["candidates"], quiet["recall"], quiet["hit_share"]) == (0, 0.0, None)


def test_without_a_night_before_nothing_is_said():
    counted, told = judged(TABLES["last_candidates"].empty(), TABLES["last_lists"].empty(), PLAYS)
    assert counted.is_empty()
    assert told == {}


def test_a_day_without_plays_has_no_recall():
    _, told = judged(CANDIDATES, LISTS, [play("u1", "a", ago=1)])
    assert told["als"]["listeners"] == 0
    assert (told["als"]["recall"], told["als"]["hit_share"]) == (None, 0.0)


def crowd(seed):
    """Random candidates, lists and plays of eight listeners."""
    rng = np.random.default_rng(seed)
    users, tracks = [f"u{n}" for n in range(8)], [f"t{n}" for n in range(12)]
    pairs = [(u, t, s) for u in users for t in tracks for s in CANDIDATE_SOURCES if rng.random() < 0.2]
    plays = [
        play(u, t, ago=int(rng.integers(0, 3)), skipped=bool(rng.random() < 0.3))
        for u in users
        for t in tracks
        if rng.random() < 0.5
    ]
    lists = sorted({(u, t) for u, t, _ in pairs if rng.random() < 0.3})
    return proposed(*pairs), listed(*lists), plays


@pytest.mark.parametrize("seed", range(4))
def test_the_same_figures_as_evaluate_gives(seed):
    candidates, lists, plays = crowd(seed)
    _, told = judged(candidates, lists, plays)
    every = rows("plays", plays)
    known = KnownTables(
        tracks=rows("tracks", [{"track_id": f"t{n}", "genre": "jazz"} for n in range(12)]),
        taste=rows("taste", [{"user_id": f"u{n}", "history_class": "light"} for n in range(8)]),
        plays=every.filter(pl.col("local_date") < NIGHT.ds),
        history=TABLES["history"].empty(),
        text_vectors=TABLES["text_vectors"].empty(),
        audio_vectors=TABLES["audio_vectors"].empty(),
    )
    on = ground_truth(known, every.filter(pl.col("local_date") == NIGHT.ds), Night(BEFORE))
    for account in accounts(on, candidates):
        mine = told[account.source]
        assert mine["recall"] == pytest.approx(account.recall)
        assert mine["recall_alone"] == pytest.approx(account.recall_only)
        assert mine["recall_new"] == pytest.approx(account.recall_new)


@pytest.mark.parametrize("seed", range(4))
def test_buckets_and_row_order_change_nothing(seed):
    candidates, lists, plays = crowd(seed)
    counted, told = judged(candidates, lists, plays)
    parts = [
        judged(
            candidates.filter(mine).sample(fraction=1, shuffle=True, seed=seed),
            lists.filter(mine).sample(fraction=1, shuffle=True, seed=seed),
            [p for p in reversed(plays) if (p["user_id"] < "u4") == low],
        )[0]
        for low, mine in ((True, pl.col("user_id") < "u4"), (False, pl.col("user_id") >= "u4"))
    ]  # fmt: skip
    assert pl.concat(parts).equals(counted)
    shuffled = total(user_outcomes=counted.sample(fraction=1, shuffle=True, seed=1), night=NIGHT)["source_outcomes"]
    assert {row["source"]: row for row in shuffled.to_dicts()} == told
