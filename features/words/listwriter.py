"""The built-in writer of a list's words: opener, intro and hashtags.

No frame of the reader's last fourteen nights comes back while another is left; when none is
left, the one used longest ago does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from features.words import forms, frames, grounding
from features.words.frames import Draws, Frame
from features.words.listfacts import Reader, daypart_id
from features.words.occasion import Occasion
from features.words.params import WordParams
from features.words.telling import Telling

_LIST_THEMES = ("l_tempo", "l_mood", "l_genre", "l_lang", "l_fresh", "l_key")
_OWN_THEMES = ("p_tempo", "p_loop", "p_artist", "p_genre", "p_mood", "p_daypart", "p_plays")
_NEW_THEMES = ("p_discovery", "p_resting")
_JOIN = {"zh": "", "en": " "}
_TRIES = 12


@dataclass(frozen=True, slots=True)
class Written:
    """A text, the frames it was made of, and the slots they used, in order."""

    text: str
    frame_ids: list[str]
    used: tuple[str, ...]


def tell_day(told: Telling, reader: Reader, day: Occasion) -> None:
    """Add the day's own slots: city, weekday, festival, solar term."""
    told.name("city", forms.city(reader.city, told.language))
    told.word("weekday", forms.WEEKDAYS[told.language][day.weekday])
    told.day = grounding.Day(day.weekday, day.weather)
    told.name("festival", day.festival)
    told.name("term", day.term)


def _heads(reader: Reader, day: Occasion) -> list[str]:
    """Sections of heads that fit the day; the rarer occasion crowds out the plainer ones."""
    part = daypart_id(reader.taste) if reader.personalised else None
    own = ([f"head.{part}"] if part else []) + ([f"head.{day.weather}"] if day.weather else [])
    if day.festival:
        return ["head.festival"]
    if day.term:
        return ["head.term", *own[-1:]]
    if day.holiday:
        return ["head.holiday", *own]
    week = "head.weekend" if day.weekday >= 5 else "head.friday" if day.weekday == 4 else "head.workday"
    return [*own, week] if own else [week, "head.plain"]


def opener(
    told: Telling, reader: Reader, day: Occasion, used: Mapping[str, int], draws: Draws, params: WordParams
) -> Written:
    """One sentence: a head that fits the day, a tail that opens the list."""
    most = params.opener_max[0 if told.language == "zh" else 1]
    known = frozenset(told.slots)
    heads = _gather(told.language, "openers", _heads(reader, day), known)
    if all(f.id in used for f in heads):
        heads += _gather(told.language, "openers", ["head.plain"], known)
    tails = [_gather(told.language, "openers", [s], known) for s in ("tail.first", "tail.loop", "tail.artist")]
    plain = _gather(told.language, "openers", ["tail.plain"], known)
    taken: set[str] = set()
    for attempt in range(_TRIES):
        head = frames.pick(heads, draws, used, taken)
        pools = [p for p in (*tails, plain) if any(f.id not in used and f.id not in taken for f in p)] or [plain]
        pool = plain if attempt > _TRIES // 2 else pools[draws.index(len(pools))]
        tail = frames.pick(pool, draws, used, taken)
        if head is None or tail is None:
            break
        sep = " " if told.language == "en" else ""
        text = head.fill(told.slots) + sep + tail.fill(told.slots)
        sheet = told.sheet(head.uses + tail.uses)
        if not _twice_today(text) and not grounding.check(text, sheet, high=most):
            return Written(text, [head.id, tail.id], head.uses + tail.uses)
        taken.add(tail.id)
    last = frames.load(told.language, "openers")["head.plain"][0], plain[0]
    return _written(last, told)


def _twice_today(text: str) -> bool:
    """Whether both halves of an opener say "today"."""
    return text.count("今天") > 1 or text.lower().count("today") > 1


def _gather(language: str, area: str, sections: Sequence[str], known: frozenset[str]) -> list[Frame]:
    return [f for s in sections for f in frames.eligible(language, area, s, known)]


