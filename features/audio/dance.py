"""Danceability by detrended fluctuation analysis (Streich & Herrera 2005), from blocks."""

from __future__ import annotations

import numpy as np

from features.audio.essentia_quiet import standard
from features.audio.spectrum import SAMPLE_RATE_HZ, Floats

_FRAME = SAMPLE_RATE_HZ // 100  # 10 ms
_FRAMES_PER_S = 100


class DanceStream:
    """Keeps what the analysis looks at: the standard deviation of each 10 ms."""

    def __init__(self) -> None:
        self._rest = np.zeros(0, dtype=np.float32)
        self._parts: list[Floats] = []

    def hear(self, mono: Floats) -> None:
        """The next samples [shape=(n,)]."""
        signal = np.concatenate([self._rest, mono])
        whole = len(signal) - len(signal) % _FRAME
        self._parts.append(signal[:whole].reshape(-1, _FRAME).std(axis=1))
        self._rest = signal[whole:].copy()

    def finish(self) -> float:
        """0 .. about 3; higher is more danceable.

        Essentia takes a signal and reduces it to deviations of 10 ms itself. Two samples
        +d and -d have the deviation d, so a signal of 200 Hz gives it the very same numbers.
        """
        deviations = np.concatenate(self._parts)
        signal = np.repeat(deviations, 2)
        signal[1::2] *= -1
        return float(np.clip(standard().Danceability(sampleRate=2 * _FRAMES_PER_S)(signal)[0], 0, 10))
