"""Nothing leaves the house ungrounded: every number, name and quotation must be on the sheet.

The checker knows nothing of frames or writers; it reads a finished text and a sheet of what
may be said. Both the built-in writer and a model pass through it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from features.words import numerals


class Fault(StrEnum):
    """What can be wrong with a text."""

    NUMBER = "number"  # a number, or its unit, is not on the sheet
    TITLE = "title"  # a quoted title or line is not on the sheet
    NAME = "name"  # a proper name is not on the sheet
    CLAIM = "claim"  # prize, chart, superlative without a fact
    SENSITIVE = "sensitive"
    MARKUP = "markup"  # link, markup, leftover slot
    LANGUAGE = "language"  # another language than asked for
    LENGTH = "length"
    REPEAT = "repeat"  # said on a night before


@dataclass(frozen=True, slots=True)
class Violation:
    """One fault and the piece of text that shows it."""

    fault: Fault
    found: str


@dataclass(slots=True)
class Sheet:
    """What one text may say.

    Args:
        language: zh or en.
        numbers: canonical number -> its lawful units (None: a bare number).
        quoted: titles and lines that may stand in quotation marks.
        names: names that may stand bare (artists, albums, cities, festivals, genres).
        times: how often each number may stand; None when that is not known.
    """

    language: str
    numbers: dict[str, set[str | None]] = field(default_factory=dict)
    quoted: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    times: dict[str, int] | None = None

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


_MARKS = {"zh": ("《{}》", "「{}」", "“{}”"), "en": ("“{}”", '"{}"')}
_LEFT_QUOTES = {"zh": re.compile('[《「“『"][^》」”』"]*[》」”』"]?'), "en": re.compile('[“《「"][^”》」"]*[”》」"]?')}
_MARKUP = re.compile(r"https?:|www\.|\.(?:com|cn|net|org)\b|[<>{}\[\]`|\\*_~^]|\x00|&\w+;|#\w", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u9fff\u3040-\u30ff\uac00-\ud7af]")
_FOREIGN = re.compile(r"[\u0400-\u04ff\u0600-\u06ff\u0e00-\u0e7f\u3040-\u30ff\uac00-\ud7af\u200b-\u200f\u202a-\u202e]")
_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z&'’-]*")
_ZH_LATIN = frozenset(["BPM", "LUFS", "A", "B", "C", "D", "E", "F", "G", "Eb", "Ab", "Bb"])
_SENSITIVE = {
    "zh": re.compile(
        "性别|男生|女生|男人|女人|男性|女性|姑娘|小伙|年龄|岁的|老年|中年|未成年|民族|汉族|种族|宗教|基督|佛教|伊斯兰|"
        "穆斯林|信徒|政治|政党|政府|选举|患者|疾病|抑郁症|癌|怀孕|残疾|职业|上班族|打工人|程序员|白领|农民工|同性恋|籍贯"
    ),
    "en": re.compile(
        r"\b(?:gender|wom[ae]n|m[ae]n|girls?|boys?|male|female|ethnic\w*|race|racial|religio\w*|christian\w*|"
        r"muslims?|jew\w*|buddhis\w*|atheis\w*|politic\w*|democrats?|republicans?|election|diseases?|illness\w*|cancer|"
        r"depression|pregnan\w*|disab\w*|occupation|profession|gay|lesbian|teenagers?|elderly|middle-aged|aged)\b",
        re.IGNORECASE,
    ),
}
_CLAIMS = {
    "zh": re.compile(
        "获奖|大奖|金曲奖|格莱美|奖项|提名|冠军|榜首|销量|白金|史上|最伟大|最好听|最美的|最佳|绝无仅有|天籁|神曲|无人能及|"
        "殿堂级|传奇|巅峰|杰作|第一名|全球|登顶|十分制|满分|打分|评分"
    ),
    "en": re.compile(
        r"\b(?:awards?|award-winning|grammys?|prizes?|nominat\w*|chart-topping|charts|best-selling|platinum|greatest|"
        r"best song|finest|masterpieces?|legendary|iconic|unmatched|unrivalled|record-breaking|all-time|billboard|"
        r"world-class|score of|out of ten|stars rating)\b|\b10/10\b",
        re.IGNORECASE,
    ),
}
_FORBIDDEN = {
    language: (
        (Fault.TITLE, _LEFT_QUOTES[language]),
        (Fault.MARKUP, _MARKUP),
        (Fault.SENSITIVE, _SENSITIVE[language]),
        (Fault.CLAIM, _CLAIMS[language]),
        (Fault.LANGUAGE, _FOREIGN),
    )
    for language in ("zh", "en")
}
_SENTENCE_STARTS = re.compile(r"(?:^|[.!?:;]\s+|[“\"(]\s*)$")
_EN_CAPITALS = frozenset(
    [
        "I",
        "BPM",
        "LUFS",
        "A",
        "B",
        "C",
        "D",
        "E",
        "F",
        "G",
        "Eb",
        "Ab",
        "Bb",
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
        "Chinese",
        "English",
        "Daily",
        "AI",
    ]
)


@lru_cache(maxsize=65536)
def _mask(name: str, bare: bool) -> re.Pattern[str]:
    escaped = re.escape(name)
    if not bare:
        return re.compile(escaped)
    head = r"(?<![0-9A-Za-z])" if name[0].isascii() and name[0].isalnum() else ""
    tail = r"(?![0-9A-Za-z])" if name[-1].isascii() and name[-1].isalnum() else ""
    return re.compile(head + escaped + tail)


def check(text: str, sheet: Sheet, *, low: int = 1, high: int = 10_000) -> list[Violation]:
    """Everything wrong with a text; empty when it may be published.

    Args:
        low, high: lawful length, in characters without spaces (zh) or words (en).
    """
    language = sheet.language
    size = length(text, language)
    found = [] if low <= size and upper(text, language) <= high else [Violation(Fault.LENGTH, str(size))]
    rest = masked(text, sheet)
    for fault, pattern in _FORBIDDEN[language]:
        if pattern.search(rest):
            found += [Violation(fault, m[0]) for m in pattern.finditer(rest)]
    found += _number_faults(rest, sheet)
    found += _name_faults(rest, language)
    return found


def masked(text: str, sheet: Sheet) -> str:
    """The text with everything lawful by name taken out: quotations first, then bare names."""
    for name in sorted(sheet.quoted, key=len, reverse=True):
        for mark in _MARKS[sheet.language]:
            text = text.replace(mark.format(name), "，" if sheet.language == "zh" else "it")
    for name in sorted(sheet.names, key=len, reverse=True):
        if name in text:
            text = _mask(name, True).sub("某" if sheet.language == "zh" else "it", text)
    return text


def length(text: str, language: str) -> int:
    """Characters without spaces (zh) or words (en)."""
    return len(text.split()) if language == "en" else len(text) - sum(map(text.count, (" ", "\u3000")))


def upper(text: str, language: str) -> int:
    """The measure an upper bound is held against: every character (zh) or words (en)."""
    return len(text.split()) if language == "en" else len(text)


def _number_faults(text: str, sheet: Sheet) -> Iterable[Violation]:
    said: dict[str, int] = {}
    for value, unit in numerals.numbers(text, sheet.language):
        said[value] = said.get(value, 0) + 1
        if sheet.times is not None and said[value] > sheet.times.get(value, 0):
            yield Violation(Fault.NUMBER, value)
            continue
        lawful = sheet.numbers.get(value)
        if lawful is None or (unit is not None and unit not in lawful):
            yield Violation(Fault.NUMBER, f"{value} {unit or ''}".strip())


def _name_faults(text: str, language: str) -> Iterable[Violation]:
    if language == "zh":
        yield from _latin_in_chinese(text)
        return
    han = _HAN.search(text)
    if han:
        yield Violation(Fault.LANGUAGE, han[0])
    for match in _LATIN_WORD.finditer(text):
        word = match[0].split("'")[0].split("’")[0]
        if word[0].isupper() and word not in _EN_CAPITALS and not _SENTENCE_STARTS.search(text[: match.start()]):
            yield Violation(Fault.NAME, match[0])


def _latin_in_chinese(text: str) -> Iterable[Violation]:
    words = [w for w in _LATIN_WORD.findall(text) if w not in _ZH_LATIN]
    if words:
        yield Violation(Fault.NAME, words[0])
    if text.strip() and not _HAN.search(text):
        yield Violation(Fault.LANGUAGE, text[:20])


def strange_names(text: str, sheet: Sheet, strangers: Collection[str]) -> list[Violation]:
    """Names of the catalogue that stand in the text though the sheet does not have them.

    Args:
        strangers: names (artists) of the whole catalogue; a set makes this O(text).
    """
    rest = masked(text, sheet)
    spans = {rest[i : i + size] for size in range(2, 9) for i in range(len(rest) - size + 1)}
    words = rest.split()
    spans |= {" ".join(words[i : i + size]).strip(".,;:!?") for size in (1, 2, 3) for i in range(len(words))}
    return [Violation(Fault.NAME, name) for name in sorted(spans) if name in strangers]


def telling_names(names: Iterable[str | None]) -> frozenset[str]:
    """Names distinctive enough to be looked for: two Han characters or more, or a capitalised word."""
    clean = {n for n in names if n and len(n) >= 2}
    return frozenset(n for n in clean if _HAN.search(n) or n[0].isupper())
