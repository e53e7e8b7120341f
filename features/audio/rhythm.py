"""Tempo, its alternatives and its steadiness from the onset envelope.

Tempo: autocorrelation of the envelope, averaged over eight multiples of each period (a
comb, after Percival & Tzanetakis, TASLP 2014), raised where half the period repeats too and
lowered where two thirds of it do (the beat is then a shorter one), weighed by the tempi
people tap to (log-normal around 120 BPM; Parncutt 1994, van Noorden & Moelants 1999).
Weights chosen on every other clip of rendered scores and songs, see ``bench/audio.py``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.audio.beats import onset_rate_hz, track_beats
from features.audio.spectrum import FRAMES_PER_S, Floats

SLOWEST_BPM, FASTEST_BPM = 50.0, 200.0
PREFERRED_BPM, PREFERENCE_OCTAVES = 120.0, 0.8
COMB_TEETH = 8
HALF_PERIOD, CROSS_PERIOD = 0.2, 0.3
MIN_RHYTHM_S = 4.0
WINDOW_S = 12.0
_SAME = 0.04
_RELATED = (1.0, 2.0, 0.5, 3.0, 1 / 3)
_CONFIDENCE_WEIGHTS, _CONFIDENCE_BIAS = np.array([5.2, 5.7, -0.8, 1.4, 2.6]), -4.0
_USUAL_OCTAVES = 0.7  # log2 of onsets per beat
_GRID = np.exp(np.arange(np.log(SLOWEST_BPM), np.log(FASTEST_BPM), 0.005))
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Tempo and beats.

    Args:
        tempo_bpm: None when nothing repeats.
        confidence: how probably the tempo is right within 4 %, 0..1.
        alternatives_bpm: the next best tempi, other metrical levels among them, best first.
        stability: share of 12 s windows that by themselves have this tempo or a metrical level of
            it; None when there are fewer than three.
        beats_s: times of the beats.
        onset_rate_hz: note onsets per second.
    """

    tempo_bpm: float | None
    confidence: float
    alternatives_bpm: list[float]
    stability: float | None
    beats_s: list[float]
    onset_rate_hz: float


def analyse(onset: Floats) -> Rhythm:
    """Rhythm from the onset envelope [shape=(t,)]."""
    rate = onset_rate_hz(onset)
    if len(onset) < MIN_RHYTHM_S * FRAMES_PER_S or not rate:
        return Rhythm(None, 0.0, [], None, [], rate)
    periodicity = autocorrelation(onset)
    scores = _score(periodicity, _GRID)
    if scores.max() <= 0:
        return Rhythm(None, 0.0, [], None, [], rate)
    tempo = float(_GRID[scores.argmax()])
    windows = _window_tempi(onset)
    confidence = _confidence(cues(periodicity, scores, rate))
    beats = track_beats(onset, tempo)
    return Rhythm(
        tempo_bpm=_refine(tempo, beats),
        confidence=confidence,
        alternatives_bpm=_alternatives(scores),
        stability=_stability(windows, tempo),
        beats_s=[float(b) for b in beats],
        onset_rate_hz=rate,
    )


def autocorrelation(onset: Floats) -> Doubles:
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


def _comb(periodicity: Doubles, bpm: Doubles, multiples: Doubles) -> Doubles:
    """Mean autocorrelation at these multiples of each beat period."""
    lags = (60 * FRAMES_PER_S / bpm)[:, None] * multiples
    inside = lags <= len(periodicity) - 1
    values = np.where(inside, np.interp(lags, np.arange(len(periodicity)), periodicity), 0)
    mean: Doubles = values.sum(axis=1) / np.maximum(inside.sum(axis=1), 1)
    return mean


def _score(periodicity: Doubles, bpm: Doubles) -> Doubles:
    whole = _comb(periodicity, bpm, np.arange(1.0, COMB_TEETH + 1))
    half = _comb(periodicity, bpm, np.array([0.5]))
    cross = _comb(periodicity, bpm, np.array([2 / 3, 4 / 3]))
    scores: Doubles = np.maximum(whole + HALF_PERIOD * half - CROSS_PERIOD * cross, 0) * _preference(bpm)
    return scores


def _preference(bpm: Doubles | float) -> Doubles:
    """How readily people tap at this tempo, 1 at 120 BPM."""
    weight: Doubles = np.exp(-0.5 * (np.log2(np.asarray(bpm) / PREFERRED_BPM) / PREFERENCE_OCTAVES) ** 2)
    return weight


def _window_tempi(onset: Floats) -> list[float]:
    """Tempo of each 12 s by itself, windows side by side."""
    size = round(WINDOW_S * FRAMES_PER_S)
    found = []
    for start in range(0, len(onset) - size + 1, size):
        part = onset[start : start + size]
        if part.max() > 0:
            found.append(float(_GRID[_score(autocorrelation(part), _GRID).argmax()]))
    return found


def _stability(windows: list[float], tempo: float) -> float | None:
    if len(windows) < 3:
        return None
    return sum(_related(window, tempo) for window in windows) / len(windows)


def _related(one: float, other: float) -> bool:
    return any(abs(one / other / ratio - 1) <= _SAME for ratio in _RELATED)


def _alternatives(scores: Doubles) -> list[float]:
    """The two best tempi that are not the best one's neighbours."""
    left = scores.copy()
    found: list[float] = []
    for _ in range(3):
        best = int(left.argmax())
        if left[best] <= 0:
            break
        found.append(float(_GRID[best]))
        left[np.abs(np.log(_GRID / _GRID[best])) < 2 * _SAME] = 0
    return found[1:]


def cues(periodicity: Doubles, scores: Doubles, onset_hz: float) -> Doubles:
    """What the confidence rests on [shape=(5,)].

    How far the best rival stays behind, how strongly the period repeats, how far the onsets per
    beat are from the usual 1.6 (octaves), how strongly half and twice the period repeat beside it.
    """
    best = int(scores.argmax())
    tempo = float(_GRID[best])
    rivals = scores[np.abs(np.log(_GRID / tempo)) > 2 * _SAME]
    margin = 1 - float(rivals.max()) / float(scores[best])
    levels = _comb(periodicity, tempo * np.array([1.0, 2.0, 0.5]), np.arange(1.0, COMB_TEETH + 1))
    per_beat = np.log2(max(onset_hz * 60 / tempo, 0.1))
    shares = np.clip(levels[1:] / max(float(levels[0]), 1e-6), -2, 2)
    return np.array([margin, min(max(levels[0], 0) / 0.5, 1), abs(per_beat - _USUAL_OCTAVES), *shares])


def _confidence(given: Doubles) -> float:
    """Logistic regression of "right within 4 %" on the cues, fitted on every other clip."""
    return float(1 / (1 + np.exp(-(_CONFIDENCE_WEIGHTS @ given + _CONFIDENCE_BIAS))))


def _refine(tempo: float, beats: Doubles) -> float:
    """The tempo of the beats themselves, when they keep to the estimate."""
    if len(beats) < 8:
        return tempo
    slope = float(np.polyfit(np.arange(len(beats)), beats, 1)[0])
    tracked = 60 / slope
    return tracked if abs(tracked / tempo - 1) <= _SAME / 2 else tempo
