"""What came back from a model, held against what it may say."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from features.words import grounding
from features.words.claims.proofs import Verdict
from features.words.facts.slots import Slots
from features.words.grounding import Fault, Violation
from features.words.model import references
from features.words.model import sentences as sentencing
from features.words.model.declared import MOST, Allowed, judge
from features.words.model.prompts import Prompt, leaks
from features.words.model.references import Reference
from features.words.model.sense import nonsense
from features.words.model.sentences import Sentence
from features.words.model.undeclared import undeclared
from features.words.terms import numerals
from features.words.writer import repeats

BARE = "bare"  # a number or quotation the model wrote itself instead of its reference
UNKNOWN = "reference"  # a reference nobody gave it
LEAK = "leak"  # words of the prompt, or its delimiters
ECHO = "echo"  # words of the song's own lines, not by their reference
IDLE = "idle"  # it refers to hardly anything of the sheet
NONSENSE = "nonsense"  # no prose
MISSING = "missing"  # a text that was asked for is not there
UNPROVED = "unproved"  # a claim that the facts contradict, or that nothing known bears out
UNDECLARED = "undeclared"  # a relation in words, and no claim of it
UNSUPPORTED = "unsupported"  # the second reader says that it does not follow from the facts
LEFT = "left"  # what is left of a text when sentences fell makes none
_WHOLE = (LEAK, str(Fault.MARKUP), str(Fault.SENSITIVE), str(Fault.LANGUAGE))  # no sentence does these alone
_LEAST_LEFT = 0.6  # share of the lawful least length that a text with fallen sentences still has
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
        claims: what declared claims are proved from.
        led: keys of texts that are nothing without their first sentence.
    """

    bounds: Mapping[str, tuple[int, int]]
    prompt: Prompt
    claims: Allowed
    lines: Sequence[str] = ()
    past: Collection[str] = ()
    catalogue_names: Collection[str] = ()
    pairs: Collection[str] = ()
    owed: Mapping[str, Collection[str]] = field(default_factory=dict)
    led: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """What an answer comes to.

    Args:
        texts: finished texts by key, of the sentences that stood.
        faults: everything wrong, ``fault: what shows it``, of texts and of the sentences that fell.
        used: references in what stood.
        stands: whether the texts may be published.
        sentences: all sentences by key, those that fell with their faults.
    """

    texts: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    used: list[str] = field(default_factory=list)
    stands: bool = False
    sentences: dict[str, list[Sentence]] = field(default_factory=dict)

    @property
    def gives_back(self) -> bool:
        """Whether it says relations that it did not declare: worth asking once more, even where the rest stands."""
        return any(fault.startswith(UNDECLARED) for fault in self.faults)


def read(
    found: Mapping[str, Any],
    given: Sequence[Reference],
    slots: Slots,
    rules: Rules,
    vetoed: Collection[tuple[str, int]] = (),
) -> Reading:
    """Every asked-for text of an answer: its sentences filled and checked one by one, and what is left as a whole.

    Args:
        vetoed: (key, number from 0) of sentences that a second reader lets fall.
    """
    known = {reference.id: reference for reference in given}
    made = Reading()
    whole: list[tuple[str, str]] = []
    for key in rules.bounds:
        told = sentencing.given(found.get(key))
        if not told:
            whole.append((MISSING, key))
            continue
        checked = [
            _sentence(key, raw, claims, known, slots, rules, vetoed=(key, number) in vetoed)
            for number, (raw, claims) in enumerate(told)
        ]
        made.sentences[key] = sentencing.left(checked, slots.language)
        stood = [sentence.raw for sentence in made.sentences[key] if not sentence.faults]
        if not stood or (key in rules.led and made.sentences[key][0].faults):
            whole.append((LEFT, f"{key} without its first sentence" if stood else f"nothing of {key}"))
            continue
        raw = sentencing.joined(stood, slots.language)
        names = references.WRITTEN.findall(raw)
        made.texts[key], wrong = _text(key, raw, names, known, slots, rules, fell=len(stood) < len(told))
        made.used.extend(name for name in dict.fromkeys(names) if name in known and name not in made.used)
        whole += wrong
    whole += [(IDLE, what) for what in _idle(set(made.used), known, rules)]
    fallen = [fault for sentences in made.sentences.values() for sentence in sentences for fault in sentence.faults]
    faults = [f"{fault}: {what}" for fault, what in (*fallen, *whole)]
    stands = not whole and not any(fault in _WHOLE for fault, _ in fallen)
    return replace(made, faults=list(dict.fromkeys(faults)), stands=stands)


def _sentence(
    key: str,
    raw: str,
    claims: Sequence[Any],
    known: Mapping[str, Reference],
    slots: Slots,
    rules: Rules,
    *,
    vetoed: bool,
) -> Sentence:
    """One sentence, filled, with everything wrong with it and its claims."""
    names = references.WRITTEN.findall(raw)
    text, wrong = _text(key, raw, names, known, slots, replace(rules, bounds={key: (1, 10_000)}, past=()))
    declared = [judge(claim, rules.claims) for claim in claims[:MOST]]
    wrong += [
        (UNPROVED, f"{claim.words}: {claim.verdict}") for claim in declared if claim.verdict is not Verdict.PROVED
    ]
    relations = {claim.relation for claim in declared}
    wrong += [(UNDECLARED, what) for what in undeclared(references.literal(raw), slots.language, relations)]
    return Sentence(raw, text, declared, [*wrong, (UNSUPPORTED, raw)] if vetoed else wrong)


def least_left(low: int) -> int:
    """The least length of a text of which sentences fell."""
    return math.ceil(_LEAST_LEFT * low)


_LEAST_USED = 3


def _idle(used: set[str], known: Mapping[str, Reference], rules: Rules) -> list[str]:
    """What an answer should have spoken of and did not: of anything much, or of a group it owes."""
    idle = [] if len(used) >= min(_LEAST_USED, len(known)) else [f"{len(used)} references used"]
    return idle + [what for what, group in rules.owed.items() if known.keys() & group and not used & set(group)]


def _text(
    key: str,
    raw: str,
    names: Sequence[str],
    known: Mapping[str, Reference],
    slots: Slots,
    rules: Rules,
    *,
    fell: bool = False,
) -> tuple[str, list[tuple[str, str]]]:
    """One text, filled, and (fault, what shows it) of everything wrong with it; a text some of whose sentences fell may
    be shorter.
    """
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
    low = least_left(low) if fell else low
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
