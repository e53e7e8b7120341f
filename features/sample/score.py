"""A score: parts with notes at exact times, ready for any synthesiser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Note(NamedTuple):
    """One note: start and end in seconds, MIDI pitch (or drum) 0..127, velocity 1..127."""

    start_s: float
    end_s: float
    pitch: int
    velocity: int


@dataclass(frozen=True, slots=True)
class Part:
    """What one player plays.

    Args:
        role: lead, voice, comp, pad, bass or drums.
        program: General MIDI program, from 0; the kit for drums.
        drums: whether pitches are drums.
        volume: 0..127, as MIDI controller 7.
        pan: 0 left, 64 middle, 127 right.
    """

    role: str
    program: int
    drums: bool
    volume: int
    pan: int
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """A song's notes and how it is to sound.

    Args:
        duration_s: length with the last notes' decay.
        reverb: share of reverberated sound, 0..1.
        loudness_lufs: integrated loudness wanted.
    """

    duration_s: float
    parts: tuple[Part, ...]
    reverb: float
    loudness_lufs: float
