"""How the words of a song are built: what comes back, what stands between, who speaks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from features.words.terms import forms
from schemas.text_files import lexicon

_LONGEST = 8  # lines of a chorus at most
_LEAST = 4  # lines from which something is said of the whole
_SPEAKERS = {
    who: re.compile(words, re.IGNORECASE)
    for who, words in lexicon("features.words.terms", "speakers")["speakers"].items()
}
_PERSONS = {("i", "you"): "i_you", ("i",): "i", ("you",): "you", ("we",): "we", (): "nobody"}


@dataclass(frozen=True, slots=True)
class Form:
    """The words of a song, counted.

    Args:
        lines: lines sung, empty ones not counted.
        refrain: the lines that come back as one block, two at least; empty where none do.
        returns: how often they stand in the song, 0 for none.
        between: places of the first lines of the stretches before and between them, of two lines at least.
        often: (place of its first time, times) of the single line that stands there most often, from two times on.
    """

    lines: int
    refrain: tuple[str, ...]
    returns: int
    between: tuple[int, ...]
    often: tuple[int, int] | None


def form(lines: Sequence[str]) -> Form | None:
    """The form of a song's words; None for fewer than four lines."""
    said = [line for line in map(forms.clean, lines) if line]
    if len(said) < _LEAST:
        return None
    counts = Counter(said)
    most = max(said, key=lambda line: counts[line])
    often = (said.index(most), counts[most]) if counts[most] > 1 else None
    block, starts = _refrain(said, counts)
    between = _between(len(block), starts)
    if not between:
        block, starts = (), []
    return Form(len(said), block, len(starts), between, often)


def _refrain(said: Sequence[str], counts: Counter[str]) -> tuple[tuple[str, ...], list[int]]:
    """The block of lines that covers most of the song when it comes back, and where it begins each time."""
    best: tuple[int, int, int] = (0, 0, 0)
    found: tuple[tuple[str, ...], list[int]] = ((), [])
    for start in (i for i, line in enumerate(said) if counts[line] > 1):
        for size in range(2, min(_LONGEST, len(said) - start) + 1):
            block = tuple(said[start : start + size])
            if counts[block[-1]] < 2:
                break
            places = _places(said, block)
            score = ((len(places) - 1) * size, size, -start)
            if len(set(block)) > 1 and len(places) > 1 and score > best:
                best, found = score, (block, places)
    return found


def _places(said: Sequence[str], block: tuple[str, ...]) -> list[int]:
    """Where a block begins, without overlap."""
    places, at = [], 0
    while at <= len(said) - len(block):
        if tuple(said[at : at + len(block)]) == block:
            places.append(at)
            at += len(block)
        else:
            at += 1
    return places


def _between(size: int, starts: Sequence[int]) -> tuple[int, ...]:
    """First lines of the stretches of two lines or more before and between the places of a block."""
    found, end = [], 0
    for start in starts:
        if start - end >= 2:
            found.append(end)
        end = start + size
    return tuple(found)


def person(lines: Sequence[str]) -> str | None:
    """Who speaks: i, you, i_you, we or nobody; None for too few lines, or where "we" stands beside others."""
    said = [line for line in map(forms.clean, lines) if line]
    if len(said) < _LEAST:
        return None
    found = [who for who, words in _SPEAKERS.items() if any(words.search(line) for line in said)]
    return _PERSONS.get(tuple(found))