def intro(told: Telling, reader: Reader, newcomer: bool, used: Mapping[str, int], draws: Draws,
          params: WordParams) -> Written:  # fmt: skip
    """Four or five sentences within the lawful length, each from another theme."""
    low, high = params.intro_zh if told.language == "zh" else params.intro_en
    for _ in range(_TRIES):
        made = _compose(told, reader, newcomer, used, draws, low, high)
        if not grounding.check(made.text, told.sheet(made.used), low=low, high=high):
            return made
    return _plainest(told, low)


def _compose(told: Telling, reader: Reader, newcomer: bool, used: Mapping[str, int], draws: Draws, low: int,
             high: int) -> Written:  # fmt: skip
    known, language = frozenset(told.slots), told.language
    taken: set[str] = set()
    chosen: list[Frame] = []

    def add(section: str, tired: bool = False) -> bool:
        """Add a sentence of this section; a tired one (used lately) only when asked to."""
        if section == "l_tempo" and any(f.id.startswith("p_tempo") for f in chosen):
            return False  # the band would be told twice
        frame = frames.pick(frames.eligible(language, "intros", section, known), draws, used, taken)
        if frame is None or (frame.id in used) > tired:
            return False
        size = grounding.upper(_text([*chosen, frame], told), language)
        if size > high:
            return False
        taken.add(frame.id)
        chosen.append(frame)
        return True

    def short(bound: int) -> bool:
        return grounding.length(_text(chosen, told), language) < bound

    plan = _plan(reader, newcomer, used, known, language, draws)
    for section in plan[:-1]:
        if short(low + (high - low) // 6):
            add(section)
    add(plan[-1])
    for tired in (False, True):
        while short(low) and any(add(section, tired) for section in ("l_open", *plan, "l_close")):
            pass
    return _written(chosen, told)


def _written(chosen: Sequence[Frame], told: Telling) -> Written:
    return Written(_text(chosen, told), [f.id for f in chosen], tuple(slot for f in chosen for slot in f.uses))


def _text(chosen: Sequence[Frame], told: Telling) -> str:
    return _JOIN[told.language].join(f.fill(told.slots) for f in chosen)


def _plan(
    reader: Reader, newcomer: bool, used: Mapping[str, int], known: frozenset[str], language: str, draws: Draws
) -> list[str]:
    """Sections in the order they are tried; themes with nothing new to say come last."""

    def ready(sections: Sequence[str]) -> list[str]:
        weighed = [(s, frames.eligible(language, "intros", s, known)) for s in sections]
        able = [(any(f.id not in used for f in fs), draws.index(1 << 20), s) for s, fs in weighed if fs]
        return [s for _, _, s in sorted(able, key=lambda row: (not row[0], row[1]))]

    of_list = ready(_LIST_THEMES)
    arc = ready(("l_arc",))
    if not reader.personalised:
        lead = ["l_new_listener"] if newcomer and draws.index(2) else ["l_open"]
        return [*lead, *of_list[:2], *arc, *of_list[2:], "l_close"]
    own, news = ready(_OWN_THEMES), ready(_NEW_THEMES)
    lead = own[:1] or ["l_open"]
    middle = own[1:2] + of_list[:1] if draws.index(2) else of_list[:1] + own[1:2]
    tail = arc if draws.index(2) else []
    return [*lead, *middle, *news[:1], *tail, *of_list[1:3], *own[2:], "l_open", "l_close"]


def _plainest(told: Telling, low: int) -> Written:
    """A text of frames without names, when every richer one failed."""
    chosen: list[Frame] = []
    known = frozenset({"songs"})
    for section in ("l_open", "l_close"):
        for frame in frames.eligible(told.language, "intros", section, known):
            if grounding.length(_text(chosen, told), told.language) < low + 10:
                chosen.append(frame)
    return _written(chosen, told)
