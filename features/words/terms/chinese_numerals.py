"""Numbers in Chinese characters: 三十首, 两百, 百分之五十, 二〇〇三年, 第五名, 三分之一."""

from __future__ import annotations

import re
from collections.abc import Iterator

from features.words.terms.lexicons import spans, words
from schemas.text_files import lexicon

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_DIGITS |= {c: i for i, c in enumerate("壹贰叁肆伍陆柒捌玖", 1)}
_SCALES = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000, "廿": 20, "卅": 30}
_NUMERAL = "零〇一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟廿卅"
_LEXICON = lexicon("features.words.terms", "units_zh")
UNITS: dict[str, str] = _LEXICON["units"]
"""What is counted after a number, to canonical units."""
UNITS_AFTER_DIGITS: dict[str, str] = UNITS | _LEXICON["after_digits"]
_UNIT = "|".join(sorted(UNITS, key=len, reverse=True))
_WORDS = re.compile(
    rf"(?P<per>百分之)?(?P<rank>第)?(?P<number>[{_NUMERAL}]+)(?P<point>点[零〇一二三四五六七八九]+)?"
    rf"(?:(?P<cents>成)|分之(?P<over>[{_NUMERAL}]+)|(?P<about>[多余来几])?(?P<unit>{_UNIT})?)"
)
_HALF = re.compile("半数|过半|近半|一半以上|一半(?:的|以上的)?(?:歌|曲|播放)")
_VAGUE = re.compile(rf"(?:[几数上近][十百千万]+|十几|好几|无数)(?:{_UNIT})")
_ORDER = frozenset({"遍", "次", "天", "回", "晚", "夜"})  # 第二遍, 第二天: order, not a count
_COUNTED = re.compile("(?<!像听)[有了共计达]$")
_SHARES = {"2": "50", "3": "33", "4": "25"}  # one half, third, quarter, in per cent
_IDIOMS = spans(words("zh/idioms"))

Token = tuple[str, str | None]  # canonical number, canonical unit


def value(text: str) -> int:
    """'二十三' -> 23, '三百' -> 300; digits in a row are read as digits ('二〇二六' -> 2026)."""
    if not any(c in _SCALES or c in "万亿" for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total, section, digit = 0, 0, 0
    for char in text:
        if char in "万亿":
            total, section, digit = (total + section + digit) * (10_000 if char == "万" else 10**8), 0, 0
        elif char in _SCALES:
            section += (digit or 1) * _SCALES[char]
            digit = 0
        else:
            digit = _DIGITS[char]
    return total + section + digit


def word(number: int) -> str:
    """A number as prose counts with it: one character up to nine (2 is 两), then in digits."""
    return "零一两三四五六七八九"[number] if number <= 9 else str(number)


def read(text: str) -> Iterator[Token]:
    """Every number written in characters; idioms (十分, 四周, 千山万水) are none.

    A lone character counts only with a measure after it, and 一 only as a share; 第一首 and
    第二遍 name places in line. 两首 is "both" unless something was counted.
    """
    text = _IDIOMS.sub(lambda m: "某" * len(m[0]), text)
    for _ in _HALF.finditer(text):
        yield "50", "percent"
    for match in _VAGUE.finditer(text):
        yield match[0], "vague"
    for match in _WORDS.finditer(_VAGUE.sub(lambda m: "某" * len(m[0]), text)):
        yield from _tokens(match)


def _tokens(match: re.Match[str]) -> Iterator[Token]:
    number = match["number"]
    claimed = str(value(number)) + (f".{value(match['point'][1:])}" if match["point"] else "")
    if match["per"]:
        yield claimed, "percent"
    elif match["cents"]:
        if len(number) == 1:
            yield str(10 * value(number)), "percent"
    elif match["over"]:
        share = _SHARES.get(claimed) if match["over"] == "一" else None
        yield (share, "percent") if share else (f"{value(match['over'])}/{claimed}", None)
    elif match["rank"]:
        early = number in ("一", "二", "三") and match["unit"] in ("首", "支", "曲")
        if not (early or match["unit"] in _ORDER or (number == "一" and match["unit"] not in ("名", "位"))
                or (match["unit"] is None and len(number) == 1)):  # fmt: skip
            yield claimed, "rank"
    elif match["unit"] is None:
        if len(number) > 1 or match["point"]:
            yield claimed, None
    elif number != "一" and not _both(match) and not _likened(match):
        yield (claimed + "+" if match["about"] else claimed), UNITS[match["unit"]]


def _likened(match: re.Match[str]) -> bool:
    """像三月的风: a month of a simile, not of a calendar."""
    return match["unit"] == "月" and match.string[: match.start()].endswith(("像", "如", "似"))


def _both(match: re.Match[str]) -> bool:
    return match["number"] == "两" and match["unit"] == "首" and not _COUNTED.search(match.string[: match.start()])
