"""The day a list is heard on: weekday, weather, festival, solar term."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from features.words.terms import forms
from schemas.text_files import lexicon

_FESTIVALS = lexicon("features.words.terms", "festivals")
FESTIVALS: dict[str, str] = _FESTIVALS["english"]
"""English names of festivals by the Chinese names that calendars give them."""
_NORTHERN = frozenset(lexicon("features.words.terms", "cities")["four_seasons"])
_UNSURE = 4  # days before these in which a season may or may not have begun, by the year
_UNSAID = frozenset(_FESTIVALS["unsaid"])


@dataclass(frozen=True, slots=True)
class Occasion:
    """What is known of the serving day in one city, in the reader's language.

    Args:
        weekday: 0 = Monday.
        weather: id from the vocabulary, None where nobody forecast it.
        festival: display name.
        term: solar term of that very day (Chinese readers only).
        season: of a city with the four seasons of the north, by solar terms for Chinese readers, by whole months for
            English ones; None elsewhere.
    """

    day: date
    weekday: int
    holiday: bool
    weather: str | None
    festival: str | None
    term: str | None
    season: str | None = None


SEASONS = ("winter", "spring", "summer", "autumn")
_BEGUN = ((2, 5), (5, 7), (8, 9), (11, 9))  # month and day by which spring, summer, autumn, winter have begun for sure


def season(day: date, city: str | None, language: str) -> str | None:
    """The season of a day in a city of the north; None where the city is unknown, or between two seasons."""
    if city is None or forms.city(city, "zh") not in _NORTHERN:
        return None
    if language == "en":
        return SEASONS[day.month % 12 // 3]
    begun = sum((day.month, day.day) >= first for first in _BEGUN)
    near = any(0 < month * 31 + at - (day.month * 31 + day.day) < _UNSURE for month, at in _BEGUN)
    return None if near else SEASONS[begun % 4]


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
    return Occasion(
        day,
        day.weekday(),
        bool(row.get("holiday")),
        row.get("weather"),
        festival,
        term,
        season(day, row.get("city"), language),
    )
