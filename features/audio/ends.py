"""How a track begins and ends: silence, intro and outro, from its loudness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.audio.loudness import BLOCK, Doubles, to_lufs
from features.audio.spectrum import SAMPLE_RATE_HZ

SILENT_LUFS = -60.0
_BLOCK_S = BLOCK / SAMPLE_RATE_HZ
_SMOOTH_BLOCKS = 60  # 3 s
_FULL_WITHIN_LU = 3.0
MIN_DURATION_S = 20.0


@dataclass(frozen=True, slots=True)
class Ends:
    """Seconds at the two ends.

    Args:
        silence_start_s, silence_end_s: below -60 LUFS before the first and after the last sound.
        intro_s: from the first sound until the 3 s loudness first comes within 3 LU of the
            loudness that half of the track exceeds; None for tracks under 20 s.
        outro_s: from where it last was so until the last sound.
    """

    silence_start_s: float
    silence_end_s: float
    intro_s: float | None
    outro_s: float | None


def measure(power: Doubles) -> Ends:
    """Ends of a recording from its K-weighted power per 50 ms [shape=(b,)]."""
    sounding = np.flatnonzero(to_lufs(power) > SILENT_LUFS)
    if not len(sounding):
        return Ends(len(power) * _BLOCK_S, 0.0, None, None)
    first, last = int(sounding[0]), int(sounding[-1]) + 1
    start, end = first * _BLOCK_S, (len(power) - last) * _BLOCK_S
    if (last - first) * _BLOCK_S < MIN_DURATION_S:
        return Ends(start, end, None, None)
    smooth = to_lufs(np.convolve(power[first:last], np.ones(_SMOOTH_BLOCKS) / _SMOOTH_BLOCKS, mode="valid"))
    full = np.flatnonzero(smooth >= np.median(smooth) - _FULL_WITHIN_LU)
    return Ends(start, end, int(full[0]) * _BLOCK_S, (len(smooth) - 1 - int(full[-1])) * _BLOCK_S)
