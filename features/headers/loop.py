"""Time in a loop: a whole number of beats, so that the end meets the beginning."""

from __future__ import annotations

import math
from dataclasses import dataclass

from features.headers.plan import HeaderParams


@dataclass(frozen=True, slots=True)
class Loop:
    """A loop of ``frames`` pictures over ``beats`` beats; ``t`` runs from 0 to 1."""

    frames: int
    beats: int
    fps: int

    @property
    def seconds(self) -> float:
        return self.frames / self.fps

    def pulse(self, t: float, sharpness: float = 4.0) -> float:
        """1 on each beat, fading to about 0 before the next."""
        return math.exp(-sharpness * ((t * self.beats) % 1.0))

    def wave(self, t: float, turns: int, phase: float = 0.0) -> float:
        """A sine that comes back after ``turns`` whole turns, -1..1."""
        return math.sin(2 * math.pi * (turns * t + phase))


def loop_for(tempo_bpm: float, params: HeaderParams) -> Loop:
    """The loop of whole bars of four beats nearest to the middle of the allowed length.

    Tempi are folded into 50..130 first: nobody wants a picture that flickers at 180 BPM.
    """
    tempo = tempo_bpm
    while tempo > 130:
        tempo /= 2
    while tempo < 50:
        tempo *= 2
    middle = (params.min_s + params.max_s) / 2
    fitting = [b for b in range(4, 33, 2) if params.min_s <= b * 60 / tempo <= params.max_s]
    beats = min(fitting, key=lambda b: (b % 4 != 0, abs(b * 60 / tempo - middle)))
    return Loop(frames=round(beats * 60 / tempo * params.fps), beats=beats, fps=params.fps)
