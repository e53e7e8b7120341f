"""How the words of a song are built: what comes back, what stands between, who speaks, what two lines share."""

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
_PLAIN_TEXT = lexicon("features.words.terms", "plain_words")["plain"]
_PLAIN = frozenset(_PLAIN_TEXT["en"].split())
_HAN_RUN = re.compile("(?:(?![" + _PLAIN_TEXT["zh"] + "])[\u4e00-\u9fff])+")
_LATIN_WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ]+(?:['’-][A-Za-zÀ-ÖØ-öø-ÿ]+)*")
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


def shared_word(first: str, last: str) -> str | None:
    """The longest word that stands in both lines, as the first has it: two Han characters or more, or four letters.

    Characters and words of grammar are none; None where nothing else is shared.
    """
    runs = [run for run in _HAN_RUN.findall(first) if len(run) > 1]
    found = [run[at:end] for run in runs for at in range(len(run)) for end in range(at + 2, len(run) + 1)]
    found = [part for part in found if part in last]
    also = {word.casefold() for word in _LATIN_WORD.findall(last)}
    found += [word for word in _LATIN_WORD.findall(first) if word.casefold() in also and _telling(word)]
    return max(found, key=len, default=None)


def _telling(word: str) -> bool:
    return len(word) > 3 and word.casefold().replace("’", "'") not in _PLAIN
