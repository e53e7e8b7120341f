"""Numbers as they stand in a text, in digits or words, with the unit that follows."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ZH_UNIT = "BPM|LUFS|%|分钟|小时|首|支|天|晚|次|遍|回|位|名|年|月|日|号|秒|成|倍|张|°C|度|岁|周|星期|点|个月|万|亿"
_EN_UNIT = (
    "BPM|LUFS|%|percent|per cent|songs?|tracks?|instrumentals|days?|nights?|weeks?|months?|years?|times?|plays?|"
    "listens?|artists?|minutes?|hours?|seconds?|albums?|places?|seats?|points?|°C|degrees?|million|thousand|hundred"
)
_CANON = {
    "bpm": "bpm", "lufs": "lufs", "%": "percent", "percent": "percent", "per cent": "percent",
    "首": "song", "支": "song", "song": "song", "track": "song", "instrumentals": "song",
    "place": "song", "seat": "song",
    "天": "day", "晚": "day", "日": "day", "号": "day", "day": "day", "night": "day",
    "次": "play", "遍": "play", "回": "play", "time": "play", "play": "play", "listen": "play",
    "位": "artist", "名": "artist", "artist": "artist", "分钟": "minute", "minute": "minute",
    "小时": "hour", "hour": "hour", "点": "hour", "秒": "second", "second": "second",
    "年": "year", "year": "year", "月": "month", "month": "month", "个月": "month",
}  # fmt: skip
_PREFIX = r"(?:(?P<rank>第\s*|[Nn]umber |[Nn]o\. ?|#))?"
_RANGE = r"(?:\s*(?:[–—~-]|to|and|到|至|与|对|against)\s*(?P<high>\d[\d,]*(?:\.\d+)?))?"
_NUMBER = {
    "zh": re.compile(_PREFIX + r"(?P<low>(?<![\d.:])(?:\d+:\d{2}|\d[\d,]*(?:\.\d+)?))" + _RANGE
                     + rf"\s*(?P<unit>{_ZH_UNIT})?"),
    "en": re.compile(_PREFIX + r"(?P<low>(?<![\d.:])(?:\d+:\d{2}|\d[\d,]*(?:\.\d+)?))" + _RANGE
                     + rf"\s*(?P<unit>(?:{_EN_UNIT})(?![A-Za-z]))?"),
}  # fmt: skip
_ZH_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0, "壹": 1, "贰": 2, "叁": 3}
_ZH_SCALE = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_ZH_WORDS = re.compile(
    r"(?P<rank>第)?(?:(?P<percent>百分之)(?P<share>[零〇一二三四五六七八九十百两]+)|"
    rf"(?P<number>[零〇一二三四五六七八九十百千万两]+)(?=(?P<unit>{_ZH_UNIT})))"
)
_EN_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_EN_TENS = {
    w: 10 * i for i, w in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)
}
_EN_VALUES = {w: i for i, w in enumerate(_EN_ONES)} | _EN_TENS | {"dozen": 12, "hundred": 100}
_EN_WORDS = re.compile(
    rf"\b(?P<number>(?:{'|'.join(_EN_VALUES)})(?:[- ](?:{'|'.join(_EN_ONES[1:10])}))?)\s+(?P<unit>{_EN_UNIT})\b",
    re.IGNORECASE,
)

Found = tuple[str, str | None]  # canonical number, canonical unit


def unit_name(raw: str | None) -> str | None:
    """The canonical unit of a word, None where it is none of ours."""
    if not raw:
        return None
    word = raw.lower()
    return _CANON.get(word) or _CANON.get(word.removesuffix("s")) or word


def chinese_value(text: str) -> int:
    """'二十三' -> 23, '三百' -> 300; digits in a row are read as digits ('二〇二六' -> 2026)."""
    if not any(c in _ZH_SCALE for c in text):
        return int("".join(str(_ZH_DIGIT[c]) for c in text))
    total, section, digit = 0, 0, 0
    for char in text:
        if char == "万":
            total, section, digit = (total + section + digit) * 10000, 0, 0
        elif char in _ZH_SCALE:
            section += (digit or 1) * _ZH_SCALE[char]
            digit = 0
        else:
            digit = _ZH_DIGIT[char]
    return total + section + digit


def numbers(text: str, language: str) -> Iterator[Found]:
    """Every number the text claims, with its unit where one follows.

    Number words count only with a measure after them ("三首", "three songs"); a bare "一"
    or "one" is an article, and "第一首" names a place in line, not a count.
    """
    for match in _NUMBER[language].finditer(text):
        unit = "rank" if match["rank"] else unit_name(match["unit"])
        yield match["low"].replace(",", ""), unit
        if match["high"]:
            yield match["high"].replace(",", ""), unit
    yield from _chinese_words(text) if language == "zh" else _english_words(text)


def _chinese_words(text: str) -> Iterator[Found]:
    for match in _ZH_WORDS.finditer(text):
        if match["percent"]:
            yield str(chinese_value(match["share"])), "percent"
        elif match["rank"]:
            if match["unit"] in ("名", "位"):
                yield str(chinese_value(match["number"])), "rank"
        elif match["number"] != "一" or match["unit"] == "成":
            if match["unit"] == "成":
                yield str(10 * chinese_value(match["number"])), "percent"
            else:
                yield str(chinese_value(match["number"])), unit_name(match["unit"])


def _english_words(text: str) -> Iterator[Found]:
    if _EN_VALUES.keys().isdisjoint(text.lower().replace("-", " ").split()):
        return
    for match in _EN_WORDS.finditer(text):
        parts = re.split(r"[- ]", match["number"].lower())
        value = sum(_EN_VALUES[p] for p in parts)
        if value != 1:
            yield str(value), unit_name(match["unit"])
