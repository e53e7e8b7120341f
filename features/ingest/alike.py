"""Pairs of names that are nearly one, found among many without comparing each with each.

Names that are nearly one have nearly one length and nearly the same letters in some order, so that few pairs are left
for the comparison that counts. Letters are compared as 64 bits: as many bits differ at most as letters are left over
in either name (the bag distance of Bartolini, Ciaccia and Patella, SPIRE 2002).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

_ALIKE = 80.0  # of 100; names less alike are two names, but for one slip of the hand in a short one
_SLIP_FROM = 3  # letters of a name in which one slip is looked for
_CELLS = 1 << 18  # of one comparison of letters: what lies near the processor
_FEW = 1 << 10  # pairs that are compared as they are
_BITS, _ALPHABET = 64, 26


@dataclass(frozen=True, slots=True)
class _Names:
    """Names by length, with their lengths and the bits of their letters."""

    names: NDArray[np.object_]
    lengths: NDArray[np.int64]
    letters: NDArray[np.uint64]


def alike(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Pairs of a name of ours and one of theirs that are equal, nearly equal, or one slip of the hand apart."""
    if len(ours) * len(theirs) <= _FEW:
        yield from _compared(_objects(ours).repeat(len(theirs)), np.tile(_objects(theirs), len(ours)))
        return
    mine, other = _by_length(ours), _by_length(theirs)
    for length, start, stop in _runs(mine.lengths):
        # Of 100 letters in both, 80 stand in one order in both: two thirds of the longer at least.
        first, last = np.searchsorted(other.lengths, [-(-2 * length // 3), 3 * length // 2 + 1])
        # The other 20 are left over in one of them; a slip in a short name leaves two.
        left_over = np.clip((length + other.lengths[first:last]) // 5, 2, _BITS).astype(np.uint8)
        size = max(1, _CELLS // max(1, last - first))
        for begin in range(start, stop, size):
            part = slice(begin, min(begin + size, stop))
            apart = np.bitwise_count(mine.letters[part, None] ^ other.letters[None, first:last])
            i, j = np.divmod(np.flatnonzero(apart <= left_over), max(1, last - first))
            yield from _compared(mine.names[part][i], other.names[first:last][j])


def _compared(ours: NDArray[np.object_], theirs: NDArray[np.object_]) -> Iterator[tuple[str, str]]:
    close = process.cpdist(ours, theirs, scorer=fuzz.ratio, score_cutoff=_ALIKE, dtype=np.uint8) > 0
    slips = process.cpdist(ours, theirs, scorer=OSA.distance, score_cutoff=1, dtype=np.uint8) <= 1
    for n in np.flatnonzero(close | slips):
        if close[n] or min(len(ours[n]), len(theirs[n])) >= _SLIP_FROM:
            yield ours[n], theirs[n]


def _by_length(names: Sequence[str]) -> _Names:
    ordered = sorted(names, key=len)
    return _Names(
        _objects(ordered),
        np.array([len(name) for name in ordered], dtype=np.int64),
        np.array([_bits(name) for name in ordered], dtype=np.uint64),
    )


def _objects(names: Sequence[str]) -> NDArray[np.object_]:
    return np.array(names, dtype=object)


def _bits(name: str) -> int:
    """A bit per letter and how often it has stood before, turned over: one letter more or less is one bit at most."""
    before: Counter[str] = Counter()
    bits = 0
    for letter in name:
        bits ^= 1 << (ord(letter) + _ALPHABET * before[letter]) % _BITS
        before[letter] += 1
    return bits


def _runs(lengths: NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    """Each length with the places of its names."""
    found, starts = np.unique(lengths, return_index=True)
    yield from zip(found.tolist(), starts.tolist(), [*starts[1:].tolist(), len(lengths)], strict=True)
