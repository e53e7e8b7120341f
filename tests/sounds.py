"""Sounds whose truth is known, and files that hold them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 44100
Floats = NDArray[np.float32]


def sine(seconds: float, hz: float = 440.0, peak: float = 0.5, rate: int = RATE) -> Floats:
    """A mono sine [shape=(n,)]."""
    t = np.arange(round(seconds * rate)) / rate
    return (peak * np.sin(2 * np.pi * hz * t)).astype(np.float32)


def clicks(bpm: float, seconds: float) -> Floats:
    """Short bright clicks, the first at 0.5 s, every fourth louder."""
    out = np.zeros(round(seconds * RATE), dtype=np.float32)
    click = sine(0.03, 1800, 0.5) * np.exp(-np.linspace(0, 8, round(0.03 * RATE))).astype(np.float32)
    for beat, at in enumerate(np.arange(0.5, seconds - 0.1, 60 / bpm)):
        start = round(at * RATE)
        out[start : start + len(click)] += click * (1.6 if beat % 4 == 0 else 1.0)
    return out


def chords(names: Sequence[Sequence[float]], seconds_each: float = 0.8) -> Floats:
    """Struck chords of four harmonics per note; notes are MIDI numbers."""
    parts = []
    fade = np.exp(-np.linspace(0, 3, round(seconds_each * RATE)))
    for notes in names:
        sound = np.zeros(round(seconds_each * RATE))
        for note in notes:
            hz = 440 * 2 ** ((note - 69) / 12)
            for harmonic in range(1, 5):
                sound += sine(seconds_each, hz * harmonic, 0.08 / harmonic)
        parts.append(sound * fade)
    return np.concatenate(parts).astype(np.float32)


C, F, G = (48, 60, 64, 67), (53, 60, 65, 69), (55, 59, 62, 67)
AM, DM, E = (45, 57, 60, 64), (50, 57, 62, 65), (52, 56, 59, 64)
C_MAJOR = [C, F, G, C] * 4
A_MINOR = [AM, DM, E, AM] * 4


def write(
    path: Path,
    samples: Floats,
    *,
    rate: int = RATE,
    codec: str = "pcm_s16le",
    layout: str = "mono",
    container: str = "wav",
) -> Path:
    """Encode samples [shape=(channels, n)] or (n,) with FFmpeg."""
    import av

    planar = np.atleast_2d(samples).astype(np.float32)
    with av.open(str(path), "w", format=container) as file:
        stream = file.add_stream(codec, rate=rate, layout=layout)
        size = stream.codec_context.frame_size or 1024
        resampler = av.AudioResampler(format=stream.format, layout=layout, rate=rate, frame_size=size)
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(planar), format="fltp", layout=layout)
        frame.rate = rate
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            file.mux(stream.encode(piece))
        file.mux(stream.encode(None))
    return path
