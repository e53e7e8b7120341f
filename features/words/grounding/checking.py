"""The check itself: mask what is lawful by name, then judge what is left."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from features.words.grounding import music, roles, script, surroundings
from features.words.grounding.masking import masked
from features.words.grounding.scan import scan
from features.words.grounding.sheet import Fault, Sheet, Violation
from features.words.terms import numerals

_DIGITS = re.compile(r"\d+")
_NEAR = 0.05  # as far as twice may be from double, as a share


def check(text: str, sheet: Sheet, *, low: int = 1, high: int = 10_000) -> list[Violation]:
    """Everything wrong with a text; empty when it may be published.

    Args:
        low, high: lawful length, in characters without spaces (zh) or words (en).
    """
    language = sheet.language
    size = length(text, language)
    found = [] if low <= size and upper(text, language) <= high else [Violation(Fault.LENGTH, str(size))]
    rest = script.undisguised(masked(text, sheet))
    seen = scan(_DIGITS.sub("0", rest), language)
    found += seen.faults
    found += _number_faults((*numerals.digits(rest, language), *seen.numbers), sheet)
    found += music.key_faults(seen.keys, sheet)
    found += music.mood_faults(seen.moods, sheet)
    found += surroundings.day_faults(seen.day, sheet.day)
    found += roles.role_faults(text, sheet)
    return found


def length(text: str, language: str) -> int:
    """Characters without spaces (zh) or words (en)."""
    return len(text.split()) if language == "en" else len(text) - sum(map(text.count, (" ", "\u3000")))


def upper(text: str, language: str) -> int:
    """The measure an upper bound is held against: every character (zh) or words (en)."""
    return len(text.split()) if language == "en" else len(text)


def _number_faults(stated: Iterable[numerals.Token], sheet: Sheet) -> Iterator[Violation]:
    times: dict[str, int] = {}
    for value, unit in stated:
        if unit == "fold" and _doubled(sheet):
            continue
        times[value] = times.get(value, 0) + 1
        if sheet.times is not None and times[value] > sheet.times.get(value, 0):
            yield Violation(Fault.NUMBER, value)
            continue
        lawful = sheet.numbers.get(value)
        if lawful is None or (unit is not None and unit not in lawful):
            yield Violation(Fault.NUMBER, f"{value} {unit or ''}".strip())


def _doubled(sheet: Sheet) -> bool:
    """Whether "twice as fast" may stand: two tempi of the sheet are as two to one, or it has none to compare."""
    tempi = sorted(float(value) for value, units in sheet.numbers.items() if "bpm" in units)
    return not tempi or any(abs(fast - 2 * slow) <= _NEAR * fast for slow in tempi for fast in tempi)
