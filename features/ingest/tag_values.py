"""What the texts of music tags say: dates, numbers, languages, ids, genres."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from features.names.credits import is_unknown

_EARLIEST_YEAR = 1860
_DATE = re.compile(r"^(\d{4})(?:([-/.]?)(\d{2})(?:\2(\d{2}))?)?(?!\d)")
_NUMBER = re.compile(r"^\s*(\d{1,4})(?:\s*(?:/|of)\s*\d{1,4})?\s*$")
_MBID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_LANGUAGES = {
    "zh": "zh", "zho": "zh", "chi": "zh", "cmn": "zh", "yue": "zh", "chinese": "zh", "mandarin": "zh",
    "cantonese": "zh", "en": "en", "eng": "en", "english": "en", "zxx": "instrumental", "instrumental": "instrumental",
}  # fmt: skip
_BETWEEN_NAMES = re.compile(r"\s*[/、，,&;；|]\s*")
_PLAIN_NAME = re.compile(r"(?!.*\.\w\w)[^\W\d_][\w .'’·・-]{0,39}")  # no address
_NO_LANGUAGE = frozenset(("", "und", "xxx", "mul", "mis", "xx", "unknown"))


class Released(NamedTuple):
    """A date as exactly as a tag tells it: the first day of it, and ``day``, ``month`` or ``year``."""

    first_day: date
    precision: str


def released(text: str, *, known_by: date) -> Released | None:
    """``2019``, ``2019-03``, ``2019-03-01``, ``20190301`` and longer; None when it is none, or cannot be yet.

    Months and days of zero are not known (``2019-00-00`` is the year).

    Args:
        known_by: day the file was there; no music in hand came out more than a year after it.
    """
    found = _DATE.match(text.strip())
    if not found:
        return None
    year, month, day = int(found[1]), int(found[3] or 0), int(found[4] or 0)
    precision = "day" if month and day else "month" if month else "year"
    try:
        first_day = date(year, month or 1, day if month and day else 1)
    except ValueError:
        return None
    return Released(first_day, precision) if _EARLIEST_YEAR <= year <= known_by.year + 1 else None


def number(text: str) -> int | None:
    """The number of a track or disc: ``3``, ``03``, ``3/12``; None when it is none."""
    found = _NUMBER.match(text)
    return (int(found[1]) or None) if found else None


def language(text: str) -> str | None:
    """Language of ``schemas.vocabulary.TRACK_LANGUAGES`` for an ISO 639 code or name; None when none is told."""
    short = re.split(r"[-_;,/ ]", text.strip().lower())[0]
    return None if short in _NO_LANGUAGE else _LANGUAGES.get(short, "other")


def mbids(values: Iterable[str]) -> list[str]:
    """MusicBrainz ids in texts that may hold several each."""
    return list(dict.fromkeys(found for value in values for found in _MBID.findall(value.lower())))


def genres(values: Iterable[str]) -> list[str]:
    """Genres as told, each once; ``;`` parts those of one text."""
    parts = (part.strip() for value in values for part in re.split(r"[;；]", value))
    once: dict[str, str] = {}
    for part in filter(None, parts):
        once.setdefault(part.casefold(), part)
    return list(once.values())


def words(*texts: str) -> list[str]:
    """Short words or phrases of lists, lower case, each once."""
    parts = re.split(r"[,;:|/]", ",".join(texts))
    return list(dict.fromkeys(part.strip().lower() for part in parts if part.strip()))


def names_of_credit(text: str) -> list[str]:
    """Names of a credit line of lyrics (``甲/乙``); none where any of them might be something else."""
    names = [" ".join(name.split()) for name in _BETWEEN_NAMES.split(text)]
    return names if all(_PLAIN_NAME.fullmatch(name) and not is_unknown(name) for name in names) else []
