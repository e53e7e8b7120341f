"""What came back from a model, held against what it may say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from features.words import grounding
from features.words.facts.slots import Slots
from features.words.grounding import Fault, Violation
from features.words.model import references
from features.words.model.prompts import Prompt, leaks
from features.words.model.references import Reference
from features.words.model.sense import nonsense
from features.words.terms import numerals
from features.words.writer import repeats

BARE = "bare"  # a number or quotation the model wrote itself instead of its reference
UNKNOWN = "reference"  # a reference nobody gave it
LEAK = "leak"  # words of the prompt, or its delimiters
ECHO = "echo"  # words of the song's own lines, not by their reference
IDLE = "idle"  # it refers to hardly anything of the sheet
NONSENSE = "nonsense"  # no prose
MISSING = "missing"  # a text that was asked for is not there
_QUOTATION = re.compile('[《》「」『』“”"〈〉﹁﹂]')
_PAIR = "2 song"
_ECHO = {"zh": 4, "en": 4}  # characters or words of a line in a row
_WORDS = re.compile(r"[a-z']+")
_HAN = re.compile("[\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for every text of one kind.

    Args:
        bounds: key of the answer -> lawful length, (lowest, highest), in characters (zh) or words (en).
        prompt: what must not come back.
        lines: lines of the data that the model saw and must refer to.
        past: texts of the nights before; none may come back, nor its like.
        catalogue_names: names of the catalogue that may stand only where the sheet has them.
        pairs: keys of texts about two songs, which may be called that.
        owed: groups of references; of each at least one must be used where it was given.
    """

    bounds: Mapping[str, tuple[int, int]]
    prompt: Prompt
    lines: Sequence[str] = ()
    past: Collection[str] = ()
    catalogue_names: Collection[str] = ()
    pairs: Collection[str] = ()
    owed: Mapping[str, Collection[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """Finished texts by key, what is wrong with them (``fault: what shows it``), and the references used."""

    texts: dict[str, str]
    faults: list[str]
    used: list[str]


def read(found: Mapping[str, Any], given: Sequence[Reference], slots: Slots, rules: Rules) -> Reading:
    """Every asked-for text of an answer, filled and checked."""
    known = {reference.id: reference for reference in given}
    texts: dict[str, str] = {}
    faults: list[str] = []
    used: list[str] = []
    for key in rules.bounds:
        raw = found.get(key)
        if not isinstance(raw, str) or not raw.strip():
            faults.append(f"{MISSING}: {key}")
            continue
        raw = " ".join(raw.split())
        names = references.WRITTEN.findall(raw)
        texts[key], wrong = _text(key, raw, names, known, slots, rules)
        used += [name for name in names if name in known]
        faults += [f"{fault}: {what}" for fault, what in wrong]
    faults += [f"{IDLE}: {what}" for what in _idle(set(used), known, rules)]
    return Reading(texts, list(dict.fromkeys(faults)), list(dict.fromkeys(used)))


_LEAST_USED = 3


def _idle(used: set[str], known: Mapping[str, Reference], rules: Rules) -> list[str]:
    """What an answer should have spoken of and did not: of anything much, or of a group it owes."""
    idle = [] if len(used) >= min(_LEAST_USED, len(known)) else [f"{len(used)} references used"]
    return idle + [what for what, group in rules.owed.items() if known.keys() & group and not used & set(group)]


def _text(
    key: str, raw: str, names: Sequence[str], known: Mapping[str, Reference], slots: Slots, rules: Rules
) -> tuple[str, list[tuple[str, str]]]:
    """One text, filled, and (fault, what shows it) of everything wrong with it."""
    text, unknown = references.fill(raw, known, slots.language)
    sheet, own = references.sheet(slots, known, names), references.literal(raw)
    numbers = [(f"{value} {unit or ''}".strip()) for value, unit in numerals.numbers(own, slots.language)]
    if key in rules.pairs:
        for _ in range(numbers.count(_PAIR)):
            sheet.number("2", "song")
        numbers = [number for number in numbers if number != _PAIR]
    wrong = [(UNKNOWN, name) for name in unknown]
    wrong += [(BARE, found) for found in dict.fromkeys((*_figures(own), *numbers, *_QUOTATION.findall(own)))]
    wrong += [(ECHO, run) for run in _echoes(own, rules.lines)]
    low, high = rules.bounds[key]
    found: list[Violation] = grounding.check(text, sheet, low=low, high=high)
    found += grounding.foreign_names(text, sheet, rules.catalogue_names)
    wrong += [(str(violation.fault), violation.found) for violation in found]
    if strange := nonsense(text, slots.language):
        wrong.append((NONSENSE, strange))
    if repeats.repeated(text, rules.past, slots.language):
        wrong.append((str(Fault.REPEAT), key))
    leaked = leaks(raw, rules.prompt)  # not of the filled text: a title may look like anything
    return text, [*wrong, (LEAK, leaked)] if leaked else wrong


def _figures(text: str) -> list[str]:
    """Runs of digits, of whatever script, and of signs that stand for numbers."""
    runs = groupby(text, key=lambda c: unicodedata.category(c)[0] == "N")
    return ["".join(run) for numeric, run in runs if numeric]


def _echoes(written: str, lines: Sequence[str]) -> list[str]:
    """Runs of a line's characters or words that stand in what the model wrote."""
    own = {run for line in lines for run in _runs(line)}
    return sorted(own.intersection(_runs(written)))[:2] if own else []


def _runs(text: str) -> set[str]:
    """Every four Han characters in a row, and every four Latin words in a row."""
    folded = text.lower()
    han = {part[i : i + _ECHO["zh"]] for part in _HAN.findall(folded) for i in range(len(part) - _ECHO["zh"] + 1)}
    words = _WORDS.findall(folded)
    size = _ECHO["en"]
    return han | {" ".join(words[i : i + size]) for i in range(len(words) - size + 1)}
