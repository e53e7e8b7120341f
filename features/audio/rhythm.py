"""Tempo, beats and onsets from the onset envelope.

Tempo: autocorrelation of the envelope, summed over eight multiples of each period
(a comb, after Percival & Tzanetakis, TASLP 2014), weighed by the tempi people tap to
(log-normal around 110 BPM; Parncutt 1994, van Noorden & Moelants 1999). Essentia's
PercivalBpmEstimator is a second witness: it may win on the same score, and its agreement
feeds the confidence. Beats: dynamic programming (Ellis, JNMR 2007).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.audio.spectrum import FRAME, FRAMES_PER_S, HOP, SAMPLE_RATE_HZ, Floats

SLOWEST_BPM, FASTEST_BPM = 50.0, 200.0
PREFERRED_BPM, PREFERENCE_OCTAVES = 110.0, 0.8
COMB_TEETH = 8
MIN_RHYTHM_S = 4.0
WITNESS_S = 60
_SAME = 0.04
_ONSET_GAP_S = 0.05
# The log spectrum of a struck note rises most when the note enters the last quarter of a frame.
_ONSET_LAG_S = 0.75 * FRAME / SAMPLE_RATE_HZ
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Tempo and beats; ``tempo_bpm`` is None when nothing repeats."""

    tempo_bpm: float | None
    confidence: float
    beats_s: list[float]
    onset_rate_hz: float


def analyse(mono: Floats, onset: Floats) -> Rhythm:
    """Rhythm of a mono signal at 44.1 kHz [shape=(n,)] and its onset envelope [shape=(t,)]."""
    rate = onset_rate_hz(onset)
    if len(onset) < MIN_RHYTHM_S * FRAMES_PER_S or not rate:
        return Rhythm(None, 0.0, [], rate)
    periodicity = _autocorrelation(onset)
    grid = np.exp(np.arange(np.log(SLOWEST_BPM), np.log(FASTEST_BPM), 0.005))
    scores = _score(periodicity, grid)
    if scores.max() <= 0:
        return Rhythm(None, 0.0, [], rate)
    witness = _percival_bpm(mono)
    tempo = float(grid[scores.argmax()])
    if SLOWEST_BPM <= witness <= FASTEST_BPM and _score(periodicity, np.array([witness]))[0] > scores.max():
        tempo = witness
    confidence = _confidence(periodicity, grid, scores, tempo, witness)
    beats = _track_beats(onset, tempo)
    return Rhythm(_refine(tempo, beats), confidence, [float(b) for b in beats], rate)


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


def _autocorrelation(onset: Floats) -> Doubles:
    """Autocorrelation of the locally normalised envelope, lag 0 = 1, up to 12 s."""
    from scipy.ndimage import gaussian_filter1d

    local = np.convolve(onset, np.ones(43) / 43, mode="same")
    signal = np.maximum(onset - local, 0).astype(np.float64)
    signal -= signal.mean()
    size = 1 << int(np.ceil(np.log2(2 * len(signal))))
    lags = min(int(12 * FRAMES_PER_S), len(signal) // 2 + 1)
    raw = np.fft.irfft(np.abs(np.fft.rfft(signal, size)) ** 2)[:lags]
    raw /= np.arange(len(signal), len(signal) - lags, -1) / len(signal)
    smooth: Doubles = gaussian_filter1d(raw / max(raw[0], 1e-12), 1.4)
    return smooth


def _comb(periodicity: Doubles, bpm: Doubles) -> Doubles:
    """Mean autocorrelation at the first eight multiples of each beat period."""
    lags = (60 * FRAMES_PER_S / bpm)[:, None] * np.arange(1, COMB_TEETH + 1)
    inside = lags <= len(periodicity) - 1
    values = np.where(inside, np.interp(lags, np.arange(len(periodicity)), periodicity), 0)
    mean: Doubles = values.sum(axis=1) / np.maximum(inside.sum(axis=1), 1)
    return mean


def _score(periodicity: Doubles, bpm: Doubles) -> Doubles:
    scores: Doubles = np.maximum(_comb(periodicity, bpm), 0) * _preference(bpm)
    return scores


def _preference(bpm: Doubles | float) -> Doubles:
    """How readily people tap at this tempo, 1 at 110 BPM."""
    weight: Doubles = np.exp(-0.5 * (np.log2(np.asarray(bpm) / PREFERRED_BPM) / PREFERENCE_OCTAVES) ** 2)
    return weight


def _percival_bpm(mono: Floats) -> float:
    """Essentia's estimate from the middle minute: a witness need not hear it all."""
    from features.audio.essentia_quiet import standard

    start = max(len(mono) - WITNESS_S * SAMPLE_RATE_HZ, 0) // 2
    heard = np.ascontiguousarray(mono[start : start + WITNESS_S * SAMPLE_RATE_HZ])
    return float(standard().PercivalBpmEstimator(sampleRate=SAMPLE_RATE_HZ)(heard))


def _confidence(periodicity: Doubles, grid: Doubles, scores: Doubles, tempo: float, witness: float) -> float:
    """0..1: the second witness agrees, the tempo is a usual one, no rival is near, the period repeats."""
    ratio = witness / tempo
    octave = min(abs(ratio - 2), abs(ratio - 0.5)) <= 2 * _SAME
    agreement = 1.0 if abs(ratio - 1) <= _SAME else 0.5 if octave else 0.0
    rivals = scores[np.abs(np.log(grid / tempo)) > 2 * _SAME]
    margin = 1 - float(rivals.max()) / max(float(scores.max()), 1e-12)
    strength = float(_comb(periodicity, np.array([tempo]))[0])
    parts = (agreement, float(_preference(tempo)), min(max(margin, 0) / 0.3, 1), min(max(strength, 0) / 0.35, 1))
    return sum(weight * part for weight, part in zip((0.3, 0.3, 0.2, 0.2), parts, strict=True))


def _track_beats(onset: Floats, tempo: float) -> Doubles:
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
    times: Doubles = (frames + np.clip(shift, -0.5, 0.5)) * HOP / SAMPLE_RATE_HZ + _ONSET_LAG_S
    return times


def _refine(tempo: float, beats: Doubles) -> float:
    """The tempo of the beats themselves, when they keep to the estimate."""
    if len(beats) < 8:
        return tempo
    slope = float(np.polyfit(np.arange(len(beats)), beats, 1)[0])
    tracked = 60 / slope
    return tracked if abs(tracked / tempo - 1) <= _SAME / 2 else tempo
