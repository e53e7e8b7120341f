"""Weekday and weather as a text asserts them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from features.words.grounding.sheet import Day, Fault, Violation
from features.words.terms.lexicons import uncased

_WEEKDAYS = {
    "zh": re.compile("(?:周|星期|礼拜)([一二三四五六日天])(?![年遍直起下共口边样次个一路度定切])"),
    "en": re.compile(r"\b(mon|tues|wednes|thurs|fri|satur|sun)days?\b", re.IGNORECASE),
}
_NUMBER = {c: i for i, c in enumerate("一二三四五六日")} | {"天": 6}
_NUMBER |= {d: i for i, d in enumerate(("mon", "tues", "wednes", "thurs", "fri", "satur", "sun"))}
_WEEKEND = {"zh": re.compile("周末(?!愉快)"), "en": re.compile(r"\b(?:the|this|your|a) weekend\b", re.IGNORECASE)}
_FRIDAY = 4
_NOW = "今天|今日|今夜|今晚|外面|窗外|此刻|这会儿|一整天|预报"
_LIKE = "(?<![像如似个场])"  # "like a grey day" speaks of no weather
# weather id -> (what today has of it, what says so alone)
_ZH_SKY = {
    "rain": ("下雨|有雨|落雨|雨声|阵雨|小雨|大雨|飘着?雨|雨", f"{_LIKE}雨天(?!气)|正下着雨"),
    "snow": ("下雪|有雪|落雪|飘着?雪|雪", f"{_LIKE}雪天|正下着雪"),
    "sunny": ("放晴|晴|出太阳|阳光|大太阳", "大晴天|晴天里|好天气"),
    "cloudy": ("多云|阴天|阴着|云厚|阴", f"{_LIKE}阴天|多云的"),
    "fog": ("起雾|有雾|大雾|雾", f"{_LIKE}(?:雾天|大雾)"),
    "wind": ("起风|大风|刮风|风大", "大风天|刮风"),
}
# weather id -> (adjective, noun, "it is ...", other words)
_EN_SKY = {
    "rain": ("rainy", "rain", "raining", "wet day"),
    "snow": ("snowy", "snow", "snowing", "snowed in"),
    "sunny": ("sunny", "sunshine", "sunny", "sun (?:is out|today|outside)|with the sun out|clear skies"),
    "cloudy": ("cloudy", "clouds?", "cloudy", "overcast|gr[ea]y (?:day|sky|skies)"),
    "fog": ("foggy", "fog", "foggy", "misty day"),
    "wind": ("windy", "wind", "windy", "gales?"),
}
_PART = r"(?:day|evening|night|morning|afternoon|\w+day)"
_WHEN = "(?:today|outside|tonight|falls|is falling|forecast)"
_WEATHER = {
    "zh": {
        kind: re.compile(f"(?:{_NOW})[^，。；]{{0,4}}(?:{today})|{alone}") for kind, (today, alone) in _ZH_SKY.items()
    },
    "en": {
        kind: re.compile(
            rf"\b(?:{adjective} {_PART}|it(?: is|['’]s) {it_is}|{noun} {_WHEN}|(?:with|in) the {noun}|{more})\b", re.I
        )
        for kind, (adjective, noun, it_is, more) in _EN_SKY.items()
    },
}
_ANY = {
    language: re.compile("|".join(f"(?:{p.pattern})" for p in (_WEEKDAYS[language], _WEEKEND[language], *sky.values())))
    for language, sky in _WEATHER.items()
}

Mentions = tuple[tuple[str, str], ...]  # (weekday number, "weekend" or weather id; words)


def mentions(text: str, language: str) -> Mentions:
    """Weekdays and weather a text speaks of as today's."""
    if not _ANY[language].search(uncased(text)):
        return ()
    found = [(str(_NUMBER[m[1].lower()]), m[0]) for m in _WEEKDAYS[language].finditer(text)]
    found += [("weekend", m[0]) for m in _WEEKEND[language].finditer(text)]
    found += [(kind, m[0]) for kind, pattern in _WEATHER[language].items() for m in pattern.finditer(text)]
    return tuple(found)


def without_weekdays(text: str, language: str) -> str:
    """The text with weekdays taken out, so that 周三首播 holds no three songs."""
    return _WEEKDAYS[language].sub("，", text) if language == "zh" else text


def day_faults(stated: Mentions, day: Day | None) -> Iterator[Violation]:
    """Weekdays and weather that are not the day's."""
    if day is None:
        return
    for kind, words in stated:
        if kind == "weekend":
            right = day.weekday >= _FRIDAY
        else:
            right = kind in (str(day.weekday), day.weather)
        if not right:
            yield Violation(Fault.NAME, words)
