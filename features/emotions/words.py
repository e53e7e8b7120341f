"""Mood words in a text, Chinese and English mixed, negation heeded.

Chinese is matched by the longest lexicon word at each position; English by lower-case
words, with plain endings (-s, -es, -d, -ed, -ing, -in') stripped. A word after a negation
counts against its mood, after two negations for it ("can't live without love", 不能没有你的爱).
A word after an intensifier counts half as much again, and so does one behind "but".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from schemas.text_files import lexicon
from schemas.vocabulary import LANGUAGES, MOOD_NAMES, MOODS

NEGATED = -0.6  # "not happy" is less sad than "happy" is happy
_NEGATION_CHARACTERS, _NEGATION_WORDS = 3, 3
_STRESS = 1.5
_CONTRAST_EN, _CONTRAST_ZH = re.compile(r"\b(?:but|yet|still|however)\b"), re.compile("但是?|可是|却|然而|不过")
_FEELING = {language: lexicon("features.emotions", f"feeling_{language}") for language in LANGUAGES}
_DENIALS_ZH = re.compile("|".join(_FEELING["zh"]["denials"]))
_ENGLISH = re.compile(r"[a-z]+(?:['’][a-z]+)?")
_ENDINGS = ("ing", "in'", "es", "ed", "s", "d")


@dataclass(frozen=True, slots=True)
class Affect:
    """What words say.

    Args:
        valence: mean valence of the words found, shrunk towards 0 when they are few; None without any.
        arousal: the same for arousal.
        hits: words found, repeats counted up to three times each.
        moods: weight of each mood among them, summing to at most 1; negated words count for none.
    """

    valence: float | None
    arousal: float | None
    hits: float
    moods: dict[str, float]


SILENT = Affect(None, None, 0.0, {})
_SHRINKAGE = 1.0  # pseudo-words of neutral feeling


def read(lines: Iterable[str]) -> Affect:
    """The affect of a text, line by line; negation does not cross lines."""
    counts: dict[tuple[str, str, bool, bool], int] = {}
    for line in lines:
        for found in (*_chinese(line), *_english(line)):
            counts[found] = counts.get(found, 0) + 1
    if not counts:
        return SILENT
    valence = arousal = weight = 0.0
    moods: dict[str, float] = {}
    for (_, mood, negated, stressed), count in sorted(counts.items()):
        repeats = float(min(count, 3)) * (_STRESS if stressed else 1.0)
        sign = NEGATED if negated else 1.0
        valence += repeats * sign * _VALENCE[mood]
        arousal += repeats * (0.0 if negated else _AROUSAL[mood])
        weight += repeats
        if not negated:
            moods[mood] = moods.get(mood, 0.0) + repeats
    total = weight + _SHRINKAGE
    return Affect(valence / total, arousal / total, weight, {m: n / total for m, n in sorted(moods.items())})


_VALENCE = {m.id: m.valence for m in MOODS}
_AROUSAL = {m.id: m.arousal for m in MOODS}


@cache
def _lexicon(language: str) -> dict[str, str]:
    """Word to mood, the mood's own names included."""
    table = {word: mood for mood, listed in _FEELING[language]["moods"].items() for word in listed}
    return table | {name: mood for mood, name in MOOD_NAMES[language].items()}


def _chinese(line: str) -> Iterator[tuple[str, str, bool, bool]]:
    known = _lexicon("zh")
    longest = max(map(len, known))
    turn = _CONTRAST_ZH.search(line)
    at = since = 0
    while at < len(line):
        for length in range(min(longest, len(line) - at), 0, -1):
            word = line[at : at + length]
            if word in known:
                before = line[max(since, at - _NEGATION_CHARACTERS - 1) : at]
                stressed = any(s in before for s in _FEELING["zh"]["intensifiers"]) or bool(turn and turn.end() <= at)
                yield word, known[word], _turned(_DENIALS_ZH.findall(before)), stressed
                at += length
                since = at
                break
        else:
            at += 1


def _english(line: str) -> Iterator[tuple[str, str, bool, bool]]:
    known = _lexicon("en")
    lowered = line.lower().replace("’", "'")
    turn = _CONTRAST_EN.search(lowered)
    tokens = [(match.group(), match.start()) for match in _ENGLISH.finditer(lowered)]
    for at, (token, start) in enumerate(tokens):
        word = _known(token, known)
        if word is not None:
            before = [t for t, _ in tokens[max(0, at - _NEGATION_WORDS) : at]]
            denied = _turned([b for b in before if b in _FEELING["en"]["denials"] or b.endswith("n't")])
            stressed = any(b in _FEELING["en"]["intensifiers"] for b in before[-2:]) or bool(
                turn and turn.end() <= start
            )
            yield word, known[word], denied, stressed


def _turned(negations: list[str]) -> bool:
    """Two negations cancel out."""
    return len(negations) % 2 == 1


def _known(token: str, known: dict[str, str]) -> str | None:
    """The lexicon's form of a token."""
    if token in known:
        return token
    for ending in _ENDINGS:
        stem = token.removesuffix(ending)
        if stem != token and len(stem) > 2:
            for form in (stem, stem + "e", stem[:-1] if stem[-1:] == stem[-2:-1] else stem):
                if form in known:
                    return form
    return None
