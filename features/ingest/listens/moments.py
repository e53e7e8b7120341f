"""Moments as services write them: Unix time in any unit, ISO 8601, Last.fm's ``31 Dec 2023 23:59``."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from features.ingest.listens.rows import Refused, kind_of

SECONDS = "seconds"
# What each unit has in a microsecond's count; a number is read in the first that makes it plausible.
US_PER = {SECONDS: 1e6, "milliseconds": 1e3, "microseconds": 1.0, "nanoseconds": 1e-3}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_US = timedelta(microseconds=1)
# Listening was first logged in the 2000s, and no service writes the next century.
_FIRST, _LAST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_FIRST_US, _LAST_US = (_FIRST - _EPOCH) // _US, (_LAST - _EPOCH) // _US
_NUMBER = re.compile(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?")
_LASTFM = re.compile(r"(\d{1,2}) ([A-Z][a-z]{2})[a-z]* (\d{4}),? (\d{1,2}):(\d{2})")
_MONTHS = dict(
    zip(["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], range(1, 13), strict=True)
)
_CLOCK = "the player's clock was wrong"


def moment(value: Any, name: str, *, usual: str = SECONDS) -> tuple[int, str]:
    """Microseconds since 1970 UTC, and the unit in which a number was written.

    Args:
        name: what the service calls it, for messages.
        usual: the unit the service documents; numbers in it are told as seconds.
    """
    if isinstance(value, str):
        value = value.strip()
        if not _NUMBER.fullmatch(value):
            return _written(value, name), SECONDS
        value = float(value) if not value.lstrip("+-").isdigit() else int(value[:40])
    if value is None or value == "":
        raise Refused(f"{name} is missing")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused(f"{name} is {kind_of(value)}, not a time")
    return _counted(value, name, usual)


def _counted(value: float, name: str, usual: str) -> tuple[int, str]:
    if not math.isfinite(value):
        raise Refused(f"{name} is {value}, not a time")
    for unit, factor in US_PER.items():
        if _FIRST_US <= value * factor < _LAST_US:
            us = value * int(factor) if factor >= 1 else value // 1000
            return int(us), SECONDS if unit == usual else unit
    if value == 0:
        raise Refused(f"{name} is 0, which is 1970-01-01: {_CLOCK}")
    try:
        shown = f"{_EPOCH + timedelta(seconds=value / (US_PER[SECONDS] / US_PER[usual])):%Y-%m-%d}"
    except OverflowError:
        raise Refused(f"{name} is {value}: no time that a clock shows") from None
    raise Refused(f"{name} is {value}, which is {shown}: {_CLOCK}")


def _written(value: str, name: str) -> int:
    """Microseconds of a time in words; without an offset it is UTC."""
    if not value:
        raise Refused(f"{name} is missing")
    found = _parsed(value)
    if found is None:
        raise Refused(f"{name} is {value[:60]!r}: no time in a known form")
    us = (found - _EPOCH) // _US
    if not _FIRST_US <= us < _LAST_US:
        raise Refused(f"{name} is {value[:60]!r}: {_CLOCK}")
    return us


def _parsed(value: str) -> datetime | None:
    named = _LASTFM.fullmatch(value)
    try:
        if named:
            day, month, year, hour, minute = named.groups()
            return datetime(int(year), _MONTHS[month], int(day), int(hour), int(minute), tzinfo=UTC)
        iso = value.replace("/", "-").removesuffix(" UTC")
        found = datetime.fromisoformat(iso) if ":" in iso else None
    except (ValueError, KeyError, OverflowError):
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)
