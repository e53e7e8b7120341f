"""Two songs against each other: key, tempo, mood, energy, length, years, people, as numbers to be told."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from features.words.facts.songs import Song
from features.words.terms.tonality import KeyRelation, relation

# How far a felt beat may be off and still be called the same, double or half.
SAME_BEAT = 0.04
_RATIOS = (("same", 1.0), ("double", 2.0), ("half", 0.5), ("three_halves", 1.5), ("two_thirds", 2 / 3))
_FELT = 0.12  # differences of valence, arousal and energy under this are none
SHARED = ("artist", "album", "label", "producer", "composer", "lyricist", "genre", "language")


@dataclass(frozen=True, slots=True)
class Comparison:
    """How ``song`` differs from ``other``; None where either is unknown.

    Args:
        key: the other's key seen from the song's.
        bpm: tempo of the song less that of the other [BPM].
        ratio: tempo of the song by that of the other.
        beat: same, double, half, three_halves or two_thirds (of the other's beat, within 4 %),
            or other.
        moods: moods both have.
        valence, arousal, energy: the song's less the other's.
        seconds: length of the song less that of the other [s].
        years: release year of the song less that of the other.
        shared: what names both carry alike: artist, album, label, ...
    """

    key: KeyRelation | None
    bpm: int | None
    ratio: float | None
    beat: str | None
    moods: tuple[str, ...]
    valence: float | None
    arousal: float | None
    energy: float | None
    seconds: float | None
    years: int | None
    shared: tuple[str, ...]


def compare(song: Song, other: Song) -> Comparison:
    """The comparison of two songs by what their facts assert."""
    tempos = song.tempo is not None and other.tempo is not None
    bpm = song.tempo - other.tempo if song.tempo is not None and other.tempo is not None else None
    ratio = song.tempo / other.tempo if tempos and song.tempo and other.tempo else None
    dated = song.release is not None and other.release is not None
    return Comparison(
        key=relation(other.key, song.key) if song.key is not None and other.key is not None else None,
        bpm=bpm,
        ratio=ratio,
        beat=None if ratio is None else beat(ratio),
        moods=tuple(m for m in song.moods if m in other.moods),
        valence=_less(song.valence, other.valence),
        arousal=_less(song.arousal, other.arousal),
        energy=_less(song.energy_level, other.energy_level),
        seconds=_less(song.length, other.length),
        years=song.release.year - other.release.year if dated and song.release and other.release else None,
        shared=tuple(name for name in SHARED if getattr(song, name) and getattr(song, name) == getattr(other, name)),
    )


def _less(one: float | None, two: float | None) -> float | None:
    return None if one is None or two is None else one - two


@lru_cache(maxsize=65536)
def beat(ratio: float) -> str:
    """What one beat is to another, from the ratio of their tempos."""
    for name, exact in _RATIOS:
        if abs(math.log(ratio / exact)) <= math.log1p(SAME_BEAT):
            return name
    return "other"


def direction(difference: float | None) -> str | None:
    """more, less or alike, by what can be felt; None where unknown."""
    if difference is None:
        return None
    return "alike" if abs(difference) < _FELT else "more" if difference > 0 else "less"
