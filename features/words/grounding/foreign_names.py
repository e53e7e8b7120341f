"""Names and lines that come from somewhere else than the sheet."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from features.words.grounding.masking import masked
from features.words.grounding.script import HAN
from features.words.grounding.sheet import Fault, Sheet, Violation

_NOT_WORDS = re.compile(r"[\W_]+")


def foreign_names(text: str, sheet: Sheet, catalogue_names: Collection[str]) -> list[Violation]:
    """Names of the catalogue that stand in the text though the sheet does not have them.

    Args:
        catalogue_names: names (artists) of the whole catalogue; a set makes this O(text).
    """
    rest = masked(text, sheet)
    spans = {rest[i : i + size] for size in range(2, 9) for i in range(len(rest) - size + 1)}
    words = rest.split()
    spans |= {" ".join(words[i : i + size]).strip(".,;:!?") for size in (1, 2, 3, 4) for i in range(len(words))}
    spans |= {s.removesuffix("’s").removesuffix("'s") for s in spans}
    return [Violation(Fault.NAME, name) for name in sorted(spans) if name in catalogue_names]


def distinctive_names(names: Iterable[str | None]) -> frozenset[str]:
    """Names distinctive enough to be looked for: two Han characters or more, or a capitalised word."""
    clean = {n for n in names if n and len(n) >= 2}
    return frozenset(n for n in clean if HAN.search(n) or n[0].isupper())


def _shingles(text: str) -> set[str]:
    """Runs of six characters (Chinese) or five words (English), without punctuation."""
    if HAN.search(text):
        bare = _NOT_WORDS.sub("", text)
        return {bare[i : i + 6] for i in range(len(bare) - 5)}
    words = _NOT_WORDS.sub(" ", text.lower()).split()
    return {" ".join(words[i : i + 5]) for i in range(len(words) - 4)}


class LineIndex:
    """Lines of lyrics, to find one that stands in a text without quotation marks."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._known: set[str] = set()
        for line in lines:
            self._known |= _shingles(line)

    def strange(self, text: str, sheet: Sheet) -> list[Violation]:
        """Pieces of known lines that the sheet does not allow to be quoted."""
        lawful = set[str]().union(*(_shingles(q) for q in sheet.quoted))
        found = _shingles(masked(text, sheet)) & self._known - lawful
        return [Violation(Fault.TITLE, piece) for piece in sorted(found)]
