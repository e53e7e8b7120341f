"""Plays as choices: what was known, what had been heard, how tired, what else could have been played."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.choice.log import Log, satiation
from features.choice.occasions import occasions
from features.choice.params import ChoiceParams
from features.night import Night
from tests.frames import rows

NIGHT = Night(date(2026, 3, 10))
PARAMS = ChoiceParams(alternatives=50)
USERS, TRACKS = pl.Series(["u1", "u2"]), pl.Series(["a", "b", "c", "d"])
ALWAYS = np.full(4, -1000)


def plays(*made: tuple[str, str, int, bool]) -> pl.DataFrame:
    """Plays of (user, track, days ago, skipped), one minute apart in the order given."""
    start = datetime(2026, 3, 10, tzinfo=UTC)
    return rows(
        "plays",
        [
            {
                "user_id": user,
                "track_id": track,
                "played_at": start - timedelta(days=ago) + timedelta(minutes=minute),
                "local_date": NIGHT.ds - timedelta(days=ago),
                "skipped": skipped,
            }
            for minute, (user, track, ago, skipped) in enumerate(made)
        ],
    ).with_columns(kind=pl.lit(0))


def log(*made, params=PARAMS):
    return Log.of(plays(*made), USERS, TRACKS, params, NIGHT)


def tired_at_the_end(made, memory=PARAMS.memory):
    return satiation(log(*made), memory)


def drawn(given_log, released=ALWAYS, params=PARAMS):
    draw = np.random.default_rng(3).random((len(given_log.lately(params)), params.alternatives))
    return occasions(given_log, released, params, draw)


def test_a_play_knows_what_came_before_it():
    made = drawn(log(("u1", "a", 3, False), ("u1", "b", 2, True), ("u1", "a", 1, False), ("u1", "a", 0, False)))
    assert made.tracks[:, 0].tolist() == [0, 1, 0, 0]
    assert made.first.tolist() == [True, True, False, False]
    assert made.habit[:, 0] == pytest.approx(np.log([1, 1, 2, 3]))
    faded = PARAMS.memory
    assert made.satiation[:, 0] == pytest.approx([0, 0, faded**2, faded**3 + faded])
    assert made.skipped.tolist() == [False, True, False, False]
    assert made.weight == pytest.approx(0.5 ** (np.array([3, 2, 1, 0]) / PARAMS.half_life_days))


def test_a_known_song_is_chosen_among_known_ones_and_a_new_one_among_new_ones():
    made = drawn(log(("u2", "d", 4, False), ("u1", "a", 3, False), ("u1", "b", 2, False), ("u1", "a", 1, False)))
    by_play = {
        (int(u), int(t), bool(f)): row
        for row, (u, t, f) in enumerate(zip(made.user, made.tracks[:, 0], made.first, strict=True))
    }
    repeat, new = by_play[(0, 0, False)], by_play[(0, 1, True)]
    assert set(made.tracks[repeat, 1:][made.usable[repeat, 1:]].tolist()) == {1}
    assert set(made.tracks[new, 1:][made.usable[new, 1:]].tolist()) == {2, 3}


def test_a_song_not_yet_released_was_no_alternative():
    made = drawn(log(("u1", "a", 3, False)), released=np.array([-9, -9, -3, -2]))
    assert set(made.tracks[0, 1:][made.usable[0, 1:]].tolist()) == {1, 2}


def test_alternatives_carry_the_same_history_as_plays():
    made = drawn(log(("u1", "a", 3, False), ("u1", "b", 2, True), ("u1", "b", 1, False)))
    others = made.tracks[2, 1:] == 0
    assert others.any()
    assert np.unique(made.habit[2, 1:][others]) == pytest.approx(np.log(2))
    assert np.unique(made.satiation[2, 1:][others]) == pytest.approx(PARAMS.memory**2)


def test_satiation_at_the_end_of_the_day():
    user, track, faded = tired_at_the_end([("u1", "a", 2, False), ("u1", "a", 0, False), ("u2", "c", 1, True)])
    found = {(int(u), int(t)): f for u, t, f in zip(user, track, faded, strict=True)}
    expected = {(0, 0): 1 + PARAMS.memory**2, (1, 2): PARAMS.skip_tires * PARAMS.memory}
    assert found == pytest.approx(expected)


def test_old_plays_are_remembered_but_are_no_occasions_and_do_not_tire():
    made = drawn(log(("u1", "a", 200, False), ("u1", "a", 1, False)))
    assert len(made) == 1
    assert (made.habit[0, 0], made.satiation[0, 0], bool(made.first[0])) == (pytest.approx(np.log(2)), 0, False)


def test_tomorrow_and_strangers_are_left_out():
    made = log(("u1", "a", -1, False), ("u9", "a", 1, False), ("u1", "z", 1, False))
    assert len(made.user) == 0
    assert len(drawn(made)) == 0
    assert [len(part) for part in satiation(made, PARAMS.memory)] == [0, 0, 0]


def test_only_the_newest_plays_of_a_listener_count():
    made = log(*[("u1", "abcd"[i % 4], 20 - i, False) for i in range(20)], params=ChoiceParams(most_plays=5))
    assert sorted(made.day.tolist()) == [-5, -4, -3, -2, -1]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["u1", "u2"]), st.sampled_from("abcd"), st.integers(0, 30), st.booleans()),
        max_size=40,
    ),
    st.floats(0.3, 0.99),
)
def test_history_agrees_with_counting_by_hand(made, memory):
    ordered = sorted(enumerate(made), key=lambda play: (play[1][0], -play[1][2], play[0]))
    found = drawn(log(*made)).remembered(log(*made), memory)
    assert len(found) == len(made)
    for row, (_, (user, track, ago, _)) in enumerate(ordered):
        earlier = [p for _, p in ordered[:row] if p[0] == user and p[1] == track]
        tired = sum((PARAMS.skip_tires if skipped else 1) * memory ** (then - ago) for _, _, then, skipped in earlier)
        assert found.tracks[row, 0] == "abcd".index(track)
        assert found.habit[row, 0] == pytest.approx(np.log1p(len(earlier)), abs=1e-5)
        assert found.satiation[row, 0] == pytest.approx(tired, abs=1e-4)
    assert found.usable[:, 0].all()
