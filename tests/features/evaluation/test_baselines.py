"""Plain recommenders against their definitions, and on listeners whose next song is plain."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csr_array

from features.collaborative.params import AlsParams, CollaborativeParams, GraphFilterParams
from features.evaluation.afterwards import afterwards
from features.evaluation.baselines import NO_REPEATS, baselines, best, decayed, item_cosine, taught, user_cosine
from features.night import Night
from tests.frames import rows

NIGHT = Night(date(2026, 8, 1))
PARAMS = CollaborativeParams(als=AlsParams(factors=4, threads=1), graph_filter=GraphFilterParams(rank=2))
WEIGHTS = arrays(np.float64, (5, 6), elements=st.sampled_from([0.0, 0.0, 0.5, 1.0, 3.0]))


def unit(matrix: np.ndarray) -> np.ndarray:
    norms = np.linalg.norm(matrix, axis=1, keepdims=True)
    return np.divide(matrix, norms, out=np.zeros_like(matrix), where=norms > 0)


@given(WEIGHTS, WEIGHTS)
def test_both_cosines_are_what_they_are_called(everyone: np.ndarray, own: np.ndarray) -> None:
    by_item = own @ (unit(everyone.T) @ unit(everyone.T).T)
    assert item_cosine(csr_array(everyone))(csr_array(own)) == pytest.approx(by_item, abs=1e-9)
    by_user = unit(own) @ unit(everyone).T @ everyone
    assert user_cosine(csr_array(everyone))(csr_array(own)) == pytest.approx(by_user, abs=1e-9)


def test_a_play_counts_half_after_its_half_life_and_nothing_after_the_night_counts() -> None:
    days = {"x": (0, 0, -30), "y": (-60,), "z": (1,)}
    log = [
        {"user_id": "u", "track_id": t, "local_date": NIGHT.ds + timedelta(days=n)}
        for t, ns in days.items()
        for n in ns
    ]
    skipped = {"user_id": "u", "track_id": "w", "local_date": NIGHT.ds, "skipped": True}
    found = decayed(rows("plays", [*log, skipped]), NIGHT.ds, 30.0)
    assert dict(found.select("track_id", "weight").iter_rows()) == {"x": 2.5, "y": 0.25}


def test_who_has_no_history_gets_what_is_popular_and_nobody_what_is_left_out() -> None:
    rows_, popular = csr_array(np.array([[0.0, 0, 0], [0, 1, 0]])), np.array([1.0, 5.0, 2.0])
    without = csr_array(np.array([[0, 0, 0], [0, 1, 0]]))
    lists = best(lambda own: own.toarray(), rows_, popular, 4, without)
    assert lists.tolist() == [[1, 2, 0, -1], [0, 2, -1, -1]]


@pytest.fixture(scope="module")
def camp_lists() -> tuple[list[str], dict[str, dict[str, np.ndarray]]]:
    """Twelve listeners of two artists with six songs each; each lacks one song, and hears it after the night."""
    log = []
    for user in range(12):
        for song in range(6):
            ago = 1 if song == (user // 2) % 6 else -song
            day = NIGHT.ds + timedelta(days=ago)
            log.append({"user_id": f"u{user:02}", "track_id": f"c{user % 2}s{song}", "local_date": day})
    plays, everyone = (
        rows("plays", log),
        rows("users", [{"user_id": f"u{n:02}", "personalised": True} for n in range(12)]),
    )
    tracks = rows("tracks", [{"track_id": f"c{camp}s{song}"} for camp in range(2) for song in range(6)])
    on = afterwards(plays, tracks, everyone, NIGHT)
    found = baselines(taught(plays, everyone, on, NIGHT), PARAMS, 3)
    return [on.tracks[int(t)] for t in on.relevant("new", 1).indices], {**found, "_": {"ids": on.tracks.to_numpy()}}


@pytest.mark.parametrize("name", ["item-item cosine", "user-knn", "GF-CF", "ALS"])
def test_the_next_song_of_the_artist_is_found(
    camp_lists: tuple[list[str], dict[str, dict[str, np.ndarray]]], name: str
) -> None:
    missing, found = camp_lists
    assert found["_"]["ids"][found[name]["new"][:, 0]].tolist() == missing


def test_without_repeats_the_next_best_are_offered() -> None:
    """Everybody plays a, b and c alike; the new listener, who played a, is offered b, then c."""
    log = [{"user_id": u, "track_id": t, "local_date": NIGHT.ds} for u in "vw" for t in "abc"]
    mine = [{"user_id": "u", "track_id": "a", "local_date": day} for day in (NIGHT.ds, NIGHT.serves_on)]
    plays, tracks = rows("plays", [*log, *mine]), rows("tracks", [{"track_id": t} for t in "abc"])
    people = rows("users", [{"user_id": u, "personalised": True} for u in "uvw"])
    on = afterwards(plays, tracks, people, NIGHT)
    what = taught(plays, people, on, NIGHT)
    cosine, none = baselines(what, PARAMS, 2)["item-item cosine"], csr_array((1, 3))
    assert (baselines(what, PARAMS, 2, none)[NO_REPEATS]["new"] == cosine["new"]).all()
    offered = csr_array(([1.0], ([0], [1])), shape=(1, 3))
    assert baselines(what, PARAMS, 2, offered)[NO_REPEATS]["new"].tolist() == [[2, -1]]


def test_habits_know_the_newest_of_ones_own_songs_and_nothing_new(
    camp_lists: tuple[list[str], dict[str, dict[str, np.ndarray]]],
) -> None:
    _, found = camp_lists
    assert set(found["own habits"]) == {"all"}
    assert found["_"]["ids"][found["own habits"]["all"][2]].tolist() == ["c0s0", "c0s2", "c0s3"]


def test_who_opted_out_teaches_nothing() -> None:
    log = [{"user_id": u, "track_id": t, "local_date": NIGHT.ds} for u, t in (("u", "x"), ("v", "x"), ("v", "y"))]
    after = [{"user_id": u, "track_id": "x", "local_date": NIGHT.serves_on} for u in "uv"]
    plays, tracks = rows("plays", [*log, *after]), rows("tracks", [{"track_id": t} for t in "xy"])
    people = rows("users", [{"user_id": "u", "personalised": True}, {"user_id": "v", "personalised": False}])
    what = taught(plays, people, afterwards(plays, tracks, people, NIGHT), NIGHT)
    assert what.everyone.shape == (1, 2)
    assert np.diff(what.own.indptr).tolist() == [1, 0]
    assert np.diff(what.heard.indptr).tolist() == [1, 2]


def test_the_order_of_plays_changes_nothing() -> None:
    log = [{"user_id": f"u{n % 3}", "track_id": f"t{n % 5}", "local_date": NIGHT.days_before(n % 7)} for n in range(40)]
    plays = rows("plays", log)
    assert decayed(plays, NIGHT.ds, 7.0).equals(decayed(plays.sample(fraction=1, shuffle=True, seed=1), NIGHT.ds, 7.0))
