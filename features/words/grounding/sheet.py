"""What one text may say, and what can be wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """What can be wrong with a text."""

    NUMBER = "number"  # a number, or its unit, is not on the sheet
    TITLE = "title"  # a quoted title or line is not on the sheet
    NAME = "name"  # a proper name, a key, a day or a place is not on the sheet
    CLAIM = "claim"  # prize, chart, superlative, history, mood without a fact
    SENSITIVE = "sensitive"
    MARKUP = "markup"  # link, markup, emoji, control character, leftover slot
    LANGUAGE = "language"  # another language or script than asked for
    LENGTH = "length"
    REPEAT = "repeat"  # said on a night before


@dataclass(frozen=True, slots=True)
class Violation:
    """One fault and the piece of text that shows it."""

    fault: Fault
    found: str


@dataclass(frozen=True, slots=True)
class Day:
    """The day a text is read on, where it speaks of one.

    Args:
        weekday: 0 = Monday.
        weather: id of the vocabulary; None where nobody forecast it.
    """

    weekday: int
    weather: str | None = None


@dataclass(slots=True)
class Sheet:
    """What one text may say.

    Args:
        language: zh or en.
        numbers: canonical number -> its lawful units (None: a bare number).
        quoted: titles and lines that may stand in quotation marks.
        names: names that may stand bare (artists, albums, cities, festivals, genres, keys).
        times: how often each number may stand; None when that is not known.
        moods: mood words that may be asserted; None leaves moods unchecked.
        day: the day spoken of; None leaves weekdays and weather unchecked.
        owners: title or name -> numbers and keys said of its bearer; where two songs are told
            of, what is true of one may not be told of the other.
    """

    language: str
    numbers: dict[str, set[str | None]] = field(default_factory=dict)
    quoted: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    times: dict[str, int] | None = None
    moods: set[str] | None = None
    day: Day | None = None
    owners: dict[str, set[str]] = field(default_factory=dict)

    def number(self, value: str | int, *units: str) -> None:
        """Allow a number, bare or with one of these units."""
        self.numbers.setdefault(str(value), {None}).update(units)
        if self.times is not None:
            self.times[str(value)] = self.times.get(str(value), 0) + 1

    def quote(self, text: str) -> None:
        """Allow a text in quotation marks."""
        self.quoted.add(text)

    def name(self, text: str) -> None:
        """Allow a bare name."""
        self.names.add(text)

    def mood(self, word: str) -> None:
        """Allow a mood word; from the first one on, no other mood may be asserted."""
        self.moods = (self.moods or set()) | {word}

    def owned(self, owner: str, *said: str) -> None:
        """Numbers and keys that are true of the song or artist of this name."""
        self.owners.setdefault(owner, set()).update(said)
