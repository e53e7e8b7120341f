"""Whose number it is: what is true of one song may not be told of the other."""

from __future__ import annotations

import re
from collections.abc import Iterator

from features.words import numerals
from features.words.grounding import music
from features.words.grounding.sheet import Fault, Sheet, Violation

_CLAUSE = {
    "zh": re.compile("[，。！？；：,;!?—…]"),
    "en": re.compile(r"[,;:.!?—…]\s|[.!?]$|\b(?:while|whereas|and|but|though|against|beside|than)\b"),
}
_SHARED = re.compile("分别|各是|各自|respectively|in that order")


def role_faults(text: str, sheet: Sheet) -> Iterator[Violation]:
    """Numbers and keys that stand in a clause with one bearer but belong to another.

    Only clauses that name a single bearer are judged; nothing is guessed across commas.
    """
    if len(sheet.owners) < 2 or _SHARED.search(text):
        return
    anyones = set().union(*sheet.owners.values())
    for clause in _CLAUSE[sheet.language].split(text):
        named = [owner for owner in sheet.owners if owner in clause]
        if len(named) != 1:
            continue
        own = sheet.owners[named[0]]
        for said in _told(clause.replace(named[0], ""), sheet.language):
            if said in anyones and said not in own:
                yield Violation(Fault.NUMBER, f"{said} told of {named[0]}")


def _told(clause: str, language: str) -> Iterator[str]:
    for value, unit, _ in numerals.numbers(clause, language):
        if unit in ("bpm", None):
            yield value
    yield from (key_id(key) for key in music.keys(clause, language))


def key_id(key: music.Key) -> str:
    """How a key is written down among what an owner owns: '1 major'."""
    return f"{key[0]} {key[1]}"
