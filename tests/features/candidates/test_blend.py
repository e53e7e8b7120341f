"""ALS and item-item bounded together: a worked example, spreads, and bounds over random worlds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from features.candidates.blend import Space, spread_of_proposals
from features.candidates.sources import CandidateParams
from features.lists.params import ListParams
from features.night import Night
from jobs.candidates import run
from jobs.run.body import apply
from schemas.listeners import FACTOR_DIM
from tests.features.candidates.test_sources import EMPTY
from tests.features.lists.night import run_night
from tests.features.lists.world import world
from tests.frames import rows

NIGHT = Night(date(2026, 11, 20))
OLD = {"release_date": date(2020, 1, 1), "added_on": date(2020, 1, 1), "available": True}
# Inner products of the listener with a..h by ALS, and what loving "z" says for five of them by item-item.
NEAR = {"a": 9.0, "b": 8.0, "c": 7.0, "d": 6.0, "e": 1.0, "f": 0.0, "g": 0.0, "h": 0.0, "z": 0.0}
PLAYED = {"f": 0.9, "e": 0.8, "d": 0.5, "g": 0.2, "h": 0.1}
SMALL = CandidateParams(blend_depth=5, blend_own=1, blend_bound=4)


def example(weights, params=SMALL, near=NEAR, played=PLAYED):
    def vector(length):
        return [length, *([0.0] * (FACTOR_DIM - 1))]

    given = {
        "users": [{"user_id": "u", "personalised": True, "country": "CN"}],
        "taste": [{"user_id": "u", "history_class": "light"}],
        "tracks": [{"track_id": t, "artist_id": t.upper()} | OLD for t in NEAR],
        "affinity": [{"user_id": "u", "track_id": "z", "weight": 3.0, "plays": 3, "last_played": NIGHT.ds}],
        "cf_user_factors": [{"user_id": "u", "vector": vector(1.0)}] if near else [],
        "cf_track_factors": [{"track_id": t, "vector": vector(x)} for t, x in near.items()],
        "cf_neighbours": [
            {"track_id": "z", "neighbour_id": t, "similarity": s, "rank": r}
            for r, (t, s) in enumerate(played.items(), 1)
        ],
        "cf_blend": [{"model": m, "weight": w} for m, w in weights.items()],
    }
    tables = {name: rows(name, given.get(name, [])) for name in EMPTY}
    made = apply(run, tables, params=params, list_rules=ListParams(), night=NIGHT)["candidates"]
    return made.filter(pl.col("source").is_in(["als", "item_item"]))


def tracks_of(found, source):
    return found.filter(pl.col("source") == source).sort("source_rank")["track_id"].to_list()


def test_each_keeps_its_best_and_the_blend_fills_the_rest():
    """ALS must keep a, item-item f; of the others both think well of d, and of e next."""
    found = example({"als": 0.5, "item_item": 0.5})
    assert tracks_of(found, "als") == ["a", "d", "e"]
    assert tracks_of(found, "item_item") == ["f", "e", "d"]
    near = np.array(list(NEAR.values()))
    played = np.array([PLAYED.get(t, 0.0) for t in NEAR])
    blend = dict(zip(NEAR, 0.5 * near / near.std() + 0.5 * played / played.std(), strict=True))
    for track, score in found.select("track_id", "blend_score").rows():
        assert score == pytest.approx(blend[track], rel=1e-4)


def test_weights_decide_who_fills_the_rest():
    assert set(example({"als": 1.0, "item_item": 0.0})["track_id"]) == {"a", "f", "b", "c"}
    assert set(example({"als": 0.0, "item_item": 1.0})["track_id"]) == {"a", "f", "e", "d"}


def test_a_source_proposes_what_it_has_within_its_own_bound():
    """Where neither has a song within its bound, als speaks for it; item-item for what als never proposed."""
    found = example({"als": 0.5, "item_item": 0.5}, params=replace(SMALL, bound=1))
    assert (tracks_of(found, "als"), tracks_of(found, "item_item")) == (["a", "d", "e"], ["f"])
    found = example({"als": 0.0, "item_item": 1.0}, params=replace(SMALL, bound=1, blend_bound=5))
    assert (tracks_of(found, "als"), tracks_of(found, "item_item")) == (["a", "d", "e"], ["f", "g"])


def test_reasons_stay_with_their_source():
    found = example({"als": 0.5, "item_item": 0.5})
    because = found.select("source", "because_track_id").unique().sort("source").rows()
    assert because == [("als", None), ("item_item", "z")]


def test_one_source_alone_is_enough():
    assert tracks_of(example({"als": 0.8, "item_item": 0.2}, played={}), "als") == ["a", "b", "c", "d"]
    assert tracks_of(example({"als": 0.8, "item_item": 0.2}, near={}), "item_item") == ["f", "e", "d", "g"]


def space(seed=0, users=7, tracks=40):
    rng = np.random.default_rng(seed)
    made = [rng.normal(size=(n, FACTOR_DIM)).astype(np.float32) for n in (users, tracks)]
    placed = np.sort(rng.choice(tracks, 30, replace=False))
    return Space(made[0], made[1], placed)


def test_spread_is_that_of_the_scores_over_tracks_with_a_vector():
    made = space()
    scores = made.users.astype(float) @ made.tracks[made.with_vector].T.astype(float)
    assert made.spread() == pytest.approx(scores.std(axis=1), rel=1e-5)
    assert not Space(made.users, made.tracks, made.with_vector[:0]).spread().any()


def test_a_listener_alone_gets_the_same_bytes_as_among_others():
    made = space()
    pairs = pl.DataFrame({"u": np.repeat(np.arange(7), 40), "t": np.tile(np.arange(40), 7)})
    spread, scores = made.spread(), made.scores(pairs).reshape(7, 40)
    for one in range(7):
        alone = Space(made.users[one : one + 1], made.tracks, made.with_vector)
        own = pairs.filter(pl.col("u") == one).with_columns(u=pl.lit(0))
        assert alone.spread().tobytes() == spread[one : one + 1].tobytes()
        assert alone.scores(own).tobytes() == scores[one].tobytes()


def test_spread_of_proposals_counts_what_was_not_proposed_as_zero():
    proposed = pl.DataFrame({"u": [0, 0, 2], "t": [1, 4, 0], "score": [3.0, 1.0, 2.0]})
    dense = np.zeros((3, 5))
    dense[proposed["u"], proposed["t"]] = proposed["score"]
    assert spread_of_proposals(proposed, 3, 5) == pytest.approx(dense.std(axis=1))


@pytest.mark.parametrize("seed", [1, 2])
def test_bounds_over_random_worlds(seed):
    made = world(seed, users=14, songs=300)
    out = run_night(made.tables, made.night)
    params = CandidateParams()
    stale = out["affinity"].filter(pl.col("plays_ds") > 0).select("user_id", "track_id")
    both = out["candidates"].filter(pl.col("source").is_in(["als", "item_item"]))
    fresh = both.join(stale, on=["user_id", "track_id"], how="anti")
    assert both["blend_score"].null_count() == 0
    assert out["candidates"].filter(~pl.col("source").is_in(["als", "item_item"]))["blend_score"].is_null().all()
    sizes = fresh.select("user_id", "track_id").unique().group_by("user_id").len()["len"]
    assert sizes.max() == params.blend_bound
    by_pair = both.group_by("user_id", "track_id").agg(pl.col("blend_score").n_unique())
    assert (by_pair["blend_score"] == 1).all()
    ranks = both.group_by("user_id", "source").agg(pl.len(), last=pl.col("source_rank").max())
    assert (ranks["len"] == ranks["last"]).all()
