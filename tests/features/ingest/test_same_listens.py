"""One listen told twice is one; a song played again is two."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.ingest.same_listens import told_again

START = datetime(2026, 3, 1, 12, 0, 13, tzinfo=UTC)
SCHEMA = {
    "user_id": pl.String,
    "song": pl.String,
    "played_at": pl.Datetime("us", "UTC"),
    "source": pl.String,
    "heard_s": pl.Float32,
    "length_s": pl.Float32,
}


def kept(*rows: tuple[float, str, float | None], length_s: float | None = 200.0, song: str = "s") -> list[int]:
    """Numbers of the rows (seconds after start, source, seconds heard) that stay."""
    told = [("u", song, START + timedelta(seconds=at), source, heard, length_s) for at, source, heard in rows]
    frame = pl.DataFrame(told, schema=SCHEMA, orient="row")
    return told_again(frame, within_s=60, least_s=30).not_().arg_true().to_list()


@pytest.mark.parametrize(
    ("rows", "length_s", "expected"),
    [
        ([(0, "a", None), (5, "a", None)], 200.0, [0]),
        ([(0, "a", None), (5, "b", None), (9, "c", None)], 200.0, [0]),
        ([(0, "a", None), (200, "a", None), (400, "a", None)], 200.0, [0, 1, 2]),  # a loop
        ([(0, "a", None), (5, "b", None), (200, "a", None), (205, "b", None)], 200.0, [0, 2]),
        ([(0, "a", None), (101, "a", None)], 200.0, [0, 1]),  # half of it was heard, then again
        ([(0, "a", None), (99, "a", None)], 200.0, [0]),
        ([(0, "a", None), (239, "a", None), (241, "b", None)], 3000.0, [0, 2]),  # four minutes of a long one count
        ([(0, "a", None), (20, "a", None), (31, "a", None)], None, [0, 2]),
        ([(0, "a", None), (55, "b", None), (61, "b", None)], None, [0, 2]),  # one of them tells minutes
        ([(0, "a", None), (40, "a", None), (42, "b", None)], 40.0, [0, 1]),  # a short song in a loop
        ([(0, "a", None), (7, "b", 180.0)], 200.0, [1]),  # seconds are richer
        ([(0, "b", 200.0), (120, "a", None)], 200.0, [0]),  # it was still playing
        ([(-13, "a", None), (7, "b", None)], 200.0, [1]),  # a whole minute is poorer than a second
        ([(0, "b", 5.0), (6, "b", 5.0), (12, "b", 200.0)], 200.0, [0, 1, 2]),  # restarted, seconds tell
        ([(0, "b", 5.0), (40, "c", 5.0), (50, "c", 6.0)], 200.0, [0, 2]),  # account data and extended history
        ([(42, "b", 5.0), (64, "c", 5.0)], 200.0, [1]),  # the first ends on a whole minute
        ([(0, "b", 40.0), (41, "c", 40.0)], 40.0, [0, 1]),  # a short song in a loop, told in two files
        ([(0, "b", 5.0), (0, "b", 5.0)], 200.0, [0]),
        ([(0, "a", None), (0, "a", None)], None, [0]),
    ],
)
def test_who_stays(rows: list[tuple[float, str, float | None]], length_s: float | None, expected: list[int]) -> None:
    assert kept(*rows, length_s=length_s) == expected


def test_other_listeners_and_songs_are_apart() -> None:
    rows = [
        ("u", "s", START, "a", None, 200.0),
        ("v", "s", START, "b", None, 200.0),
        ("u", "t", START, "b", None, 200.0),
    ]
    assert not told_again(pl.DataFrame(rows, schema=SCHEMA, orient="row"), within_s=60, least_s=30).any()


@given(st.lists(st.integers(0, 2000), max_size=12), st.floats(60, 400), st.permutations(range(3)))
def test_any_loop_told_by_three_services_is_the_loop(pauses: list[int], length_s: float, order: list[int]) -> None:
    begins = [0.0]
    for pause in pauses:
        begins.append(begins[-1] + length_s + pause)
    late = (0, 3, 7)
    rows = [(at + late[n], "abc"[n], None) for n in order for at in begins]
    assert len(kept(*rows, length_s=length_s)) == len(begins)
