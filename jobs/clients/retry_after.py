"""How long a server asks to be left alone for."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime


def wait_s(headers: Mapping[str, str], now: Callable[[], float] = time.time) -> float | None:
    """Seconds a ``Retry-After`` asks for, said in seconds, in milliseconds or as a date.

    Args:
        now: the wall clock, for dates of endpoints that do not say what time they have.
    """
    for name, unit in (("retry-after-ms", 1e-3), ("retry-after", 1.0)):
        try:
            asked = float(headers.get(name, "")) * unit
        except ValueError:
            continue
        return asked if 0 <= asked < float("inf") else None
    try:
        until = parsedate_to_datetime(headers.get("retry-after", "")).timestamp()
        clock = headers.get("date")
        return max(0.0, until - (parsedate_to_datetime(clock).timestamp() if clock else now()))
    except (TypeError, ValueError, OverflowError):
        return None
