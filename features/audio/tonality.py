"""Key, pitch classes and chords, by Essentia."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.audio.essentia_quiet import standard
from features.audio.spectrum import SAMPLE_RATE_HZ, Floats

FRAME, HOP = 4096, 4096
KEY_PROFILE = "bgate"
_HOLD_FRAMES = 4  # a chord shorter than 0.4 s is a passing note
_FLAT = {"Db": "C#", "D#": "Eb", "Gb": "F#", "G#": "Ab", "A#": "Bb"}


@dataclass(frozen=True, slots=True)
class Tonality:
    """Key and harmony; ``key`` and ``mode`` are None when nothing tonal is heard.

    Args:
        strength: correlation with the key profile, 0..1.
        hpcp_mean: mean harmonic pitch class profile from A, its maximum 1 [length=12].
        chord_change_rate_hz: changes of chord per second.
    """

    key: str | None
    mode: str | None
    strength: float
    hpcp_mean: list[float]
    chord_change_rate_hz: float


def analyse(mono: Floats) -> Tonality:
    """Tonality of a mono signal at 44.1 kHz [shape=(n,)]."""
    key, mode, strength = standard().KeyExtractor(
        profileType=KEY_PROFILE, sampleRate=SAMPLE_RATE_HZ, frameSize=FRAME, hopSize=HOP
    )(mono)
    hpcps = _pitch_classes(mono)
    mean = hpcps.mean(axis=0)
    tonal = mean.max() > 0 and strength > 0
    return Tonality(
        key=_FLAT.get(key, key) if tonal else None,
        mode=mode if tonal else None,
        strength=float(np.clip(strength, 0, 1)),
        hpcp_mean=[float(v) for v in (mean / mean.max() if mean.max() > 0 else mean)],
        chord_change_rate_hz=_chord_change_rate(hpcps) if tonal else 0.0,
    )


def _pitch_classes(mono: Floats) -> NDArray[np.float32]:
    """Harmonic pitch class profiles, about 11 a second [shape=(t, 12)] (Gómez 2006)."""
    es = standard()
    window = es.Windowing(type="blackmanharris62", size=FRAME)
    spectrum = es.Spectrum(size=FRAME)
    peaks = es.SpectralPeaks(
        sampleRate=SAMPLE_RATE_HZ, minFrequency=40, maxFrequency=5000, maxPeaks=60, orderBy="magnitude"
    )
    profile = es.HPCP(size=12, sampleRate=SAMPLE_RATE_HZ, minFrequency=40, maxFrequency=5000, harmonics=4)
    frames = [
        profile(*peaks(spectrum(window(frame))))
        for frame in es.FrameGenerator(mono, frameSize=FRAME, hopSize=HOP, startFromZero=True)
    ]
    return np.array(frames, dtype=np.float32).reshape(-1, 12)


def _chord_change_rate(hpcps: NDArray[np.float32]) -> float:
    """Changes per second between chords that hold for at least 0.4 s."""
    if len(hpcps) < 2 * _HOLD_FRAMES:
        return 0.0
    chords, _ = standard().ChordsDetection(sampleRate=SAMPLE_RATE_HZ, hopSize=HOP, windowSize=1.0)(hpcps)
    held: list[str] = []
    start = 0
    for at in range(1, len(chords) + 1):
        if at == len(chords) or chords[at] != chords[start]:
            if at - start >= _HOLD_FRAMES and (not held or held[-1] != chords[start]):
                held.append(chords[start])
            start = at
    return max(len(held) - 1, 0) * SAMPLE_RATE_HZ / HOP / len(hpcps)
