"""One pass over the short-time spectrum: shape, timbre and the onset envelope.

The mono mix is framed once (2048 samples, hop 1024, Hann) in chunks, so memory does not
grow with the length of the track beyond a few numbers per frame.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

SAMPLE_RATE_HZ = 44100
FRAME = 2048
HOP = 1024
FRAMES_PER_S = SAMPLE_RATE_HZ / HOP
MEL_BANDS = 40
MFCC_COUNT = 13
CHUNK_FRAMES = 256
_TINY = np.float32(1e-10)


@dataclass(frozen=True, slots=True)
class Spectrum:
    """Descriptors of each frame [shape=(t,)], sampled at ``FRAMES_PER_S``.

    Args:
        rms: root mean square of the frame, full scale = 1.
        centroid_hz: centre of gravity of the magnitude spectrum.
        rolloff_hz: frequency below which 85 % of the energy lies.
        flatness: geometric over arithmetic mean of the magnitude, 0 tonal .. 1 noise.
        flux: Euclidean distance of consecutive magnitude spectra (full-scale sine = about 1).
        onset: half-wave rectified rise of the log mel spectrum, mean over bands
            (SuperFlux without vibrato suppression; Böck & Widmer, DAFx 2013).
        mfcc: mel-frequency cepstral coefficients [shape=(t, 13)].
    """

    rms: Floats
    centroid_hz: Floats
    rolloff_hz: Floats
    flatness: Floats
    flux: Floats
    onset: Floats
    mfcc: Floats


def describe(mono: Floats) -> Spectrum:
    """Frame descriptors of a mono signal at 44.1 kHz [shape=(n,)], n at least one frame."""
    parts: list[tuple[Floats, ...]] = []
    last_magnitude: Floats | None = None
    last_mel: Floats | None = None
    for frames in _chunks(mono):
        magnitude = _magnitude(frames)
        power = magnitude * magnitude
        log_mel = np.log10(power @ _mel_filters().T + _TINY)
        onset_mel = np.log1p(np.float32(1000.0) * magnitude @ _mel_filters().T)
        previous = magnitude[:1] if last_magnitude is None else last_magnitude
        flux = np.linalg.norm(np.diff(magnitude, axis=0, prepend=previous), axis=1)
        rise = np.diff(onset_mel, axis=0, prepend=onset_mel[:1] if last_mel is None else last_mel)
        parts.append(
            (
                np.sqrt((frames * frames).mean(axis=1)),
                *_shape(magnitude, power),
                flux,
                np.maximum(rise, 0).mean(axis=1),
                log_mel @ _dct().T,
            )
        )
        last_magnitude, last_mel = magnitude[-1:], onset_mel[-1:]
    return Spectrum(*(np.concatenate(column).astype(np.float32) for column in zip(*parts, strict=True)))


def zero_crossing_rate(mono: Floats) -> float:
    """Share of neighbouring samples whose sign differs."""
    negative = np.signbit(mono)
    return float(np.count_nonzero(negative[1:] != negative[:-1])) / max(len(mono) - 1, 1)


def _chunks(mono: Floats) -> Iterator[Floats]:
    windows = np.lib.stride_tricks.sliding_window_view(mono, FRAME)[::HOP]
    for start in range(0, len(windows), CHUNK_FRAMES):
        yield windows[start : start + CHUNK_FRAMES]


def _magnitude(frames: Floats) -> Floats:
    """Magnitudes scaled so that a full-scale sine peaks at about 1 [shape=(t, 1025)]."""
    from scipy import fft

    window = np.hanning(FRAME).astype(np.float32) * np.float32(4 / FRAME)
    magnitude: Floats = np.abs(fft.rfft(frames * window, axis=1))
    return magnitude


def _shape(magnitude: Floats, power: Floats) -> tuple[Floats, Floats, Floats]:
    """Centroid and rolloff in Hz, flatness."""
    frequencies = np.linspace(0, SAMPLE_RATE_HZ / 2, FRAME // 2 + 1, dtype=np.float32)
    total = magnitude.sum(axis=1) + _TINY
    centroid = (magnitude @ frequencies) / total
    energy = np.cumsum(power, axis=1)
    rolloff = frequencies[np.argmax(energy >= np.float32(0.85) * energy[:, -1:], axis=1)]
    flatness = np.exp(np.log(magnitude + _TINY).mean(axis=1)) / (total / magnitude.shape[1])
    return centroid, rolloff, np.minimum(flatness, 1)


@cache
def _mel_filters() -> Floats:
    """Triangular mel filters of unit area, 40 to 16000 Hz [shape=(40, 1025)]."""
    edges_mel = np.linspace(_to_mel(40.0), _to_mel(16000.0), MEL_BANDS + 2)
    edges = 700.0 * (10 ** (edges_mel / 2595.0) - 1)
    frequencies = np.linspace(0, SAMPLE_RATE_HZ / 2, FRAME // 2 + 1)
    low, mid, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    triangles = np.clip(np.minimum((frequencies - low) / (mid - low), (high - frequencies) / (high - mid)), 0, None)
    filters: Floats = (triangles / np.maximum(triangles.sum(axis=1, keepdims=True), 1e-9)).astype(np.float32)
    return filters


def _to_mel(hz: float) -> float:
    return float(2595.0 * np.log10(1 + hz / 700.0))


@cache
def _dct() -> Floats:
    """Orthonormal DCT-II, first 13 rows [shape=(13, 40)]."""
    k = np.arange(MFCC_COUNT)[:, None]
    n = np.arange(MEL_BANDS)[None, :]
    basis = np.sqrt(2 / MEL_BANDS) * np.cos(np.pi * k * (2 * n + 1) / (2 * MEL_BANDS))
    basis[0] /= np.sqrt(2)
    rows: Floats = basis.astype(np.float32)
    return rows
