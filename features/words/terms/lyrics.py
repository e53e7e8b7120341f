"""What the words of a song speak of, and which of its lines may be quoted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from features.words.params import FactParams
from features.words.terms import forms
from schemas.text_files import texts

_TEXTS = texts("features.words.terms", "themes")
THEMES = tuple(_TEXTS["en"]["names"])
_EN_STEMS = {
    theme: re.compile(r"\b(?:" + "|".join(stems.split()) + r")s?\b", re.IGNORECASE)
    for theme, stems in _TEXTS["en"]["signs"].items()
}
_ZH_SIGNS = {theme: tuple(signs.split()) for theme, signs in _TEXTS["zh"]["signs"].items()}
_HAN = re.compile(r"[\u4e00-\u9fff]")
_UNQUOTABLE = re.compile(r"https?:|www\.|[<>{}\[\]`|\\@#]|《|》|「|」|“|”|作词|作曲|编曲|制作人", re.IGNORECASE)


def theme_word(theme: str, language: str) -> str | None:
    """The word of a theme id in a language."""
    return _TEXTS[language]["names"].get(theme)


def themes(lines: Sequence[str], params: FactParams) -> list[tuple[str, int, float]]:
    """Themes of the lyrics with the lines that carry each and a confidence, strongest first.

    Each line counts once per theme; confidence grows with the lines that carry it and
    saturates (n / (n + 2)), so two lines give 0.5.
    """
    text = [forms.clean(line) for line in lines]
    found = []
    for theme in THEMES:
        hits = sum(1 for line in text if carries(line, theme))
        if hits >= params.min_theme_hits:
            found.append((theme, hits, hits / (hits + 2.0)))
    found.sort(key=lambda one: (-one[1], one[0]))
    return found[: params.max_themes]


def carries(line: str, theme: str) -> bool:
    """Whether a line holds a sign of a theme."""
    if _HAN.search(line):
        return any(sign in line for sign in _ZH_SIGNS[theme])
    return _EN_STEMS[theme].search(line) is not None


@dataclass(frozen=True, slots=True)
class Quote:
    """A line of the lyrics short enough to quote; ``at_s`` is None when not timed."""

    text: str
    at_s: float | None
    repeats: int


def quotes(lines: Sequence[str], starts: Sequence[float], params: FactParams) -> list[Quote]:
    """Quotable lines: repeated ones (the chorus) first, then the more particular ones."""
    cleaned = [forms.clean(line) for line in lines]
    counts = Counter(cleaned)
    timed = len(starts) == len(lines)
    seen: dict[str, Quote] = {}
    for position, line in enumerate(cleaned):
        if line not in seen and quotable(line, params) and forms.speakable(line) is not None:
            seen[line] = Quote(line, float(starts[position]) if timed else None, counts[line])
    order = {line: i for i, line in enumerate(seen)}
    ranked = sorted(seen.values(), key=lambda q: (-q.repeats, -len(set(q.text)), order[q.text]))
    return ranked[: params.max_quotes]


def quotable(line: str, params: FactParams) -> bool:
    """Whether a cleaned line may be quoted: whole, short, and without marks that are no words."""
    if not line or _UNQUOTABLE.search(line):
        return False
    han = len(_HAN.findall(line))
    if han:
        return han >= 4 and len(line) <= params.quote_max_chars
    words = line.split()
    return 3 <= len(words) <= params.quote_max_words and len(line) <= 90
