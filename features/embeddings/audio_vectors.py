"""Audio descriptors as unit vectors on the catalogue's own scale.

Seven groups, each of one weight however many descriptors it has:

- rhythm: log2 tempo, danceability, onset rate (log), chord change rate (log), beats per bar, stability of tempo;
- dynamics: loudness, loudness range, dynamic complexity, energy;
- timbre (double): centroid, rolloff and flux (log), flatness, zero crossings, 13 MFCC means, 13 deviations;
- harmony: mode signed by key strength, and the magnitudes of the Fourier transform of the
  pitch class profile (coefficients 1..6), which do not change when a song is transposed;
- shape (half): mean, deviation, slope and position of the peak of the energy curve;
- source: probability of a voice and of acoustic instruments, roughness;
- feeling (double): the descriptors the emotion model hears (``features.audio.emotion_descriptors``).

Of ten neighbours in the sample .786 share the style (chance .068), with the first five groups of
equal weight .589; of five neighbours of 125 real tracks .326 are the same artist's, then .259.

Each descriptor is centred on the catalogue's median, divided by its interquartile range (as
of a normal distribution) and clipped at 3; unknown means median. A small constant keeps a
wholly average track from having no direction.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from schemas import TABLES
from schemas.audio import EMOTION_DIM
from schemas.sound import AUDIO_DIM

_CLIP = 3.0
_IQR_OF_NORMAL = 1.349
_CONSTANT = 0.25

Group = list[np.ndarray]


def audio_vectors(features: pl.DataFrame) -> pl.DataFrame:
    """One row per track with audio features (contract ``audio_vectors``), sorted by track."""
    table = TABLES["audio_vectors"]
    if features.is_empty():
        return table.empty()
    ordered = features.sort("track_id")
    vectors = unit_rows(_weighted([(weight, group(ordered)) for weight, group in _GROUPS]))
    column = pl.Series("vector", vectors, dtype=pl.Array(pl.Float32, AUDIO_DIM)).arr.to_list()
    return table.frame(ordered.select("track_id", "extractor_version").with_columns(column))


def unit_rows(matrix: np.ndarray) -> np.ndarray:
    """Rows of norm 1, zero rows as they are [float32]."""
    norm = np.linalg.norm(matrix.astype(np.float64), axis=1, keepdims=True)
    rows: np.ndarray = (matrix / np.where(norm > 0, norm, 1.0)).astype(np.float32)
    return rows


def _weighted(groups: list[tuple[float, Group]]) -> np.ndarray:
    """Standardised descriptors, each group brought to its weight [shape=(tracks, AUDIO_DIM)]."""
    columns = [_standard(values) * np.sqrt(weight / len(group)) for weight, group in groups for values in group]
    matrix = np.zeros((len(columns[0]), AUDIO_DIM))
    matrix[:, : len(columns)] = np.stack(columns, axis=1)
    matrix[:, AUDIO_DIM - 1] = _CONSTANT
    return matrix


def _standard(values: np.ndarray) -> np.ndarray:
    known = values[np.isfinite(values)]
    if not len(known):
        return np.zeros(len(values))
    low, middle, high = np.quantile(known, [0.25, 0.5, 0.75])
    spread = (high - low) / _IQR_OF_NORMAL or float(known.std())
    scaled = np.clip((values - middle) / (spread or 1.0), -_CLIP, _CLIP)
    return np.where(np.isfinite(scaled), scaled, 0.0)


def _number(frame: pl.DataFrame, name: str) -> np.ndarray:
    return frame[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()


def _log(frame: pl.DataFrame, name: str, floor: float) -> np.ndarray:
    logarithm: np.ndarray = np.log2(np.maximum(_number(frame, name), floor))
    return logarithm


def _rhythm(frame: pl.DataFrame) -> Group:
    rates = [_log(frame, name, 0.05) for name in ("onset_rate_hz", "chord_change_rate_hz")]
    bars = [_number(frame, name) for name in ("beats_per_bar", "tempo_stability")]
    return [_log(frame, "tempo_bpm", 20.0), _number(frame, "danceability"), *rates, *bars]


def _dynamics(frame: pl.DataFrame) -> Group:
    return [_number(frame, n) for n in ("loudness_lufs", "loudness_range_lu", "dynamic_complexity_db", "energy")]


def _timbre(frame: pl.DataFrame) -> Group:
    bright = [_log(frame, "spectral_centroid_hz", 20.0), _log(frame, "spectral_rolloff_hz", 20.0)]
    flux = [_log(frame, "spectral_flux", 1e-6)]
    rough = [_number(frame, name) for name in ("spectral_flatness", "zero_crossing_rate")]
    return [*bright, *flux, *rough, *_list(frame, "mfcc_mean", 13), *_list(frame, "mfcc_std", 13)]


def _harmony(frame: pl.DataFrame) -> Group:
    sign = frame["mode"].replace_strict({"major": 1.0, "minor": -1.0}, default=0.0, return_dtype=pl.Float64)
    profile = np.stack(_list(frame, "hpcp_mean", 12), axis=1)
    magnitudes = np.abs(np.fft.rfft(profile, axis=1))[:, 1:] / np.maximum(profile.sum(axis=1, keepdims=True), 1e-9)
    return [sign.to_numpy() * _number(frame, "key_strength"), *magnitudes.T]


def _shape(frame: pl.DataFrame) -> Group:
    curves = [_of_curve(np.asarray(curve, dtype=np.float64)) for curve in frame["energy_curve"].to_list()]
    return list(np.array(curves).T)


def _of_curve(curve: np.ndarray) -> tuple[float, float, float, float]:
    """Mean, deviation, slope from start to end, position of the (first) peak 0..1; nan where there is no curve."""
    if len(curve) < 2:
        return (np.nan, np.nan, np.nan, np.nan)
    position = np.linspace(0.0, 1.0, len(curve))
    slope = float(np.dot(position - 0.5, curve - curve.mean()) / np.dot(position - 0.5, position - 0.5))
    return (float(curve.mean()), float(curve.std()), slope, float(position[int(curve.argmax())]))


def _source(frame: pl.DataFrame) -> Group:
    return [_number(frame, name) for name in ("voice_probability", "acoustic_probability", "roughness")]


def _feeling(frame: pl.DataFrame) -> Group:
    unheard = [np.nan] * EMOTION_DIM  # a row of an extractor without them
    rows = [unheard if row is None else row for row in frame["emotion_descriptors"].to_list()]
    return list(np.array(rows, dtype=np.float64).T)


def _list(frame: pl.DataFrame, name: str, length: int) -> Group:
    return list(frame[name].list.to_array(length).to_numpy().astype(np.float64).T)


_GROUPS: tuple[tuple[float, Callable[[pl.DataFrame], Group]], ...] = (
    (1.0, _rhythm),
    (1.0, _dynamics),
    (2.0, _timbre),
    (1.0, _harmony),
    (0.5, _shape),
    (1.0, _source),
    (2.0, _feeling),
)
