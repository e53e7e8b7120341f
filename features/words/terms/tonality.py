"""Keys against each other: the circle of fifths, relative and parallel keys, shared notes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from schemas.vocabulary import KEYS

_MAJOR = (0, 2, 4, 5, 7, 9, 11)
RELATIONS = ("same", "relative", "parallel", "neighbour", "near", "far")


@dataclass(frozen=True, slots=True)
class KeyRelation:
    """How the second key lies to the first.

    Args:
        name: same; relative (the same notes, another tonic); parallel (the same tonic, another
            mode); neighbour (one step apart on the circle of fifths); near (two or three); far.
        fifths: steps between the two signatures on the circle of fifths, -5..6; up is sharpwards.
        shared: notes the two diatonic scales (natural minor) have in common, 2..7.
        semitones: the second tonic above the first, 0..11.
    """

    name: str
    fifths: int
    shared: int
    semitones: int


@lru_cache(maxsize=1024)
def relation(first: str, second: str) -> KeyRelation | None:
    """The relation of two keys of the data ('D major', 'B minor'), or None where one is no key."""
    one, two = _parse(first), _parse(second)
    if one is None or two is None:
        return None
    fifths = (_signature(*two) - _signature(*one) + 5) % 12 - 5
    shared = len(_notes(*one) & _notes(*two))
    return KeyRelation(_name(one, two, abs(fifths)), fifths, shared, (two[0] - one[0]) % 12)


def _name(one: tuple[int, bool], two: tuple[int, bool], steps: int) -> str:
    if one == two:
        return "same"
    if steps == 0:
        return "relative"
    if one[0] == two[0]:
        return "parallel"
    if steps == 1:
        return "neighbour"
    return "near" if steps <= 3 else "far"


def _parse(key: str) -> tuple[int, bool] | None:
    """(pitch class, whether minor)."""
    tonic, _, mode = key.strip().partition(" ")
    if tonic not in KEYS or mode not in ("major", "minor"):
        return None
    return KEYS.index(tonic), mode == "minor"


def _signature(pitch: int, minor: bool) -> int:
    """Place of the key's signature on the circle of fifths, C major and A minor at 0, 0..11."""
    return (pitch + 3 * minor) * 7 % 12


def _notes(pitch: int, minor: bool) -> frozenset[int]:
    return frozenset((pitch + 3 * minor + step) % 12 for step in _MAJOR)
