"""The simulated listeners behave like listeners, the same way every time."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from features.sample.listeners import Listening, simulate
from features.seeds import Seeds

UNTIL = date(2026, 11, 20)
STYLES = ("ballad", "folk", "city_pop", "jazz", "lofi", "rock", "electronic", "guofeng", "waltz", "ambient")


def toy_songs(count: int) -> pl.DataFrame:
    """Songs whose last two are not released yet on the last day, and whose first is withdrawn."""
    rng = np.random.default_rng(5)
    return pl.DataFrame(
        {
            "track_id": [f"t{i:05d}" for i in range(count)],
            "artist_id": [f"a{i % 17}" for i in range(count)],
            "style": [STYLES[i % len(STYLES)] for i in range(count)],
            "valence": rng.uniform(-1, 1, count),
            "arousal": rng.uniform(-1, 1, count),
            "tempo_bpm": rng.uniform(60, 170, count),
            "appeal": rng.beta(2, 4, count),
            "language": [("zh", "en", "instrumental")[i % 3] for i in range(count)],
            "duration_s": np.full(count, 30.0),
            "release_date": [date(2026, 11, 21) if i >= count - 2 else date(2024, 1, 1) for i in range(count)],
            "added_on": [UNTIL if i >= count - 2 else date(2024, 1, 1) for i in range(count)],
            "available": [i != 0 for i in range(count)],
            "explicit": [i % 11 == 3 for i in range(count)],
            "regions": [["CN"] if i % 13 == 4 else [] for i in range(count)],
        }
    )


@pytest.fixture(scope="module")
def songs() -> pl.DataFrame:
    return toy_songs(80)


@pytest.fixture(scope="module")
def listening(songs: pl.DataFrame) -> Listening:
    return simulate(songs, users=40, days=20, until=UNTIL, seeds=Seeds(7))


def test_same_seed_same_rows_whatever_the_song_order(songs: pl.DataFrame, listening: Listening) -> None:
    again = simulate(songs.sample(fraction=1, shuffle=True, seed=3), users=40, days=20, until=UNTIL, seeds=Seeds(7))
    for name in ("users", "plays", "feedback", "contexts", "truth_users", "truth_tomorrow"):
        assert getattr(again, name).equals(getattr(listening, name)), name


def test_another_seed_gives_other_plays(songs: pl.DataFrame, listening: Listening) -> None:
    other = simulate(songs, users=40, days=20, until=UNTIL, seeds=Seeds(8))
    assert not other.plays.equals(listening.plays)


def test_nobody_hears_what_they_may_not(songs: pl.DataFrame, listening: Listening) -> None:
    heard = listening.plays.join(songs, on="track_id").join(listening.users, on="user_id")
    assert heard.filter(~pl.col("available")).is_empty()
    assert heard.filter(pl.col("explicit") & ~pl.col("explicit_ok")).is_empty()
    assert heard.filter((pl.col("regions").list.len() > 0) & (pl.col("country") != "CN")).is_empty()
    assert heard.filter(pl.col("release_date") > UNTIL).is_empty()


def test_tonights_releases_can_be_loved_tomorrow(songs: pl.DataFrame) -> None:
    many = simulate(songs, users=150, days=3, until=UNTIL, seeds=Seeds(7)).truth_tomorrow
    assert set(many["track_id"]) & {"t00078", "t00079"}


def test_new_and_opted_out_users_exist(listening: Listening) -> None:
    assert listening.users.filter(~pl.col("personalised")).height == 2
    newest = listening.users.filter(pl.col("created_on") >= date(2026, 11, 18))
    first = listening.plays.group_by("user_id").agg(pl.col("played_at").min().dt.date())
    too_early = newest.join(first, on="user_id").filter(pl.col("played_at") < pl.col("created_on").dt.offset_by("-1d"))
    assert newest.height >= 2
    assert too_early.is_empty()


def test_tastes_show_in_plays(songs: pl.DataFrame, listening: Listening) -> None:
    """Tomorrow's loved songs were played more than other songs by the same users."""
    counts = listening.plays.group_by("user_id", "track_id").len()
    grid = listening.users.select("user_id").join(songs.select("track_id"), how="cross")
    full = grid.join(counts, on=["user_id", "track_id"], how="left").join(
        listening.truth_tomorrow, on=["user_id", "track_id"], how="left"
    )
    means = full.group_by(pl.col("relevance").is_not_null()).agg(pl.col("len").fill_null(0).mean()).sort("relevance")
    assert means["len"][1] > 2 * means["len"][0]


def test_delivery_holds_repeats_and_a_few_bad_rows(listening: Listening) -> None:
    assert listening.plays.filter(pl.col("track_id") == "t99999").height == 6
    assert listening.plays.filter(pl.col("listened_s") < 0).height == 4
    assert listening.plays.height > listening.plays.unique().height


def test_contexts_reach_the_serving_day_and_know_festivals(listening: Listening) -> None:
    assert listening.contexts["local_date"].max() == date(2026, 11, 21)
    autumn = simulate(toy_songs(20), users=2, days=60, until=UNTIL, seeds=Seeds(1)).contexts
    moon = autumn.filter((pl.col("local_date") == date(2026, 9, 25)) & (pl.col("city") == "Beijing"))
    assert moon["festival"].to_list() == ["中秋节"]
    assert moon["holiday"].to_list() == [True]
