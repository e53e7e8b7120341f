"""The built-in writer of a list's words: the opener here, the intro from intros.

No frame of the reader's last fourteen nights comes back while another is left; when none is
left, the one used longest ago does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from features.words import grounding
from features.words.facts.listeners import daypart_id
from features.words.facts.reader import Reader
from features.words.facts.slots import Slots
from features.words.params import WordParams
from features.words.terms import forms
from features.words.terms.occasion import Occasion
from features.words.writer import frames
from features.words.writer.frames import Draws, Frame
from features.words.writer.intros import intro
from features.words.writer.written import Written, written

__all__ = ["add_day", "intro", "opener"]
TAILS = ("first", "loop", "artist", "mood", "genre", "rest", "new")
_TRIES = 12


def add_day(slots: Slots, reader: Reader, day: Occasion) -> None:
    """Add the day's own slots: city, weekday, festival, solar term."""
    slots.name("city", forms.city(reader.city, slots.language))
    slots.word("weekday", forms.weekday(day.weekday, slots.language))
    slots.word("weather", forms.weather(day.weather, slots.language))
    slots.day = grounding.Day(day.weekday, day.weather)
    slots.name("festival", day.festival)
    slots.name("term", day.term)


def heads_for(reader: Reader, day: Occasion) -> list[str]:
    """Sections of heads that fit the day; the rarer occasion crowds out the plainer ones."""
    part = daypart_id(reader.taste) if reader.personalised else None
    sky = [f"sky.{day.weather}"] if day.weather else []
    own = ([f"head.{part}"] if part else []) + sky
    if day.festival:
        return ["head.festival"]
    if day.term:
        return ["head.term", *(sky or own)]
    if day.holiday:
        return ["head.holiday", *own]
    week = "head.weekend" if day.weekday >= 5 else "head.friday" if day.weekday == 4 else "head.workday"
    return [*own, week] if own else [week, "head.plain"]


def tails_after(head: Frame) -> list[str]:
    """Sections of tails: sentences of their own after a head that is one, else what goes on from a circumstance."""
    place = "tail" if head.whole else "after"
    return [f"{place}.{name}" for name in (*TAILS, "plain")]


def opener(
    slots: Slots, reader: Reader, day: Occasion, used: Mapping[str, int], draws: Draws, params: WordParams
) -> Written:
    """A head that fits the day, a tail that opens the list."""
    most = params.opener_max[0 if slots.language == "zh" else 1]
    known = frozenset(slots.values)
    heads = _gather(slots.language, heads_for(reader, day), known)
    if all(f.id in used for f in heads):
        heads += _gather(slots.language, ["head.plain"], known)
    taken: set[str] = set()
    for attempt in range(_TRIES):
        head = frames.pick(heads, draws, used, taken)
        if head is None:
            break
        *pools, plain = (_gather(slots.language, [section], known) for section in tails_after(head))
        fresh = [p for p in pools if any(f.id not in used and f.id not in taken for f in p)] or [plain]
        tail = frames.pick(plain if attempt > _TRIES // 2 else fresh[draws.index(len(fresh))], draws, used, taken)
        if tail is None:
            break
        made = _together(head, tail, slots)
        if not _twice_today(made.text) and not grounding.check(made.text, slots.sheet(made.used), high=most):
            return made
        taken.add(tail.id)
    every = frames.load(slots.language, "openers")
    return _together(every["head.plain"][0], every["tail.plain"][0], slots)


def _together(head: Frame, tail: Frame, slots: Slots) -> Written:
    joint = "" if slots.language == "zh" else " "
    return written((head, tail), slots, joint.join(frame.fill(slots.values) for frame in (head, tail)))


def _twice_today(text: str) -> bool:
    """Whether both halves of an opener say "today"."""
    return text.count("今天") > 1 or text.lower().count("today") > 1


def _gather(language: str, sections: Sequence[str], known: frozenset[str]) -> list[Frame]:
    return [f for s in sections for f in frames.eligible(language, "openers", s, known)]
