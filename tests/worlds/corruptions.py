"""Seeded lies: clean texts made wrong in one place, by kind of lie."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from features.words.terms import forms
from schemas.vocabulary import KEYS, MODES, MOOD_IDS
from tests.worlds import copy_sheets
from tests.worlds.copy_sheets import QUOTED, UNITS, Case

_WRONG_UNITS = {
    "zh": {
        " BPM": (" 秒", " 分钟", " 首", " 天", "%"), " 首": (" 天", " 分钟", " 年", "%"), " 遍": (" 天", " 首", " 年"),
        " 分钟": (" 小时", " 首", " 秒"), " 天": (" 年", " 首", " 小时"), "%": (" BPM", " 首", " 次"),
        " 次": (" 天", " 年", " 分钟"), " 位": (" 首", " 天", " 年"), " 拍": (" 秒", " 次"),
    },
    "en": {
        " BPM": (" seconds", " minutes", " songs", " days", "%"), " songs": (" days", " minutes", " years", " artists"),
        " times": (" days", " songs", " years"), " minutes": (" hours", " songs", " seconds"),
        " days": (" years", " songs", " hours"), "%": (" BPM", " songs", " plays"),
        " artists": (" songs", " days", " years"), " beats per minute": (" seconds", " plays"),
    },
}  # fmt: skip
_NUMERAL = "零一二三四五六七八九十百"
_HAN = "\u4e00-\u9fff"
_GAP = re.compile(f"(?<=[{_HAN}]) (?=[{_NUMERAL}])|(?<=[{_NUMERAL}]) (?=[{_HAN}])")
_CLAUSES = {
    "zh": ("歌里还唱着「{}」。", "最难忘的一句是“{}”。"),
    "en": (" Elsewhere it sings “{}”.", " And then: “{}”."),
}


@dataclass(frozen=True, slots=True)
class Lie:
    """A corrupted text: what kind of lie, of which case, how it reads."""

    kind: str
    case: Case
    text: str


def _pick(case: Case, slots: object, rng: random.Random) -> str | None:
    found = [s for s in dict.fromkeys(case.used()) if s in slots]
    return rng.choice(found) if found else None


def number(case: Case, rng: random.Random) -> str | None:
    """A number one too high or too low."""
    slot = _pick(case, {*UNITS, "at"}, rng)
    if slot is None:
        return None
    step = rng.choice((-1, 1))
    if slot == "at":
        minutes, seconds = map(int, case.values["at"].split(":"))
        return case.text(at=forms.clock(60 * minutes + seconds + step))
    return case.text(**{slot: str(int(case.values[slot]) + step)})


def spelled(case: Case, rng: random.Random) -> str | None:
    """A number one off, in words: 三十一首, thirty-one songs."""
    slot = _pick(case, UNITS, rng)
    if slot is None or f"{{{slot}:c}}" in case.template:
        return None
    wrong = copy_sheets.spell(int(case.values[slot]) + rng.choice((-1, 1)), case.language)
    if case.language == "zh":
        return _GAP.sub("", case.text(**{slot: wrong}).replace(f"{wrong}%", f"百分之{wrong}"))
    return case.text(**{slot: wrong})


def unit(case: Case, rng: random.Random) -> str | None:
    """The right number of the wrong thing: 72 seconds."""
    table = _WRONG_UNITS[case.language]
    places = [(m, u) for u in table for m in re.finditer(r"\{(\w+)\}" + re.escape(u), case.template) if m[1] in UNITS]
    if not places:
        return None
    match, right = rng.choice(places)
    cut = match.end() - len(right)
    return case.text(case.template[:cut] + rng.choice(table[right]) + case.template[match.end() :])


def artist(case: Case, rng: random.Random) -> str | None:
    """Somebody else of the catalogue."""
    slot = _pick(case, ("artist", "oartist"), rng)
    if slot is None:
        return None
    taken = (case.values["artist"], case.values["oartist"])
    return case.text(**{slot: rng.choice([a for a in copy_sheets.ARTISTS[case.language] if a not in taken])})


def prize(case: Case, rng: random.Random) -> str | None:
    """A prize, a chart, a past that nobody gave us."""
    return _with_sentence(case, rng.choice(copy_sheets.entries(f"prizes.{case.language}.txt")), rng)


def _with_sentence(case: Case, more: str, rng: random.Random) -> str:
    space = " " if case.language == "en" else ""
    text = case.text()
    return f"{more}{space}{text}" if rng.random() < 0.3 else f"{text}{space}{more}"


def quotation(case: Case, rng: random.Random) -> str | None:
    """A title or a line with one character (or word) changed, dropped or added."""
    slot = _pick(case, QUOTED, rng)
    if slot is None:
        return None
    said = case.values[slot]
    if case.language == "zh":
        place, char = rng.randrange(len(said)), rng.choice("的夜我春远")
        wrong = rng.choice((said[:place] + char + said[place:], said[:place] + char + said[place + 1 :]))
        return case.text(**{slot: wrong}) if wrong != said else None
    words = said.split()
    place = rng.randrange(len(words))
    return case.text(
        **{slot: " ".join([*words[:place], rng.choice(("silver", "never", "old")), *words[place + rng.randrange(2) :]])}
    )


def key(case: Case, rng: random.Random) -> str | None:
    """Another tonic or the other mode."""
    slot = _pick(case, ("key", "okey"), rng)
    if slot is None:
        return None
    lawful = {case.values["key"], case.values["okey"]}
    wrong = [forms.key_name(f"{k} {m}", case.language) for k in KEYS for m in MODES]
    return case.text(**{slot: rng.choice([w for w in wrong if w not in lawful])})


def day(case: Case, rng: random.Random) -> str | None:
    """Another weekday, festival, city or weather."""
    side = 0 if case.language == "zh" else 1
    weekdays = [forms.weekday(number, case.language) for number in range(7)]
    festivals, cities = copy_sheets.FESTIVALS[case.language], copy_sheets.CITIES[case.language]
    lists = {"weekday": weekdays, "festival": festivals, "city": cities}
    slot = _pick(case, lists, rng)
    if slot is not None:
        return case.text(**{slot: rng.choice([x for x in lists[slot] if x != case.values[slot]])})
    if case.kind != "list":
        return None
    false = {"rain": ("今天下雨，", "On a rainy day, "), "snow": ("外面下着雪，", "With the snow outside, "),
             "sunny": ("今天放晴，", "On a sunny day, "), "fog": ("窗外起雾了，", "On a foggy day, ")}  # fmt: skip
    kinds = [k for k in false if k != case.day.weather]
    return false[rng.choice(kinds)][side] + case.text()


def line(case: Case, rng: random.Random) -> str | None:
    """A lyric line that nobody wrote."""
    said = rng.choice(copy_sheets.entries(f"lines.{case.language}.txt"))
    return case.text() + rng.choice(_CLAUSES[case.language]).format(said)


def mood(case: Case, rng: random.Random) -> str | None:
    """A mood the song does not have."""
    slot = _pick(case, ("mood", "mood2", "omood"), rng)
    lawful = {case.values[s] for s in ("mood", "mood2", "omood")}
    wrong = [w for m in MOOD_IDS if (w := forms.mood(m, case.language)) and w not in lawful]
    return None if slot is None else case.text(**{slot: rng.choice(wrong)})


def role(case: Case, _: random.Random) -> str | None:
    """The figures of two songs swapped."""
    for here, there in (("bpm", "obpm"), ("key", "okey")):
        if {here, there} <= set(case.used()):
            return case.text(**{here: case.values[there], there: case.values[here]})
    return None


Lying = Callable[[Case, random.Random], "str | None"]
KINDS: dict[str, Lying] = {
    "number ±1": number, "number ±1 in words": spelled, "other unit": unit, "swapped artist": artist,
    "invented prize": prize, "altered quotation": quotation, "wrong key or mode": key,
    "wrong day, city, weather": day, "invented line": line,
}  # fmt: skip
HARD: dict[str, Lying] = {"wrong mood": mood, "swapped roles": role}
"""Lies that need an understanding of the sentence; measured, and caught in part only."""


def lies(each: int, kinds: dict[str, Lying] | None = None, seed: int = 5) -> list[Lie]:
    """``each`` lies of every kind, half Chinese and half English."""
    found: list[Lie] = []
    for name, lying in (KINDS if kinds is None else kinds).items():
        for language in ("zh", "en"):
            rng = random.Random(f"{seed}/{name}/{language}")
            made: dict[str, Lie] = {}
            for case in copy_sheets.cases(language, rounds=40, seed=seed):
                if len(made) == each // 2:
                    break
                text = lying(case, rng)
                if text is not None and text != case.text():
                    made.setdefault(text, Lie(name, case, text))
            found += made.values()
    return found
