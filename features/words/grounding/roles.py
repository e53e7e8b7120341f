"""Whose number it is: what is true of one song may not be told of the other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import reduce

from features.words.grounding import music
from features.words.grounding.sheet import Fault, Sheet, Violation
from features.words.terms import numerals

_SENTENCE = re.compile(r"[。！？]|[.!?](?:\s|$)")
_CLAUSE = {
    "zh": re.compile("[，；：,;—…]"),
    "en": re.compile(r"[,;:—…]\s|\b(?:while|whereas|and|but|though|against|beside|than)\b"),
}
# Two figures set side by side, to be read in the order in which the songs were named.
_PAIR = {
    "zh": re.compile(
        r"一[首个]\D{0,4}(\d+)\s*BPM，(?:另)?一[首个]\D{0,4}(\d+)|分别是?\D{0,6}(\d+)\D{0,4}[和与、]\s*(\d+)"
    ),
    "en": re.compile(r"(\d+)(?: BPM)? (?:and|against) (\d+) BPM|(\d+) BPM here against (\d+)", re.IGNORECASE),
}
_THIS = {"zh": re.compile("它|这首|这一首|这支"), "en": re.compile(r"\b(?:it|this|here)\b", re.IGNORECASE)}


def role_faults(text: str, sheet: Sheet) -> Iterator[Violation]:
    """Numbers and keys told of one bearer that belong to another.

    Judged are clauses that name a single bearer, and pairs of figures after two names; nothing
    is guessed across commas. The bearer told of first on the sheet is "it" and "this".
    """
    if len(set(map(frozenset, sheet.owners.values()))) < 2:
        return
    for sentence in _SENTENCE.split(text):
        pair = _PAIR[sheet.language].search(sentence)
        yield from _pair_faults(pair, sentence, sheet) if pair else _clause_faults(sentence, sheet)


def _pair_faults(pair: re.Match[str], sentence: str, sheet: Sheet) -> Iterator[Violation]:
    order = _order(sentence[: pair.start()], sheet)
    figures = [f for f in pair.groups() if f]
    if "here" in pair[0]:
        order = [_first(sheet.owners), *(own for own in order if own != _first(sheet.owners))]
    if len(order) != 2:
        return
    for figure, own, other in zip(figures, order, reversed(order), strict=True):
        if figure not in own and figure in other:
            yield Violation(Fault.NUMBER, f"{figure} told of the other song")


def _first(owners: Mapping[str, set[str]]) -> set[str]:
    return next(iter(owners.values()))


def _order(text: str, sheet: Sheet) -> list[set[str]]:
    """What the bearers own, in the order in which they are first named."""
    places = [(text.index(name), own) for name, own in sheet.owners.items() if name in text]
    this = _THIS[sheet.language].search(text)
    if this:
        places.append((this.start(), _first(sheet.owners)))
    found: list[set[str]] = []
    for _, own in sorted(places, key=lambda place: place[0]):
        if own not in found:
            found.append(own)
    return found


def _clause_faults(sentence: str, sheet: Sheet) -> Iterator[Violation]:
    anyones = set[str]().union(*sheet.owners.values())
    for clause in _CLAUSE[sheet.language].split(sentence):
        named = [owner for owner in sheet.owners if owner in clause]
        if not named or any(sheet.owners[n] != sheet.owners[named[0]] for n in named):
            continue
        bare = reduce(lambda text, name: text.replace(name, ""), named, clause)
        for stated in _stated(bare, sheet.language):
            if stated in anyones and stated not in sheet.owners[named[0]]:
                yield Violation(Fault.NUMBER, f"{stated} told of the other song")


def _stated(clause: str, language: str) -> Iterator[str]:
    for value, unit in numerals.numbers(clause, language):
        if unit in ("bpm", None):
            yield value
    yield from (music.spelled_key(key) for key in music.keys(clause, language))
