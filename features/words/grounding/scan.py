"""What a masked text says, whatever sheet it is held against; the same skeletons come back often."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from features.words.grounding import music, script, surroundings
from features.words.grounding.sheet import Fault, Violation
from features.words.terms import numerals
from features.words.terms.lexicons import Chinese, English, words
from features.words.terms.simplified import simplified

_QUOTES = {
    "zh": re.compile('[《「“『"〈«‹‘„][^》」”』"〉»›’]*[》」”』"〉»›’]?|[》」”』〉»›]'),
    "en": re.compile(
        "[“《「\"«‹‘„『〈][^”》」\"»›』〉]*[”》」\"»›』〉]?|(?<![A-Za-z])'[^']{3,}'(?![A-Za-z])|[”》」»›]"
    ),
}
_LISTS: dict[str, tuple[tuple[Fault, Chinese | English], ...]] = {
    "zh": (
        (Fault.SENSITIVE, Chinese(words("zh/sensitive"))),
        (Fault.CLAIM, Chinese(words("zh/claims"))),
        (Fault.NAME, Chinese((*words("zh/festivals"), *words("zh/places"), *words("zh/famous")))),
    ),
    "en": (
        (Fault.SENSITIVE, English(words("en/sensitive"))),
        (Fault.CLAIM, English(words("en/claims"))),
        (Fault.NAME, English(words("en/festivals"))),
    ),
}
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f&'’-]*")
_ZH_LATIN = frozenset(("BPM", "bpm", "LUFS", "Hz", *(p + s for p in "ABCDEFG" for s in ("", "b"))))
_ZH_ROLE = re.compile(
    "(?:歌手|音乐人|制作人|作曲家|作曲者|作词人|词作者|编曲人?|乐队|唱片公司|厂牌)(?:叫|名叫|是)(?!某|谁|，)[\u4e00-\u9fff]{2,4}"
)
_EN_CAPITALS = frozenset(words("en/capitals"))
_STARTERS = frozenset(words("en/starters"))
_SENTENCE_START = re.compile(r"(?:^|[.!?:;…]\s+|[—–]\s*|[(]\s*|\.{3}\s*)$")


@dataclass(frozen=True, slots=True)
class Scan:
    """What stands in a masked text.

    Args:
        faults: what no sheet could make right.
        numbers: numbers in words, with units.
    """

    faults: tuple[Violation, ...]
    numbers: tuple[numerals.Token, ...]
    keys: tuple[music.Key, ...]
    moods: tuple[str, ...]
    day: surroundings.Mentions


@lru_cache(maxsize=65536)
def scan(skeleton: str, language: str) -> Scan:
    """Read a masked text whose digits were all made 0."""
    plain = simplified(skeleton) if language == "zh" else skeleton
    bare = surroundings.without_weekdays(plain, language)
    return Scan(
        tuple(_faults(skeleton, plain, language)),
        tuple(numerals.spelled(bare, language)),
        music.keys(plain, language),
        music.asserted_moods(plain, language),
        surroundings.mentions(plain, language),
    )


def _faults(skeleton: str, plain: str, language: str) -> Iterator[Violation]:
    for match in _QUOTES[language].finditer(skeleton):
        yield Violation(Fault.TITLE, match[0])
    yield from script.strange_characters(_QUOTES[language].sub("，" if language == "zh" else " ", skeleton), language)
    for fault, entries in _LISTS[language]:
        yield from (Violation(fault, found) for found in entries.find(plain))
    yield from _chinese_names(plain) if language == "zh" else _english_names(skeleton)


def _chinese_names(text: str) -> Iterator[Violation]:
    for word in _LATIN_WORD.findall(text):
        if word not in _ZH_LATIN:
            yield Violation(Fault.NAME, word)
    for match in _ZH_ROLE.finditer(text):
        yield Violation(Fault.NAME, match[0])
    if text.strip() and not script.HAN.search(text):
        yield Violation(Fault.LANGUAGE, text[:20])


def _english_names(text: str) -> Iterator[Violation]:
    for match in _LATIN_WORD.finditer(text):
        word = match[0].split("'")[0].split("’")[0]
        if not word or not word[0].isupper() or word in _EN_CAPITALS:
            continue
        starts = _SENTENCE_START.search(text[max(0, match.start() - 8) : match.start()])
        if not starts or word.lower() in _STARTERS:
            yield Violation(Fault.NAME, match[0])
