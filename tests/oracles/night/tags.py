"""Judges hashtags: what names a list must be true of more than half of its songs, or, of a genre or mood, of some that
the listener played in the month too; what names the day, of the day; an artist is one of the list whom they played.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from lunar_python import Solar

from tests.oracles.night.grammar import Grammar
from tests.oracles.night.judging import moods, names
from tests.oracles.night.listening import DAYPARTS
from tests.oracles.night.world import Card, Payload, Person, World

_SLOW, _FAST, _FELT = 95, 120, 0.25
_ROUNDED = 0.56  # BPM
_SOME = 4  # songs of a list that a taste of its listener names
_QUALITY: dict[str, Callable[[Card], bool]] = {
    "quiet": lambda c: c["arousal"] is not None and c["arousal"] <= -_FELT + 0.006,
    "lively": lambda c: c["arousal"] is not None and c["arousal"] >= _FELT - 0.006,
    "bright": lambda c: c["valence"] is not None and c["valence"] >= _FELT - 0.006,
    "dark": lambda c: c["valence"] is not None and c["valence"] <= -_FELT + 0.006,
    "slow": lambda c: c["tempo_bpm"] is not None and c["tempo_bpm"] <= _SLOW + _ROUNDED,
    "fast": lambda c: c["tempo_bpm"] is not None and c["tempo_bpm"] >= _FAST - _ROUNDED,
}
_DAYS = dict(zip(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"], range(7), strict=True))
_DAYS |= {"周" + c: i for i, c in enumerate("一二三四五六日")}
_SEASONS = {"spring": (2, 5), "summer": (5, 8), "autumn": (8, 11), "winter": (11, 2)}  # months it may begin and end in
_STILL = ("sleep", "BeforeSleep", "睡前", "Study", "学习", "Reading", "阅读", "Meditation", "冥想")


def judge_tag(tag: str, served: Payload, grammar: Grammar, world: World, person: Person) -> tuple[str, str]:
    """Verdict and why; ``unread`` for a tag of which nobody knows what it says."""
    del world
    word, songs, day = tag.removeprefix("#"), served["songs"], date.fromisoformat(served["serves_on"])
    told = {said: rule for rule, *words in map(str.split, grammar.sections["tagged"]) for said in words}
    if word in " ".join(grammar.sections["tags"]).split():
        hurried = any(s["tempo_bpm"] is not None and s["tempo_bpm"] >= _FAST + _ROUNDED for s in songs)
        return _told(False, "a fast song") if word in _STILL and hurried else ("plain", "")
    if word in _DAYS:
        return _told(day.weekday() == _DAYS[word], "weekday")
    if word == Solar.fromYmd(day.year, day.month, day.day).getLunar().getJieQi():
        return "true", ""
    ruled = _ruled(told[word], songs, day, person) if word in told else ("unread", word)
    if ruled[0] in ("true", "unproved"):
        return ruled
    for words, of in ((grammar.moods, moods), (grammar.genres, lambda c: [(c["genre"] or "").casefold()])):
        meant = {_bare(said): name for said, name in words.items()}.get(_bare(word))
        if meant is not None:
            held = sum(meant in of(song) for song in songs)
            played = person.between(person.month, partial(_has, of, meant))[1]
            return _told(2 * held > len(songs) or bool(held >= _SOME and played), "most songs, or a taste")
    listed = {name for song in songs for name in names(song) if _bare(name) == _bare(word)}
    if listed:
        return _told(any(person.of_artist(name, person.month) for name in listed), "an artist played this month")
    return ruled


def _ruled(rule: str, songs: list[Card], day: date, person: Person) -> tuple[str, str]:
    """A tag by what it claims: a quality of most songs, a season, the listener's part of the day or their artists."""
    if rule in _QUALITY:
        return _told(2 * sum(map(_QUALITY[rule], songs)) > len(songs), rule)
    if rule in _SEASONS:
        first, last = _SEASONS[rule]
        return _told((day.month - first) % 12 <= (last - first) % 12, rule)
    part = next((hours for words, hours in DAYPARTS.items() if rule == words.split()[0]), None)
    if part is not None:
        return _told(2 * sum(x.hour in part for x in person.listens) > len(person.listens), "most plays")
    return "unproved", rule


def _has(of: Callable[[Card], list[str]], meant: str, card: Card) -> bool:
    return meant in of(card)


def _told(holds: bool, why: str) -> tuple[str, str]:
    return ("true", "") if holds else ("false", why)


def _bare(text: str) -> str:
    return "".join(c for c in text if c.isalnum()).casefold()
