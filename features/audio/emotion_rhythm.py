"""Rhythm and articulation for the emotion model: how dense, how regular, how sharp, how fast."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.audio.emotion_frames import FINE_RATE_HZ, AudioFrames

_GROUPS = {"low": slice(0, 6), "mid": slice(6, 14), "high": slice(14, 24)}
_MODULATION_HZ = ((0.3, 1.0), (1.0, 2.0), (2.0, 4.0), (4.0, 8.0), (8.0, 16.0))
_PERIODS_S = ((0.20, 0.30), (0.30, 0.40), (0.40, 0.55), (0.55, 0.75), (0.75, 1.10), (1.10, 1.60))
NAMES: tuple[str, ...] = (
    "onset_rate_log", "middle_onset_rate_log", "strong_onset_rate_log", "deep_onset_rate_log", "hit_rate_log",
    "movement_log", "deep_movement_log", "bass_movement_log", "onset_strength", "onset_sharpness", "onset_high_share",
    "ioi_variation", "pulse_clarity", "tempo_octaves", "decay_db", "attack_share", "percussive_share",
    *(f"periodicity_{low:g}" for low, _ in _PERIODS_S),
    *(f"modulation_{group}_{low:g}" for group in _GROUPS for low, _ in _MODULATION_HZ),
)  # fmt: skip
_FLOOR, _DEEP_FLOOR = 9.0, 12.0
_HIT = 0.7  # nepers; a band that rises by this is struck
Doubles = NDArray[np.float64]


def describe(heard: AudioFrames) -> list[float]:
    """The descriptors of ``NAMES``."""
    bands, rise = _rise(heard, _FLOOR)
    novelty = rise.mean(axis=1)
    onsets = _onsets(novelty, 0.10)
    seconds = len(heard.rms) / FINE_RATE_HZ
    _, deep = _rise(heard, _DEEP_FLOOR)  # hears what a dense mix covers
    hits = (deep > _HIT).mean(axis=1)
    gaps = np.diff(onsets) / FINE_RATE_HZ
    high = rise[:, _GROUPS["high"]].sum() / max(rise.sum(), 1e-9)
    periodicity = _autocorrelation(novelty)
    clarity, tempo = _pulse(periodicity)
    return [
        _rate(onsets, seconds),
        _rate(_onsets(novelty, 0.15), seconds),
        _rate(_onsets(novelty, 0.35), seconds),
        _rate(_onsets(deep.mean(axis=1), 0.25), seconds),
        _rate(_onsets(hits, 0.25), seconds),
        *(float(np.log(part.mean() + 1e-4)) for part in (novelty, deep, rise[:, _GROUPS["low"]])),
        float(novelty[onsets].mean()) if len(onsets) else 0.0,
        float(novelty.std() / (novelty.mean() + 1e-6)),
        float(high),
        float(gaps.std() / gaps.mean()) if len(gaps) > 2 else 1.0,
        clarity,
        tempo,
        *_articulation(heard, onsets),
        _percussive(bands),
        *_periodicities(periodicity),
        *_modulations(bands),
    ]


def _rise(heard: AudioFrames, floor: float) -> tuple[Doubles, Doubles]:
    """Log bands above a floor (nepers below the strongest), and how much each rises in 12 ms [shape=(t, 24)]."""
    bands = np.maximum(heard.bands, heard.bands.max() - floor).astype(np.float64)
    rise = np.maximum(bands[2:] - bands[:-2], 0) if len(bands) > 8 else np.zeros((8, bands.shape[1]))
    return bands, rise


def _rate(onsets: NDArray[np.int64], seconds: float) -> float:
    return float(np.log2(0.25 + len(onsets) / seconds))


def _onsets(novelty: Doubles, threshold: float) -> NDArray[np.int64]:
    """Frames of local maxima that exceed their surroundings (about 0.4 s) by ``threshold`` nepers."""
    if len(novelty) < 9:
        return np.zeros(0, dtype=np.int64)
    local = np.convolve(novelty, np.ones(33) / 33, mode="same")
    peak = (novelty[1:-1] > novelty[:-2]) & (novelty[1:-1] >= novelty[2:])
    at = np.flatnonzero(peak & (novelty[1:-1] > local[1:-1] + threshold)) + 1
    return at[np.insert(np.diff(at) >= 4, 0, True)] if len(at) else at


def _autocorrelation(novelty: Doubles) -> Doubles:
    """Autocorrelation of the novelty, lag 0 = 1, up to 3.3 s."""
    signal = novelty - novelty.mean()
    size = 1 << (2 * len(signal) - 1).bit_length()
    raw = np.fft.irfft(np.abs(np.fft.rfft(signal, size)) ** 2)[: int(3.3 * FINE_RATE_HZ)]
    smooth: Doubles = np.convolve(raw, np.ones(5) / 5, mode="same") / max(float(raw[0]), 1e-9)
    return smooth


def _pulse(periodicity: Doubles) -> tuple[float, float]:
    """Strength of the clearest pulse, 40 to 240 BPM, and its tempo in octaves from 110 BPM."""
    lags = np.arange(int(0.25 * FINE_RATE_HZ), min(int(1.5 * FINE_RATE_HZ), len(periodicity) // 2))
    if not len(lags):
        return 0.0, 0.0
    score = (periodicity[lags] + periodicity[2 * lags]) / 2
    preference = np.exp(-0.5 * (np.log2(60 * FINE_RATE_HZ / lags / 110) / 0.9) ** 2)
    best = int(lags[(score * preference).argmax()])
    return float(score.max()), float(np.log2(60 * FINE_RATE_HZ / best / 110))


def _articulation(heard: AudioFrames, onsets: NDArray[np.int64]) -> list[float]:
    """Mean fall in dB within 0.2 s after the note's top (staccato: large), and share of time spent rising."""
    db = 20 * np.log10(np.maximum(heard.rms.astype(np.float64), 1e-4))
    rising = float((np.diff(db) > 0.5).mean()) if len(db) > 1 else 0.0
    inner = onsets[onsets < len(db) - 20]
    if not len(inner):
        return [0.0, rising]
    around = db[inner[:, None] + np.arange(20)]
    return [float((around[:, :6].max(axis=1) - around[:, 6:].min(axis=1)).mean()), rising]


def _percussive(bands: Doubles) -> float:
    """How much short-time change stands against sustained tone: mean |Δ| along time over along frequency."""
    along_time = np.abs(np.diff(bands, axis=0)).mean() if len(bands) > 1 else 0.0
    return float(np.log((along_time + 1e-6) / (np.abs(np.diff(bands, axis=1)).mean() + 1e-6)))


def _periodicities(periodicity: Doubles) -> list[float]:
    """Strongest autocorrelation in six ranges of period."""
    values = []
    for low, high in _PERIODS_S:
        part = periodicity[int(low * FINE_RATE_HZ) : int(high * FINE_RATE_HZ)]
        values.append(float(part.max()) if len(part) else 0.0)
    return values


def _modulations(bands: Doubles) -> list[float]:
    """Log power of loudness modulation by rate, for low, middle and high bands (McKinney & Breebaart 2003)."""
    values = []
    for group in _GROUPS.values():
        envelope = bands[:, group].mean(axis=1)
        size = max(len(envelope), 512)
        power = np.abs(np.fft.rfft((envelope - envelope.mean()) * np.hanning(len(envelope)), size)) ** 2 / len(envelope)
        hz = np.fft.rfftfreq(size, 1 / FINE_RATE_HZ)
        values += [float(np.log(power[(hz >= low) & (hz < high)].mean() + 1e-4)) for low, high in _MODULATION_HZ]
    return values
