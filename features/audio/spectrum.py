"""One pass over the short-time spectrum: shape, timbre, onsets and what a fingerprint needs.

The mono mix arrives block by block and is framed once (2048 samples, hop 1024, Hann), so
memory grows with the length of the track by a few numbers per frame only.
"""

from __future__ import annotations

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
BASS_MEL_BANDS = 5  # up to about 330 Hz
MFCC_COUNT = 13
CHUNK_FRAMES = 256
PRINT_BANDS = 33
PRINT_FRAMES = round(120 * FRAMES_PER_S)
_PRINT_HZ = (300.0, 3400.0)
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
        bass_onset: the same over the lowest bands, below about 330 Hz.
        mfcc: mel-frequency cepstral coefficients [shape=(t, 13)].
        bands: log power of 33 bands, 300 to 3400 Hz, of the first two minutes [shape=(at most t, 33)].
    """

    rms: Floats
    centroid_hz: Floats
    rolloff_hz: Floats
    flatness: Floats
    flux: Floats
    onset: Floats
    bass_onset: Floats
    mfcc: Floats
    bands: Floats


class SpectrumStream:
    """Frame descriptors of a mono signal at 44.1 kHz that arrives in blocks."""

    def __init__(self) -> None:
        self._parts: list[tuple[Floats, ...]] = []
        self._bands: list[Floats] = []
        self._frames = 0
        self._rest = np.zeros(0, dtype=np.float32)
        self._magnitude: Floats | None = None
        self._mel: Floats | None = None

    def hear(self, mono: Floats) -> None:
        """The next samples [shape=(n,)]; the same blocks give the same bits."""
        signal = np.concatenate([self._rest, mono])
        if len(signal) < FRAME:
            self._rest = signal
            return
        frames = np.lib.stride_tricks.sliding_window_view(signal, FRAME)[::HOP]
        self._rest = signal[len(frames) * HOP :].copy()
        for start in range(0, len(frames), CHUNK_FRAMES):
            self._parts.append(self._describe(frames[start : start + CHUNK_FRAMES]))

    def finish(self) -> Spectrum:
        """All frames; at least one must have been heard."""
        columns = [np.concatenate(column).astype(np.float32) for column in zip(*self._parts, strict=True)]
        columns.append(np.concatenate(self._bands)[:PRINT_FRAMES].astype(np.float32))
        return Spectrum(*columns)

    def _describe(self, frames: Floats) -> tuple[Floats, ...]:
        magnitude = _magnitude(frames)
        power = magnitude * magnitude
        log_mel = np.log10(power @ _mel_filters().T + _TINY)
        onset_mel = np.log1p(np.float32(1000.0) * magnitude @ _mel_filters().T)
        previous = magnitude[:1] if self._magnitude is None else self._magnitude
        flux = np.linalg.norm(np.diff(magnitude, axis=0, prepend=previous), axis=1)
        rise = np.maximum(np.diff(onset_mel, axis=0, prepend=onset_mel[:1] if self._mel is None else self._mel), 0)
        self._magnitude, self._mel = magnitude[-1:].copy(), onset_mel[-1:].copy()
        if self._frames < PRINT_FRAMES:
            self._bands.append(np.log10(power @ _print_filters().T + _TINY))
        self._frames += len(frames)
        return (
            np.sqrt((frames * frames).mean(axis=1)),
            *_shape(magnitude, power),
            flux,
            rise.mean(axis=1),
            rise[:, :BASS_MEL_BANDS].mean(axis=1),
            log_mel @ _dct().T,
        )


def describe(mono: Floats) -> Spectrum:
    """Frame descriptors of a whole mono signal at 44.1 kHz [shape=(n,)], n at least one frame."""
    stream = SpectrumStream()
    for start in range(0, len(mono), CHUNK_FRAMES * HOP):
        stream.hear(mono[start : start + CHUNK_FRAMES * HOP])
    return stream.finish()


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
def _print_filters() -> Floats:
    """Logarithmically spaced triangular bands that overlap by half [shape=(33, 1025)]."""
    edges = np.geomspace(*_PRINT_HZ, PRINT_BANDS + 2)
    frequencies = np.linspace(0, SAMPLE_RATE_HZ / 2, FRAME // 2 + 1)
    low, mid, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    bin_hz = SAMPLE_RATE_HZ / FRAME  # never narrower than a bin, so that no band is empty
    rising = (frequencies - low) / np.maximum(mid - low, bin_hz)
    falling = (high - frequencies) / np.maximum(high - mid, bin_hz)
    filters: Floats = np.clip(np.minimum(rising + 0.5, falling + 0.5), 0, 1).astype(np.float32)
    return filters


@cache
def _dct() -> Floats:
    """Orthonormal DCT-II, first 13 rows [shape=(13, 40)]."""
    k = np.arange(MFCC_COUNT)[:, None]
    n = np.arange(MEL_BANDS)[None, :]
    basis = np.sqrt(2 / MEL_BANDS) * np.cos(np.pi * k * (2 * n + 1) / (2 * MEL_BANDS))
    basis[0] /= np.sqrt(2)
    rows: Floats = basis.astype(np.float32)
    return rows
