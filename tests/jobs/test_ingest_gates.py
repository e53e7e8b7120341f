"""Gates of the ingest stage: what stops a night, with figures."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from schemas.errors import ContractError
from tests.jobs.ingested import (
    NOON,
    night,
    play,
    track,
    user,
    with_more,
)


@pytest.mark.parametrize(
    ("replaced", "words"),
    [
        ({"users": [user("someone")]}, ["0 of 180 plays", "user_id", "'u1'", "users"]),
        ({"tracks": [track("t0", artist_id="a0"), track("t1")]}, ["72 of 180 plays (40.0%)", "track_id", "'t2'"]),
        ({"tracks": [track(None)]}, ["tracks: not one row is known", "null_key 1"]),
        ({"users": [user("u1", created_on=date(2026, 3, 12))]}, ["users: not one row", "1 are of later days"]),
        ({"plays": [], "users": [user(f"u{n}") for n in range(11)]}, ["plays: none on 2026-03-10", "no plays at all"]),
        ({"plays": [play("u1", "t0", NOON)]}, ["none on 2026-03-10", "newest day with plays is 2026-03-09"]),
        (
            {"plays": [play("u1", "t0", NOON - timedelta(minutes=n)) for n in [*range(99), -1440]]},
            ["plays: 1 on 2026-03-10", "below 20%", "2026-03-09 99"],
        ),
        (
            with_more("tracks", *[track(f"x{n}", duration_s=-1.0) for n in range(11)]),
            ["11 of 16", "out_of_range 11", "tracks.csv row 6"],
        ),
        # What stopped the night comes first, not what happens to stand in the first file.
        (
            with_more("tracks", *[track(None)] * 7, *[track(f"x{n}", duration_s=-1.0) for n in range(11)]),
            ["out_of_range 11, null_key 7", "First of each: tracks.csv row 13", "; tracks.csv row 6"],
        ),
    ],
)  # fmt: skip
def test_a_broken_gate_stops_the_night_with_figures(replaced: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(ContractError) as caught:
        night(**replaced)
    assert caught.value.exit_code == 3
    assert caught.value.fix
    assert all(w in str(caught.value) for w in words), str(caught.value)
