"""Whether a text says again what one of the nights before said."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

_QUOTED = re.compile('《[^》]*》|「[^」]*」|“[^”]*”|"[^"]*"')
_SENTENCE = re.compile("[。！？!?；;\n]|\\.(?=\\s|$)")
_ALIKE = 0.8  # share of common trigrams from which two texts count as one
_LEAST = {"zh": 8, "en": 20}  # letters under which a sentence is too common to be owned


@lru_cache(maxsize=16384)
def _folded(text: str) -> str:
    """Letters only: titles, numbers, marks and case gone, for these change though the words stay."""
    bare = _QUOTED.sub("", unicodedata.normalize("NFKC", text)).lower()
    return "".join(c for c in bare if unicodedata.category(c)[0] == "L")


@lru_cache(maxsize=16384)
def _trigrams(folded: str) -> frozenset[str]:
    return frozenset(folded[i : i + 3] for i in range(max(1, len(folded) - 2)))


@lru_cache(maxsize=16384)
def _sentences(text: str, language: str) -> frozenset[str]:
    folded = (_folded(part) for part in _SENTENCE.split(text))
    return frozenset(part for part in folded if len(part) >= _LEAST[language])


def alike(one: str, other: str) -> float:
    """How much two texts have in common [0..1]: Dice's coefficient over trigrams of their letters."""
    a, b = _trigrams(_folded(one)), _trigrams(_folded(other))
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else 1.0


def repeated(text: str, past: Collection[str], language: str) -> bool:
    """Whether a text of the past is the same, nearly the same, or shares two sentences (its only one) with it."""
    own = _sentences(text, language)
    most = min(2, len(own)) or 1
    return any(
        text == old or len(own & _sentences(old, language)) >= most or alike(text, old) >= _ALIKE for old in past
    )
