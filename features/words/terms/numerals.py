"""Numbers as they stand in a text, in digits or words, with the unit that follows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from features.words.terms import chinese_numerals, english_numerals
from features.words.terms.chinese_numerals import value as chinese_value
from features.words.terms.english_numerals import unit_name

__all__ = ["Token", "chinese_value", "digits", "numbers", "spelled", "unit_name"]

Token = tuple[str, str | None]  # canonical number, canonical unit

_ZH_UNITS = chinese_numerals.UNITS_AFTER_DIGITS
_ZH_UNIT = "|".join(sorted(map(re.escape, _ZH_UNITS), key=len, reverse=True))
_NUMBER = r"(?P<low>(?<![\d.:])(?:\d+:\d{2}(?!\d)|\d+/\d+|\d[\d,]*(?:\.\d+)?))"
_ANY = re.compile(r"\d")
_HIGH = r"(?P<high>\d[\d,]*(?:\.\d+)?)"
_DIGITS = {
    "zh": re.compile(
        rf"(?P<rank>第\s*|[Nn][Oo]\. ?|#)?{_NUMBER}(?:\s*(?:[–—~～-]|到|至|与|对)\s*{_HIGH})?"
        rf"\s*(?P<about>[多余来几]\s*)?(?P<unit>{_ZH_UNIT})?"
    ),
    "en": re.compile(
        rf"(?P<rank>\bnumber |\bno\. ?|#)?{_NUMBER}(?:\s*(?:[–—~-]|to|and|against)\s*{_HIGH})?"
        rf"(?P<order>(?:st|nd|rd|th)\b)?(?P<about>\+)?(?:{english_numerals.GAP}[\s-]*(?P<unit>{english_numerals.UNIT}))?",
        re.IGNORECASE,
    ),
}
_TURNS = {  # how often a key or mood comes back is a count of songs
    "zh": re.compile(r"(出现了?\s*\d+)(\s*)次"),
    "en": re.compile(r"\b((?:turns|comes|shows|crops) (?:up|back) \d+)( )times\b", re.IGNORECASE),
}
_CLOCK = {
    "zh": re.compile(r"(?<!\d)(\d+)\s*分钟?\s*(\d+)\s*秒钟?"),
    "en": re.compile(r"\b(\d+)[\s-]*min(?:ute)?s?(?:,?\s+and)?[\s,]+(\d+)[\s-]*s(?:ec(?:ond)?s?)?\b", re.IGNORECASE),
}


def numbers(text: str, language: str) -> Iterator[Token]:
    """Every number the text claims, with its unit where one follows, in digits and then in words."""
    yield from digits(text, language)
    yield from spelled(text, language)


def digits(text: str, language: str) -> Iterator[Token]:
    """Numbers in digits: '72 BPM', '60–80', '1:23', '3 分 25 秒' (told as 3:25), '30 多首' (told as 30+)."""
    if not _ANY.search(text):
        return
    for match in _CLOCK[language].finditer(text):
        yield f"{int(match[1])}:{int(match[2]):02d}", None
    rest = _CLOCK[language].sub(lambda m: "，" * len(m[0]), text)
    rest = _TURNS[language].sub(r"\1\2，", rest)
    for match in _DIGITS[language].finditer(rest):
        unit = "rank" if match["rank"] or match.groupdict().get("order") else _unit(match["unit"], language)
        low = match["low"].replace(",", "")
        yield (low + "+" if match["about"] else low), unit
        if match["high"]:
            yield match["high"].replace(",", ""), unit


def spelled(text: str, language: str) -> Iterator[Token]:
    """Numbers in words; the same for every text that differs in digits and names alone."""
    return chinese_numerals.read(text) if language == "zh" else english_numerals.read(text)


def _unit(raw: str | None, language: str) -> str | None:
    return (_ZH_UNITS[raw] if raw else None) if language == "zh" else unit_name(raw)
