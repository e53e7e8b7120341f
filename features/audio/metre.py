"""Metre and downbeats from accents at the beats.

Each beat gets an accent: the rise of the bass, of all bands, and the change of harmony. In a
bar of three the accents repeat every third beat, in one of two or four every second and
fourth; the phase with the strongest accents is the downbeat.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.audio.pitch import FRAMES_PER_S as PITCH_FRAMES_PER_S
from features.audio.spectrum import FRAMES_PER_S, Floats

MIN_BEATS = 24
CLEAR = 0.7
_SHARPNESS = 10.0  # a lead of .1 was right in every test set
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Metre:
    """Beats in a bar.

    Args:
        beats_per_bar: 3 or 4; None when there are too few beats or the accents do not tell.
        confidence: how probably it is right (stated or not), 0..1; 0 without beats enough.
        downbeats_s: first beats of the bars; empty when the metre is not stated.
    """

    beats_per_bar: int | None
    confidence: float
    downbeats_s: list[float]


def analyse(beats_s: list[float], onset: Floats, bass_onset: Floats, hpcp: Floats) -> Metre:
    """Metre from beat times, onset envelopes [shape=(t,)] and pitch classes [shape=(p, 12)]."""
    if len(beats_s) < MIN_BEATS or len(hpcp) < 2:
        return Metre(None, 0.0, [])
    accents = beat_accents(np.array(beats_s), onset, bass_onset, hpcp)
    three, four = bar_evidence(accents)
    lead = three - four
    bar = 3 if lead > 0 else 4
    confidence = float(1 / (1 + np.exp(-_SHARPNESS * abs(lead))))
    if confidence < CLEAR:
        return Metre(None, confidence, [])
    total = accents.sum(axis=1)
    first = int(np.argmax([total[phase::bar].mean() for phase in range(bar)]))
    return Metre(bar, confidence, beats_s[first::bar])


def beat_accents(beats_s: Doubles, onset: Floats, bass_onset: Floats, hpcp: Floats) -> Doubles:
    """Accent of each beat in standard units: onset, bass, change of harmony [shape=(beats, 3)]."""
    frames = np.round(beats_s * FRAMES_PER_S).astype(int)
    columns = [_around(envelope, frames) for envelope in (onset, bass_onset)]
    columns.append(_harmony_change(beats_s, hpcp))
    accents = np.stack(columns, axis=1)
    standard: Doubles = (accents - accents.mean(axis=0)) / np.maximum(accents.std(axis=0), 1e-9)
    return standard


def _around(envelope: Floats, frames: NDArray[np.int64]) -> Doubles:
    """The greatest value within two frames of each."""
    near = np.clip(frames[:, None] + np.arange(-2, 3), 0, len(envelope) - 1)
    peaks: Doubles = envelope[near].max(axis=1).astype(np.float64)
    return peaks


def _harmony_change(beats_s: Doubles, hpcp: Floats) -> Doubles:
    """1 - cosine between the pitch classes of the beat before and the beat after each beat."""
    edges = np.clip(np.round(beats_s * PITCH_FRAMES_PER_S).astype(int), 0, len(hpcp))
    summed = np.concatenate([np.zeros((1, 12)), np.cumsum(hpcp, axis=0)])
    step = max(int(np.median(np.diff(edges))), 1)
    after = summed[np.minimum(edges + step, len(hpcp))] - summed[edges]
    before = summed[edges] - summed[np.maximum(edges - step, 0)]
    norms = np.linalg.norm(after, axis=1) * np.linalg.norm(before, axis=1)
    change: Doubles = np.where(norms > 0, 1 - (after * before).sum(axis=1) / np.maximum(norms, 1e-12), 0)
    return change


def bar_evidence(accents: Doubles) -> tuple[float, float]:
    """How much of the accents' variance the position in a bar of three and of four explains."""
    return _explained(accents, 3), _explained(accents, 4)


def _explained(accents: Doubles, bar: int) -> float:
    """Adjusted share of variance between positions of the bar, mean over the accents' kinds."""
    count = len(accents)
    between = np.zeros(accents.shape[1])
    for phase in range(bar):
        at_beat = accents[phase::bar]
        between += len(at_beat) * at_beat.mean(axis=0) ** 2
    share = between / count
    adjusted = 1 - (1 - share) * (count - 1) / (count - bar)
    return float(adjusted.mean())
