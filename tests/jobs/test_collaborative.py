"""The collaborative stage: contracts, determinism, cold tracks, and the Spark twin."""

import sys
from datetime import date

import numpy as np
import polars as pl
import pytest

from features.collaborative.params import AlsParams, CollaborativeParams
from features.night import Night
from jobs.collaborative import run, run_spark
from jobs.pipeline import STAGES
from jobs.run.body import apply
from schemas import TABLES
from schemas.listeners import FACTOR_DIM
from schemas.sound import AUDIO_DIM, TEXT_DIM
from schemas.validate import require
from tests.frames import rows

NIGHT = Night(date(2026, 3, 1))
PARAMS = CollaborativeParams(als=AlsParams(threads=1, warm_iterations=4, own_iterations=1))
CAMPS, PER_CAMP = 4, 8


def vector(dim, direction):
    values = [0.0] * dim
    values[direction] = 1.0
    return values


def listening(users=48, seed=0):
    """Camps of listeners with artists of their own; the camp's last track ("fresh") is unheard.

    The last listener opted out, the last but one never played anything.
    """
    rng = np.random.default_rng(seed)
    tracks = [
        {"track_id": f"t{c}{i}", "artist_id": f"artist{c}", "title": f"{c}{i}"}
        for c in range(CAMPS)
        for i in range(PER_CAMP)
    ]
    people = [{"user_id": f"u{u:02d}", "city": "Kunming", "personalised": u != users - 1} for u in range(users)]
    liked = [
        {"user_id": f"u{u:02d}", "track_id": f"t{u % CAMPS}{i}", "weight": float(rng.random() * 5 + 0.5), "plays": 1}
        for u in range(users)
        if u != users - 2
        for i in range(PER_CAMP - 1)
        if rng.random() < 0.8
    ]
    plays = [
        {"user_id": r["user_id"], "track_id": r["track_id"], "local_date": NIGHT.ds, "completion": 1.0} for r in liked
    ]
    of_camp = {f"t{c}{i}": c for c in range(CAMPS) for i in range(PER_CAMP)}
    return {
        "affinity": rows("affinity", [*liked, {"user_id": "u00", "track_id": "t30", "weight": -2.0, "blocked": True}]),
        "plays": rows("plays", plays),
        "users": rows("users", people),
        "tracks": rows("tracks", tracks),
        "text_vectors": rows(
            "text_vectors", [{"track_id": t, "vector": vector(TEXT_DIM, c)} for t, c in of_camp.items()]
        ),
        "audio_vectors": rows("audio_vectors", [{"track_id": "t00", "vector": vector(AUDIO_DIM, 0)}]),
    }


def checked(outputs):
    assert set(outputs) == set(STAGES["collaborative"].writes)
    for name, frame in outputs.items():
        require(frame, TABLES[name], where="test")
    return outputs


def vectors(frame, key):
    return dict(zip(frame[key], frame["vector"].list.to_array(FACTOR_DIM).to_numpy(), strict=True))


def camp_recall(outputs):
    """Share of users whose best unheard-by-anyone track is their camp's."""
    users, tracks = vectors(outputs["cf_user_factors"], "user_id"), vectors(outputs["cf_track_factors"], "track_id")
    fresh = [f"t{c}{PER_CAMP - 1}" for c in range(CAMPS)]
    right = [int(u[1:]) % CAMPS == np.argmax([v @ tracks[t] for t in fresh]) for u, v in users.items()]
    return np.mean(right)


@pytest.fixture(scope="module")
def outputs():
    return checked(apply(run, listening(), params=PARAMS, night=NIGHT))


def test_every_track_and_every_personalised_listener_has_a_place(outputs):
    tracks = outputs["cf_track_factors"]
    assert tracks.height == CAMPS * PER_CAMP
    assert tracks.filter("mapped")["track_id"].sort().to_list() == [f"t{c}7" for c in range(CAMPS)]
    assert set(outputs["cf_user_factors"]["user_id"]) == {f"u{u:02d}" for u in range(46)}


def test_unheard_tracks_are_placed_with_their_artist(outputs):
    assert camp_recall(outputs) == 1.0


def test_tracks_of_nobody_known_share_no_artist():
    given = listening()
    unknown = pl.when(pl.col("track_id").is_in(["t07", "t16", "t17"])).then(None).otherwise("artist_id")
    outputs = checked(
        apply(run, given | {"tracks": given["tracks"].with_columns(artist_id=unknown)}, params=PARAMS, night=NIGHT)
    )
    assert outputs["cf_track_factors"].height == CAMPS * PER_CAMP


def test_neighbours_are_of_the_same_camp_ranked_without_gaps(outputs):
    frame = outputs["cf_neighbours"]
    assert (frame["track_id"].str.slice(0, 2) == frame["neighbour_id"].str.slice(0, 2)).all()
    assert (frame["track_id"] != frame["neighbour_id"]).all()
    for _, group in frame.group_by("track_id"):
        ordered = group.sort("rank")
        assert ordered["rank"].to_list() == list(range(1, group.height + 1))
        assert ordered["similarity"].is_sorted(descending=True)


def test_who_opted_out_leaves_no_trace(outputs):
    night = listening()
    out = pl.col("user_id") == "u47"
    without = night | {name: night[name].filter(~out) for name in ("affinity", "plays", "users")}
    again = apply(run, without, params=PARAMS, night=NIGHT)
    for name, frame in outputs.items():
        assert frame.equals(again[name])


def test_row_order_changes_no_byte(outputs):
    shuffled = {name: frame.sample(fraction=1, shuffle=True, seed=9) for name, frame in listening().items()}
    for name, frame in apply(run, shuffled, params=PARAMS, night=NIGHT).items():
        key = list(TABLES[name].key)
        assert frame.sort(key).equals(outputs[name].sort(key))


def test_a_night_without_plays_and_a_night_with_one():
    night = listening()
    none = night | {name: night[name].clear() for name in ("affinity", "plays")}
    assert all(frame.is_empty() for frame in checked(apply(run, none, params=PARAMS, night=NIGHT)).values())
    one = night | {name: night[name].head(1) for name in ("affinity", "plays")}
    assert checked(apply(run, one, params=PARAMS, night=NIGHT))["cf_user_factors"].height == 1


@pytest.mark.spark
@pytest.mark.slow
def test_the_spark_twin_is_as_good_and_keeps_the_contract(outputs, monkeypatch):
    from pyspark.sql import SparkSession

    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    spark = (
        SparkSession.builder.master("local[2]")
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    try:
        twin = checked(apply(run_spark, listening(), params=PARAMS, night=NIGHT, spark=spark))
        empty = {name: frame.clear() if name in ("affinity", "plays") else frame for name, frame in listening().items()}
        none = checked(apply(run_spark, empty, params=PARAMS, night=NIGHT, spark=spark))
    finally:
        spark.stop()
    assert camp_recall(twin) >= camp_recall(outputs) - 0.05
    assert all(frame.is_empty() for frame in none.values())
    key = ["track_id", "rank"]
    here, there = outputs["cf_neighbours"].sort(key), twin["cf_neighbours"].sort(key)
    assert here["neighbour_id"].equals(there["neighbour_id"])
    assert here["similarity"].to_numpy() == pytest.approx(there["similarity"].to_numpy(), abs=1e-5)
    assert twin["popularity"].equals(outputs["popularity"])
