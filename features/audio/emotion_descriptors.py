"""Descriptors for the emotion model, in a fixed order: one list per recording.

Chosen for carrying over from one instrument or recording to another (Gabrielsson & Lindström
2010; Eerola & Vuoskoski 2013; Panda, Malheiro & Paiva 2020): dynamics, articulation, rhythm,
register, roughness, mode and harmony beside a coarse timbre. Levels are relative to the
recording's own loudness, except ``level_db`` and ``loud_flux``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.audio import emotion_harmony, emotion_rhythm
from features.audio.emotion_frames import BANDS, FRAME, SAMPLE_RATE_HZ, AudioFrames, Floats, listen

_CONTRAST = ((100, 300), (300, 900), (900, 2700), (2700, 8000))
_MFCC = 10

_DYNAMICS = ("level_db", "rms_db_mean", "rms_db_std", "rms_db_p10", "rms_db_p90", "low_energy_share", "rms_db_slow_std")
_TIMBRE = (
    "centroid_octaves_mean", "centroid_octaves_std", "rolloff_octaves_mean", "flatness_log_mean", "flatness_log_std",
    "entropy_mean", "flux_mean", "loud_flux", "flux_std", "tilt", "bass_share_log", "air_share_log",
    *(f"contrast_{low}" for low, _ in _CONTRAST),
    *(f"mfcc_{n}_mean" for n in range(1, _MFCC + 1)),
    *(f"mfcc_{n}_std" for n in range(1, _MFCC + 1)),
)  # fmt: skip
NAMES: tuple[str, ...] = (*_DYNAMICS, *_TIMBRE, *emotion_rhythm.NAMES, *emotion_harmony.NAMES)
LENGTH = len(NAMES)


def emotion_descriptors(mono: Floats) -> list[float]:
    """The descriptors of ``NAMES`` for a mono signal at 44.1 kHz [shape=(n,), at least a second]."""
    heard = listen(mono)
    values = (
        *_dynamics(heard),
        *_timbre(heard),
        *emotion_rhythm.describe(heard),
        *emotion_harmony.describe(heard),
    )
    return [float(v) for v in np.nan_to_num(np.array(values, dtype=np.float64), posinf=0.0, neginf=0.0)]


def _dynamics(heard: AudioFrames) -> list[float]:
    db = 20 * np.log10(np.maximum(heard.rms, 1e-5))
    slow = db[: len(db) // 86 * 86].reshape(-1, 86).mean(axis=1) if len(db) >= 172 else db[:1]
    low, high = np.percentile(db, (10, 90))
    share = float((heard.rms < heard.rms.mean()).mean())
    return [heard.level_db, float(db.mean()), float(db.std()), float(low), float(high), share, float(slow.std())]


def _timbre(heard: AudioFrames) -> list[float]:
    magnitude = heard.magnitude[heard.magnitude.sum(axis=1) >= 0.02 * heard.magnitude.sum(axis=1).mean()]
    hz = np.linspace(0, SAMPLE_RATE_HZ / 2, FRAME // 2 + 1, dtype=np.float32)
    total = magnitude.sum(axis=1) + 1e-9
    centroid = np.log2(np.maximum(magnitude @ hz / total, 50))
    power = magnitude * magnitude
    energy = np.cumsum(power, axis=1)
    rolloff = np.log2(np.maximum(hz[np.argmax(energy >= 0.85 * energy[:, -1:], axis=1)], 50))
    audible = magnitude[:, 10:1300] + 1e-7  # 108 Hz to 14 kHz
    flatness = np.log(audible).mean(axis=1) - np.log(audible.mean(axis=1))
    share = audible / audible.sum(axis=1, keepdims=True)
    entropy = -(share * np.log(share)).sum(axis=1)
    flux = np.linalg.norm(np.diff(magnitude, axis=0), axis=1) if len(magnitude) > 1 else np.zeros(1)
    moving = float(np.log(flux.mean() + 1e-6))
    mean_power = power.mean(axis=0)
    everything = mean_power.sum() + 1e-12
    bass, air = mean_power[hz < 150].sum() / everything, mean_power[hz > 5000].sum() / everything
    cepstra = (heard.bands - heard.bands.mean()) @ _dct().T
    tilt = float(np.polyfit(np.linspace(-1, 1, BANDS), heard.bands.mean(axis=0), 1)[0])
    return [
        float(centroid.mean()), float(centroid.std()), float(rolloff.mean()), float(flatness.mean()),
        float(flatness.std()), float(entropy.mean()), moving, moving + np.log(10) / 20 * heard.level_db,
        float(flux.std() / (flux.mean() + 1e-6)), tilt, float(np.log(bass + 1e-5)), float(np.log(air + 1e-6)),
        *_contrast(magnitude, hz), *cepstra.mean(axis=0), *cepstra.std(axis=0),
    ]  # fmt: skip


def _contrast(magnitude: Floats, hz: Floats) -> list[float]:
    """Log of the strong over the weak bins in each of four bands (Jiang et al. 2002)."""
    values = []
    for low, high in _CONTRAST:
        band = magnitude[:, (hz >= low) & (hz < high)] + 1e-7
        weak, strong = np.percentile(band, (20, 90), axis=1)
        values.append(float(np.log(strong / weak).mean()))
    return values


def _dct() -> NDArray[np.float64]:
    """DCT-II, rows 1 to 10 [shape=(10, 24)]; row 0, the level, is left out."""
    k, n = np.arange(1, _MFCC + 1)[:, None], np.arange(BANDS)[None, :]
    basis: NDArray[np.float64] = np.sqrt(2 / BANDS) * np.cos(np.pi * k * (2 * n + 1) / (2 * BANDS))
    return basis
