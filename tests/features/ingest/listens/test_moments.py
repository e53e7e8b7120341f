"""Times as services and broken clocks write them."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.ingest.listens.moments import moment
from features.ingest.listens.rows import Refused

AT = datetime(2023, 12, 31, 23, 59, tzinfo=UTC)
US = int(AT.timestamp()) * 1_000_000


@pytest.mark.parametrize(
    ("value", "unit"),
    [
        (1704067140, "seconds"),
        (1704067140.0, "seconds"),
        ("1704067140", "seconds"),
        (1704067140000, "milliseconds"),
        ("1704067140000", "milliseconds"),
        (1704067140000000, "microseconds"),
        (1704067140000000000, "nanoseconds"),
        ("2023-12-31T23:59:00Z", "seconds"),
        ("2023-12-31T23:59:00.000+00:00", "seconds"),
        ("2024-01-01T07:59:00+08:00", "seconds"),
        ("2023-12-31 23:59", "seconds"),
        ("2023-12-31 23:59:00 UTC", "seconds"),
        ("2023/12/31 23:59:00", "seconds"),
        ("31 Dec 2023 23:59", "seconds"),
        ("31 Dec 2023, 23:59", "seconds"),
    ],
)
def test_one_minute_in_every_form(value: object, unit: str) -> None:
    assert moment(value, "at") == (US, unit)


def test_a_unit_that_the_service_documents_is_no_surprise() -> None:
    assert moment(1704067140000, "date", usual="milliseconds") == (US, "seconds")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "1970-01-01: the player's clock"),
        ("0", "1970-01-01"),
        (-1, "1969-12-31: the player's clock"),
        (5, "1970-01-01"),
        (253370764800, "9999-01-01: the player's clock"),
        (4102444800, "2100-01-01"),
        (10**30, "no time that a clock shows"),
        (math.nan, "nan, not a time"),
        (-math.inf, "not a time"),
        (None, "at is missing"),
        ("", "at is missing"),
        (True, "true or false, not a time"),
        ([5], "a list, not a time"),
        ("yesterday", "no time in a known form"),
        ("2023-12-31", "no time in a known form"),
        ("9999-12-31T00:00:00Z", "the player's clock"),
        ("0001-01-01T00:00:00Z", "the player's clock"),
        ("31 Foo 2023 23:59", "no time in a known form"),
        ("1" * 5000, "no time that a clock shows"),
    ],
)
def test_what_no_clock_shows_is_named(value: object, words: str) -> None:
    with pytest.raises(Refused, match="at is") as told:
        moment(value, "at")
    assert words in str(told.value)


@given(st.one_of(st.text(), st.floats(), st.integers(), st.none(), st.booleans()))
def test_any_value_is_a_moment_of_this_age_or_refused(value: object) -> None:
    try:
        us, _ = moment(value, "at")
    except Refused:
        return
    assert 2000 <= datetime.fromtimestamp(us / 1e6, UTC).year < 2100
