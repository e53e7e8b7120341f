"""Beats and onsets from the onset envelope.

Beats: dynamic programming (Ellis, JNMR 2007).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.audio.spectrum import FRAME, FRAMES_PER_S, HOP, SAMPLE_RATE_HZ, Floats

_ONSET_GAP_S = 0.05
# The log spectrum of a struck note rises most when the note enters the last quarter of a frame.
ONSET_LAG_S = 0.75 * FRAME / SAMPLE_RATE_HZ
Doubles = NDArray[np.float64]


def onset_rate_hz(onset: Floats) -> float:
    """Peaks of the onset envelope per second: local maxima above the neighbourhood's mean."""
    if len(onset) < 5:
        return 0.0
    local = np.convolve(onset, np.ones(17) / 17, mode="same")
    threshold = local + 0.15 * onset.std() + 0.02
    peak = (onset[1:-1] > onset[:-2]) & (onset[1:-1] >= onset[2:]) & (onset[1:-1] > threshold[1:-1])
    at = np.flatnonzero(peak) + 1
    kept = at[np.insert(np.diff(at) >= _ONSET_GAP_S * FRAMES_PER_S, 0, True)] if len(at) else at
    return float(len(kept) * FRAMES_PER_S / len(onset))


def track_beats(onset: Floats, tempo: float) -> Doubles:
    """Beat times in seconds: the path of best onsets at a near-constant period (Ellis 2007)."""
    period = 60 * FRAMES_PER_S / tempo
    strength = (onset / max(float(onset.std()), 1e-9)).astype(np.float64)
    spans = np.arange(round(period * 0.7), round(period * 1.4) + 1)
    penalty = -100.0 * np.log(spans / period) ** 2
    best = np.concatenate([np.zeros(spans[-1]), strength])
    back = np.full(len(strength), -1)
    offset = int(spans[-1])
    for t in range(len(strength)):
        previous = best[t + offset - spans] + penalty
        choice = int(previous.argmax())
        if previous[choice] > 0:
            best[t + offset] += previous[choice]
            back[t] = t - spans[choice]
    at = offset + len(strength) - spans[-1] + int(best[-spans[-1] :].argmax()) - offset
    beats: list[int] = []
    while at >= 0:
        beats.append(at)
        at = int(back[at])
    return _between_frames(strength, np.array(beats[::-1]))


def _between_frames(strength: Doubles, frames: NDArray[np.int64]) -> Doubles:
    """Times of these frames, each moved to the top of the parabola through its neighbours."""
    inner = np.clip(frames, 1, len(strength) - 2)
    left, middle, right = strength[inner - 1], strength[inner], strength[inner + 1]
    curvature = left - 2 * middle + right
    shift = np.where(curvature < 0, 0.5 * (left - right) / np.minimum(curvature, -1e-9), 0)
    times: Doubles = (frames + np.clip(shift, -0.5, 0.5)) * HOP / SAMPLE_RATE_HZ + ONSET_LAG_S
    return times
