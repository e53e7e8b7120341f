"""Keys, scales and chords: Roman numerals in, pitch classes and chord names out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from schemas.vocabulary import KEYS

MAJOR_SCALE = (0, 2, 4, 5, 7, 9, 11)
MINOR_SCALE = (0, 2, 3, 5, 7, 8, 10)
MAJOR_PENTATONIC = (0, 2, 4, 7, 9)
MINOR_PENTATONIC = (0, 3, 5, 7, 10)
_DEGREES = {"i": 0, "ii": 2, "iii": 4, "iv": 5, "v": 7, "vi": 9, "vii": 11}
_NUMERAL = re.compile(r"(b?)([ivIV]+)(maj7|sus4|dim|6|7)?$")
# (upper case?, suffix) -> semitones above the root, name after the root
_QUALITIES: dict[tuple[bool, str], tuple[tuple[int, ...], str]] = {
    (True, ""): ((0, 4, 7), ""),
    (True, "7"): ((0, 4, 7, 10), "7"),
    (True, "maj7"): ((0, 4, 7, 11), "maj7"),
    (True, "6"): ((0, 4, 7, 9), "6"),
    (True, "sus4"): ((0, 5, 7), "sus4"),
    (False, ""): ((0, 3, 7), "m"),
    (False, "7"): ((0, 3, 7, 10), "m7"),
    (False, "dim"): ((0, 3, 6), "dim"),
}


@dataclass(frozen=True, slots=True)
class Chord:
    """A chord: root pitch class 0..11, semitones of its tones above the root, printed name."""

    root: int
    intervals: tuple[int, ...]
    name: str

    @property
    def tones(self) -> tuple[int, ...]:
        """Pitch classes, root first."""
        return tuple((self.root + i) % 12 for i in self.intervals)


def chord(numeral: str, tonic: int) -> Chord:
    """The chord a Roman numeral names in the key of pitch class ``tonic``."""
    match = _NUMERAL.match(numeral)
    if match is None:
        raise ValueError(f"not a chord numeral: {numeral!r}")
    flat, letters, suffix = match.group(1), match.group(2), match.group(3) or ""
    root = (tonic + _DEGREES[letters.lower()] - (1 if flat else 0)) % 12
    intervals, name = _QUALITIES[letters.isupper(), suffix]
    return Chord(root, intervals, KEYS[root] + name)


def scale(tonic: int, mode: str, *, pentatonic: bool = False) -> tuple[int, ...]:
    """Pitch classes of the scale on ``tonic``, tonic first."""
    steps = {
        ("major", False): MAJOR_SCALE,
        ("minor", False): MINOR_SCALE,
        ("major", True): MAJOR_PENTATONIC,
        ("minor", True): MINOR_PENTATONIC,
    }[mode, pentatonic]
    return tuple((tonic + s) % 12 for s in steps)


def nearest(pitch: float, classes: tuple[int, ...]) -> int:
    """The MIDI pitch nearest to ``pitch`` whose pitch class is one of ``classes`` (lower wins a tie)."""
    base = round(pitch)
    return min((p for p in range(base - 7, base + 8) if p % 12 in classes), key=lambda p: (abs(p - pitch), p))


def voicing(of: Chord, centre: int, previous: tuple[int, ...] = ()) -> tuple[int, ...]:
    """A close voicing round ``centre`` (MIDI pitch), moving as little as it can from ``previous``."""
    target = sum(previous) / len(previous) * 0.7 + centre * 0.3 if previous else float(centre)
    best: tuple[int, ...] = ()
    best_cost = float("inf")
    for turn in range(len(of.tones)):
        order = of.tones[turn:] + of.tones[:turn]
        pitches = [nearest(centre - 5, (order[0],))]
        for tone in order[1:]:
            pitches.append(pitches[-1] + (tone - pitches[-1]) % 12)
        for shift in (-12, 0, 12):
            moved = tuple(p + shift for p in pitches)
            cost = abs(sum(moved) / len(moved) - target)
            if cost < best_cost:
                best, best_cost = moved, cost
    return best
