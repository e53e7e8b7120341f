"""The day a list is heard on: weekday, weather, festival, solar term."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from schemas.text_files import lexicon

_FESTIVALS = lexicon("features.words.terms", "festivals")
FESTIVALS: dict[str, str] = _FESTIVALS["english"]
"""English names of festivals by the Chinese names that calendars give them."""
_UNSAID = frozenset(_FESTIVALS["unsaid"])


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is known of the serving day in one city, in the reader's language.

    Args:
        weekday: 0 = Monday.
        weather: id from the vocabulary, None where nobody forecast it.
        festival: display name.
        term: solar term of that very day (Chinese readers only).
    """

    day: date
    weekday: int
    holiday: bool
    weather: str | None
    festival: str | None
    term: str | None


@lru_cache(maxsize=1024)
def _lunar(day: date) -> tuple[str | None, str | None]:
    """(festival, solar term) of the Chinese calendar on this day."""
    from lunar_python import Solar

    solar = Solar.fromYmd(day.year, day.month, day.day)
    moon = solar.getLunar()
    named = [f for f in (*moon.getFestivals(), *solar.getFestivals()) if f in FESTIVALS and f not in _UNSAID]
    return (named[0] if named else None), (moon.getJieQi() or None)


def occasion(day: date, language: str, context: Mapping[str, Any] | None) -> Occasion:
    """The occasion from the city's context row (None where there is none) and the calendar."""
    row = context or {}
    calendar_festival, term = _lunar(day) if language == "zh" else (None, None)
    given = row.get("festival")
    festival = given if given in FESTIVALS and given not in _UNSAID else calendar_festival
    if festival is not None and language == "en":
        festival = FESTIVALS[festival]
    if term is not None and festival is not None and festival.startswith(term):
        term = None
    return Occasion(day, day.weekday(), bool(row.get("holiday")), row.get("weather"), festival, term)
