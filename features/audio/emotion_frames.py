"""Frames that the emotion descriptors rest on: fine log spectra, spectral peaks, pitch classes.

At most one minute is heard: three windows of 20 s out of a longer recording. Levels are
brought to one loudness first, so that mastering does not pass for feeling.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 44100
WINDOW_S, WINDOWS = 20, 3
_STARTS = (0.15, 0.50, 0.85)  # of what the windows leave free
FINE_FRAME, FINE_HOP = 1024, 512
FINE_RATE_HZ = SAMPLE_RATE_HZ / FINE_HOP
FRAME, HOP = 4096, 2048
RATE_HZ = SAMPLE_RATE_HZ / HOP
BANDS = 24
PEAKS = 20
LOWEST_HZ, HIGHEST_HZ = 55.0, 5000.0
REFERENCE_RMS = 0.1
_TINY = np.float32(1e-9)
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class AudioFrames:
    """What the ear has to judge by.

    Args:
        bands: log energy of 24 mel bands, about 86 frames a second, in nepers [shape=(t, 24)].
        rms: root mean square of each fine frame after levelling [shape=(t,)].
        magnitude: magnitude spectra, about 21.5 frames a second [shape=(u, 2049)].
        peak_hz: frequencies of the strongest peaks, 55 to 5000 Hz [shape=(u, 20)].
        peak: their magnitudes, 0 where a frame has fewer [shape=(u, 20)].
        chroma: pitch classes from A, each frame's energy as its sum [shape=(u, 12)].
        level_db: level before levelling, dB relative to full scale.
    """

    bands: Floats
    rms: Floats
    magnitude: Floats
    peak_hz: Floats
    peak: Floats
    chroma: Floats
    level_db: float


def listen(mono: Floats) -> AudioFrames:
    """Frames of a mono signal at 44.1 kHz [shape=(n,)]."""
    heard = excerpt(np.asarray(mono, dtype=np.float32))
    rms = float(np.sqrt(np.mean(np.square(heard, dtype=np.float64))))
    level = heard * np.float32(REFERENCE_RMS / max(rms, 1e-6))
    fine = _frames(level, FINE_FRAME, FINE_HOP)
    power = np.square(_magnitude(fine))
    magnitude = _magnitude(_frames(level, FRAME, HOP))
    peak_hz, peak = _peaks(magnitude)
    return AudioFrames(
        bands=np.log(power @ _mel(FINE_FRAME).T + _TINY),
        rms=np.sqrt((fine * fine).mean(axis=1)),
        magnitude=magnitude,
        peak_hz=peak_hz,
        peak=peak,
        chroma=_chroma(peak_hz, peak),
        level_db=20 * float(np.log10(max(rms, 1e-6))),
    )


def excerpt(mono: Floats) -> Floats:
    """All of a recording of up to a minute, else three windows of 20 s joined."""
    length = WINDOW_S * SAMPLE_RATE_HZ
    free = len(mono) - length
    if len(mono) <= WINDOWS * length + SAMPLE_RATE_HZ:
        return mono
    return np.concatenate([mono[int(free * at) : int(free * at) + length] for at in _STARTS])


def _frames(signal: Floats, size: int, hop: int) -> Floats:
    padded = np.pad(signal, (0, max(size - len(signal), 0)))
    return np.lib.stride_tricks.sliding_window_view(padded, size)[::hop]


def _magnitude(frames: Floats) -> Floats:
    from scipy import fft

    size = frames.shape[1]
    window = np.hanning(size).astype(np.float32) * np.float32(4 / size)
    parts = [np.abs(fft.rfft(frames[at : at + 256] * window, axis=1)) for at in range(0, len(frames), 256)]
    return np.concatenate(parts).astype(np.float32)


@cache
def _mel(size: int) -> Floats:
    """Triangular filters on the mel scale, 50 Hz to 14 kHz, unit sum [shape=(24, size / 2 + 1)]."""
    mel = np.linspace(2595 * np.log10(1 + 50 / 700), 2595 * np.log10(1 + 14000 / 700), BANDS + 2)
    edges = 700 * (10 ** (mel / 2595) - 1)
    hz = np.linspace(0, SAMPLE_RATE_HZ / 2, size // 2 + 1)
    low, mid, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    width = SAMPLE_RATE_HZ / size  # a filter is never narrower than a bin
    rise, fall = (hz - low) / np.maximum(mid - low, width), (high - hz) / np.maximum(high - mid, width)
    triangles = np.clip(np.minimum(rise, fall), 0, None)
    filters: Floats = (triangles / np.maximum(triangles.sum(axis=1, keepdims=True), 1e-9)).astype(np.float32)
    return filters


def _peaks(magnitude: Floats) -> tuple[Floats, Floats]:
    """The 20 strongest local maxima of each spectrum, moved to the top of their parabola (in log magnitude)."""
    width = SAMPLE_RATE_HZ / FRAME
    first, last = int(LOWEST_HZ / width), int(HIGHEST_HZ / width)
    left, mid, right = magnitude[:, first - 1 : last - 1], magnitude[:, first:last], magnitude[:, first + 1 : last + 1]
    strongest = magnitude.max(axis=1, keepdims=True)
    height = np.where((mid > left) & (mid >= right) & (mid > 0.003 * strongest), mid, 0)
    at = np.argsort(-height, axis=1, kind="stable")[:, :PEAKS]
    peak = np.take_along_axis(height, at, axis=1)
    a, b, c = (np.log(np.take_along_axis(x, at, axis=1) + _TINY) for x in (left, mid, right))
    curve = a - 2 * b + c
    shift = np.where(curve < 0, 0.5 * (a - c) / np.minimum(curve, -1e-6), 0)
    hz = (first + at + np.clip(shift, -0.5, 0.5)) * width
    return hz.astype(np.float32), peak.astype(np.float32)


def _chroma(peak_hz: Floats, peak: Floats) -> Floats:
    """Pitch classes of the peaks after tuning, energy compressed by a square root (Gómez 2006, simplified).

    Each peak also supports the notes of which it would be the 2nd to 4th harmonic.
    """
    weight = np.sqrt(peak)
    semitone = 12 * np.log2(np.maximum(peak_hz, 1.0) / 440.0)
    circle = (weight * np.exp(2j * np.pi * semitone)).sum()
    semitone = semitone - np.angle(circle) / (2 * np.pi)
    frames = np.repeat(np.arange(len(peak)), peak.shape[1])
    chroma = np.zeros(len(peak) * 12)
    for harmonic, share in ((1, 1.0), (2, 0.6), (3, 0.36), (4, 0.216)):
        pitch = semitone - 12 * np.log2(harmonic)
        near = np.rint(pitch)
        closeness = np.cos(np.pi * (pitch - near)) ** 2
        index = frames * 12 + np.mod(near, 12).astype(np.int64).ravel()
        chroma += np.bincount(index, (share * weight * closeness).ravel(), len(chroma))
    return chroma.reshape(-1, 12).astype(np.float32)
