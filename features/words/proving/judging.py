"""Each sentence of a text judged: what it says beside what is known, slot by slot."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from features.words import grounding
from features.words.facts.slots import Slots
from features.words.grounding import Sheet
from features.words.proving.apart import Sentence, sentence, taken_apart
from features.words.writer import frames
from features.words.writer.frames import Frame
from features.words.writer.reasons import ends

Verdict = Literal["proved", "unproved", "false"]
UNKNOWN = "no sentence of ours reads so; its figures and names are on the sheet"
MODEL = "by a model; held against the checks that let it in"
_LITERAL = 1 / 5  # share of a part of a stretch that a frame's own words make up at least, to be taken for that frame


class May(NamedTuple):
    """A section of frames that may be drawn from, with what its sentences may say.

    Args:
        row: the row of evidence (``seq``) that they tell.
        part: whether its frames are only parts of a sentence.
    """

    area: str
    section: str
    slots: Slots
    row: int | None = None
    part: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence as published; ``figures``: slot -> (said, counted, None where nothing says so)."""

    text: str
    verdict: Verdict
    section: str = ""
    why: str = ""
    row: int | None = None
    figures: Mapping[str, tuple[str, str | None]] = field(default_factory=dict)


def judged(
    text: str, may: Sequence[May], joined: Sequence[Sentence] = (), refuted: Collection[int] = ()
) -> Iterator[Judged]:
    """Every sentence of a text of the built-in writer.

    Args:
        may: all it may have been drawn from.
        joined: sentences of several frames that may stand in it.
        refuted: rows of evidence that their tables do not bear out.
    """
    whole = [
        sentence(m.section, (frame,), m.slots, m.row)
        for m in may
        if not m.part
        for frame in frames.eligible(m.slots.language, m.area, m.section, frozenset(m.slots.values))
    ]
    for part in taken_apart(text, [*(s for s in (*whole, *joined) if s.row not in refuted), *joined, *whole]):
        if isinstance(part, str):
            yield _left_over(part, may)
            continue
        same = {slot: (said, said) for slot, said in part.figures.items()}
        if part.row in refuted:
            yield Judged(part.text, "false", part.section, "its reason is not borne out", part.row, same)
        else:
            yield Judged(part.text, "proved", part.section, "", part.row, same)


def modelled(text: str, sheet: Sheet, names: Collection[str], low: int, high: int) -> Judged:
    """A text that a model wrote, held against its sheet; which fact it refers to where is not kept."""
    faults = [*grounding.check(text, sheet, low=low, high=high), *grounding.foreign_names(text, sheet, names)]
    told = "; ".join(f"{fault.fault}: {fault.found}" for fault in faults)
    return Judged(text, "false" if faults else "proved", "model", told or MODEL)


def _left_over(text: str, may: Sequence[May]) -> Judged:
    """A stretch that nothing known says: the sentence it was, with what it says otherwise; else its faults."""
    found = [f for m in may for f in _like(text, m)]
    possible = {m.section for m in may}
    language = may[0].slots.language
    for area in sorted({m.area for m in may}):
        for section in frames.load(language, area).keys() - possible:
            found += _like(text, May(area, section, Slots(language)), borne_out=False)
    if found:
        _, _, one = max(found, key=lambda f: f[:2])
        return one
    sheet = _everything(may)
    faults = [v for v in grounding.check(text, sheet) if v.fault is not grounding.Fault.LENGTH]
    if faults:
        return Judged(text, "false", "", "; ".join(f"{v.fault}: {v.found}" for v in faults))
    return Judged(text, "unproved", "", UNKNOWN)


def _like(text: str, may: May, *, borne_out: bool = True) -> Iterator[tuple[int, int, Judged]]:
    """Where a frame of the section reads like the text but says otherwise: (words in common, slots alike, judged)."""
    known = may.slots.values
    for frame in frames.load(may.slots.language, may.area).get(may.section, ()):
        literal = [piece for part, _ in frame.parts for piece in part.split()]
        if not all(piece in text for piece in literal):
            continue
        match = _shortest(frame, text, may.slots.language)
        own = sum(map(len, literal))
        if match is None or (own < _LITERAL * len(match[0]) and match[0] != text.strip()):
            continue
        figures = {slot: (said, known.get(slot)) for slot, said in match.groupdict().items()}
        alike = sum(said == counted for said, counted in figures.values())
        if not borne_out or alike < len(figures) or not frame.needs <= known.keys():
            wrong = ", ".join(f"{s} {a}, counted {b}" for s, (a, b) in figures.items() if a != b and borne_out)
            why = wrong or f"nothing counted says {may.section}"
            yield own, alike, Judged(text, "false", may.section, why, may.row, figures)


def _shortest(frame: Frame, text: str, language: str) -> re.Match[str] | None:
    """Where the frame's words stand closest together, for its first word may stand in the text more than once."""
    pattern, first = _pattern(frame, language), frame.parts[0][0].split()
    if not first:
        return pattern.search(text)
    starts = (at.start() for at in re.finditer(re.escape(first[0]), text))
    return min((m for at in starts if (m := pattern.match(text, at))), key=lambda m: len(m[0]), default=None)


def _pattern(frame: Frame, language: str) -> re.Pattern[str]:
    """A frame as a pattern; spaces may part its words where the writer put them.

    A slot at its end ends where the line does, or with the text.
    """
    seen: set[str] = set()
    pattern = ""
    for literal, slot in frame.parts:
        pattern += r"\s*".join(map(re.escape, re.split(r"\s+", literal)))
        if slot is not None:
            pattern += rf"\s*(?P<{slot}>.+?)\s*" if slot not in seen else rf"\s*(?P={slot})\s*"
            seen.add(slot)
    end = f"(?={'|'.join(map(re.escape, ends(language)))}|$)"
    return re.compile(pattern + (end if frame.parts[-1][1] else ""))


def _everything(may: Sequence[May]) -> Sheet:
    slots = Slots(may[0].slots.language)
    for m in may:
        slots.add(m.slots)
        slots.day = slots.day or m.slots.day
    sheet = slots.sheet()
    sheet.owners = {}  # a stretch without its sentence does not say whose a figure is
    return sheet
