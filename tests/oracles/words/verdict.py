"""Holds a published text against what the tables bear out."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from tests.oracles.words import reading
from tests.oracles.words.allowed import Allowed

_LATIN = "BPM LUFS R&B A B C D E F G Eb Ab Bb Db"
_CAPITALS = "I I’ve I’m English Chinese Monday Tuesday Wednesday Thursday Friday Saturday Sunday"
_PLAIN_LATIN = frozenset(_LATIN.split())
_PLAIN_CAPITALS = _PLAIN_LATIN | frozenset(_CAPITALS.split())
_WEEKDAYS = {
    "zh": [("周" + c, i) for i, c in enumerate("一二三四五六日")],
    "en": [(d, i) for i, d in enumerate(_CAPITALS.split()[-7:])],
}
_PRIVATE = {
    "zh": "男生 女生 男人 女人 男性 女性 男声 女声 性别 年龄 岁的 中年 青年人 老人 民族 汉族 宗教 信仰 基督 佛教 "
    "穆斯林 政治 政党 患者 疾病 抑郁症 怀孕 职业 上班族 打工人 程序员 学生党 同性恋 籍贯 老乡 北方人 南方人 小姐姐 "
    "大叔 阿姨",
    "en": "woman women man men girl girls boy boys male female gender elderly teenager teenagers ethnic religion "
    "religious christian muslim jewish buddhist politics political disease depression pregnant disabled occupation "
    "gay lesbian husband wife mothers fathers students",
}


def sentences(text: str) -> list[str]:
    """Sentences of a text, titles in quotation marks left whole."""
    blank, found, start = reading.unquoted(text), [], 0
    for i, c in enumerate(blank):
        if c in "。！？" or (c in ".!?" and (i + 1 == len(blank) or blank[i + 1] == " ")):
            found.append(text[start : i + 1].strip())
            start = i + 1
    return [s for s in [*found, text[start:].strip()] if s]


def faults(text: str, language: str, allowed: Allowed, catalogue: Collection[str]) -> list[str]:
    """What in a text the tables do not bear out.

    Args:
        catalogue: names of all artists and credited people.
    """
    found = [f"quotation {q!r}" for _, q in reading.quotations(text) if q not in allowed.quotes | allowed.names]
    bare = reading.unquoted(text)
    found += _strangers(bare, allowed, catalogue)
    for name in sorted(allowed.names, key=len, reverse=True):
        bare = bare.replace(name, "|" * len(name))
    found += _numbers(bare, language, allowed)
    for pitch, mode in reading.keys(bare, language):
        if (pitch, mode) not in allowed.keys:
            found.append(f"key {pitch} {mode}")
    found += _latin(bare, language)
    found += _private(bare, language)
    if allowed.weekday is not None:
        spoken = bare.replace("周一遍", "周遍")  # this week, time and again
        found += [f"weekday {word}" for word, day in _WEEKDAYS[language] if word in spoken and day != allowed.weekday]
    return found


def _strangers(bare: str, allowed: Allowed, catalogue: Collection[str]) -> Iterator[str]:
    for name in catalogue:
        if name in bare and name not in allowed.names and not any(name in a and a in bare for a in allowed.names):
            place = bare.index(name)
            before, after = bare[place - 1 : place], bare[place + len(name) : place + len(name) + 1]
            if not (name[0].isascii() and (before.isalpha() or (after.isascii() and after.isalpha()))):
                yield f"name {name!r}"


def _numbers(bare: str, language: str, allowed: Allowed) -> Iterator[str]:
    every = set[float]().union(*allowed.numbers.values())
    for number in reading.numbers(bare, language):
        if isinstance(number.value, str):
            right = number.value in allowed.clocks
        elif number.measure is None:
            right = number.value in every
        else:
            right = number.value in allowed.numbers.get(number.measure, set())
        if not right:
            yield f"number {number.value} {number.measure}"


def _latin(bare: str, language: str) -> Iterator[str]:
    for at, word in reading.latin_words(bare):
        if language == "zh" and word not in _PLAIN_LATIN:
            yield f"latin {word!r}"
        stem = word.split("’")[0]
        if language == "en" and word[0].isupper() and stem not in _PLAIN_CAPITALS and at > 0:
            head = bare[:at].rstrip()
            if head[-1:] not in ".!?:…" and not head.endswith("|."):
                yield f"capital {word!r}"


def _private(bare: str, language: str) -> Iterator[str]:
    low = bare.lower()
    words = set(low.replace(",", " ").replace(".", " ").replace(";", " ").split())
    for word in _PRIVATE[language].split():
        if (word in low) if language == "zh" else (word in words):
            yield f"private {word!r}"
