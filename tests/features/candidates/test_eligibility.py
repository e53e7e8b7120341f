"""What may be recommended to whom."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from features.candidates.eligibility import rights, servable
from features.night import Night
from tests.frames import rows

NIGHT = Night(date(2026, 11, 20))


def test_servable_is_available_and_released_by_the_day_of_service():
    tracks = rows(
        "tracks",
        [
            {"track_id": "tonight", "release_date": NIGHT.serves_on, "available": True},
            {"track_id": "later", "release_date": date(2026, 11, 22), "available": True},
            {"track_id": "unknown", "release_date": None, "available": True},
            {"track_id": "gone", "release_date": date(2020, 1, 1), "available": False},
            {"track_id": "heard", "release_date": None, "available": True, "playable": False},
        ],
    )
    assert servable(tracks, NIGHT)["track_id"].to_list() == ["tonight", "unknown"]


@pytest.mark.parametrize(
    ("country", "explicit_ok", "expected"),
    [
        ("CN", True, [True, True, True, False]),
        ("CN", False, [True, True, False, False]),
        ("US", True, [True, False, True, True]),
        (None, True, [True, False, True, False]),
    ],
)
def test_rights(country, explicit_ok, expected):
    tracks = rows(
        "tracks",
        [
            {"track_id": "free"},
            {"track_id": "cn", "regions": ["CN", "HK"]},
            {"track_id": "x", "explicit": True},
            {"track_id": "us", "regions": ["US"], "explicit": True},
        ],
    )
    others = [{"user_id": "v", "country": "DE"}, {"user_id": "w", "country": None, "explicit_ok": True}]
    users = rows("users", [*others, {"user_id": "z", "country": country, "explicit_ok": explicit_ok}])
    right = rights(users, tracks)
    assert right.pairs(np.full(4, 2), np.arange(4)).tolist() == expected
