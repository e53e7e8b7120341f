"""Kinds of days, as the listener's own city has them."""

from __future__ import annotations

from datetime import date

import polars as pl

from features.days import DESIGN, EFFECTS, KINDS, with_kinds
from tests.frames import rows

USERS = rows("users", [{"user_id": "home", "city": "Oslo"}, {"user_id": "away", "city": None}])
CONTEXTS = rows(
    "contexts",
    [
        {"city": "Oslo", "local_date": date(2026, 11, 18), "holiday": True, "festival": "feast"},
        {"city": "Oslo", "local_date": date(2026, 11, 19), "festival": "feast"},
        {"city": "Oslo", "local_date": date(2026, 11, 21), "holiday": True},
        {"city": "Bergen", "local_date": date(2026, 11, 17), "holiday": True},
    ],
)
OFF, HOLIDAY, FESTIVAL = 1, 2, 4


def kinds(user, *days):
    asked = pl.DataFrame({"user_id": [user] * len(days), "local_date": [date(2026, 11, d) for d in days]})
    return with_kinds(asked, USERS, CONTEXTS)["kind"].to_list()


def test_weekends_holidays_and_festivals():
    """17 is a Tuesday, 18 a holiday with a festival, 19 a festival on a workday, 21 a holiday on a Saturday."""
    assert kinds("home", 17, 18, 19, 20, 21, 22) == [
        0, OFF + HOLIDAY + FESTIVAL, FESTIVAL, 0, OFF + HOLIDAY, OFF,
    ]  # fmt: skip


def test_who_has_no_city_has_weekends_only():
    assert kinds("away", 17, 18, 19, 20, 21, 22) == [0, 0, 0, 0, OFF, OFF]


def test_rows_keep_their_order_and_columns():
    asked = pl.DataFrame(
        {"user_id": ["away", "home", "away"], "local_date": [date(2026, 11, 21)] * 3, "city": ["x"] * 3}
    )
    found = with_kinds(asked, USERS, CONTEXTS)
    assert found.columns == ["user_id", "local_date", "city", "kind"]
    assert found.drop("kind").equals(asked)
    assert found["kind"].to_list() == [OFF, OFF + HOLIDAY, OFF]
    assert with_kinds(asked.clear(), USERS, CONTEXTS).height == 0


def test_the_design_reads_the_bits():
    assert DESIGN.shape == (KINDS, len(EFFECTS))
    assert DESIGN[OFF + FESTIVAL].tolist() == [1, 0, 1]
