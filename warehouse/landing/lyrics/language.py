"""In which language words are written, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from warehouse.landing.lyrics.likelihood import SMALL_WORD_LANGUAGES, small_words
from warehouse.landing.lyrics.scripts import weights

SURE_FROM = 0.6
_FEW = 4.0  # so many signs or words leave half of the doubt
_KANA_SHARE = 0.15  # less kana among Chinese signs is an ornament
_SMALL_SHARE = 0.3  # of the words of a text, at least, are small words of its language
_AHEAD = 1.3
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


@dataclass(frozen=True, slots=True)
class Detected:
    """``zh``, ``en``, ``ja``, ``ko`` or ``other``; None where nothing is sure enough. Confidence 0 to 1."""

    language: str | None
    confidence: float


def detect(lines: Sequence[str]) -> Detected:
    """The language most of the words are in; a line that returns counts once. Written Cantonese is ``zh``."""
    text = "\n".join(dict.fromkeys(lines))
    found = weights(text)
    total = sum(found.values())
    if not total:
        return Detected(None, 0.0)
    kana, han = found.pop("kana", 0.0), found.pop("han", 0.0)
    japanese = kana > _KANA_SHARE * (kana + han)
    told = {
        "ja": kana + han if japanese else 0.0,
        "zh": 0.0 if japanese else kana + han,
        "ko": found.get("hangul", 0.0),
        "latin": found.get("latin", 0.0),
        "other": found.get("cyrillic", 0.0) + found.get("other", 0.0),
    }
    best = max(told, key=lambda name: told[name])
    share = told[best] / total
    language, sure = _of_alphabet(text) if best == "latin" else (best, told[best] / (told[best] + _FEW))
    return _if_sure(language, share * sure)


def _of_alphabet(text: str) -> tuple[str, float]:
    """English or another language of the Latin alphabet, by small words."""
    words = len(_WORD.findall(text))
    english = small_words(text, "en")
    other = max(small_words(text, language) for language in SMALL_WORD_LANGUAGES if language != "en")
    language, hits, rival = ("en", english, other) if english >= other else ("other", other, english)
    if hits < _AHEAD * rival:
        return language, 0.0
    return language, min(1.0, hits / words / _SMALL_SHARE) * words / (words + _FEW)


def _if_sure(language: str, confidence: float) -> Detected:
    return Detected(language if confidence >= SURE_FROM else None, round(confidence, 3))
