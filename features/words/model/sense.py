"""Whether a text reads like language at all: a coarse sieve against word salad, not a judge of style."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from schemas.text_files import lexicon

_FUNCTION_WORDS = lexicon("features.words.terms", "function_words")
_HOLD_EN, _HOLD_ZH = frozenset(_FUNCTION_WORDS["en"]), frozenset(_FUNCTION_WORDS["zh"])
_HAN = re.compile("[\u4e00-\u9fff]")
_WORD = re.compile(r"[a-z]+")
_SENTENCE_EN = re.compile(r"[.!?;:—,]")
_LEAST_HOLD = {"zh": 0.16, "en": 0.18}
_MOST_UNBROKEN = {"zh": 45, "en": 45}  # characters or words without any mark
_MOST_OF_ONE = 0.2  # share of a text that one word may be
_CLOSED = {"zh": "。！？…", "en": ".!?…"}


def nonsense(text: str, language: str) -> str | None:
    """What makes a text no prose: no end, no pause, nothing that holds it together; None where it may pass."""
    closed = text.rstrip("》」”’\"'）) ")
    if not closed or closed[-1] not in _CLOSED[language]:
        return "it does not end"
    if language == "zh":
        units = _HAN.findall(text)
        unbroken = max((len(part) for part in re.split("[，。、；：！？…—\\s]", text)), default=0)
        held = sum(unit in _HOLD_ZH for unit in units)
    else:
        units = _WORD.findall(text.lower())
        unbroken = max((len(part.split()) for part in _SENTENCE_EN.split(text)), default=0)
        held = sum(unit in _HOLD_EN for unit in units)
    if len(units) >= 8 and held / len(units) < _LEAST_HOLD[language]:
        return "its words do not hold together"
    if unbroken > _MOST_UNBROKEN[language]:
        return "it never pauses"
    return "it says one thing over" if _harps(units, language) else None


def _harps(units: Sequence[str], language: str) -> bool:
    """Whether one word takes up too much of a text, or stands four times in a row."""
    content = [u for u in units if u not in (_HOLD_ZH if language == "zh" else _HOLD_EN)]
    if any(len(set(units[i : i + 4])) == 1 for i in range(len(units) - 3)):
        return True
    return len(content) >= 10 and max(Counter(content).values()) > max(3, _MOST_OF_ONE * len(content))
