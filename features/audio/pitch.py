"""Pitch, frame by frame: spectral peaks to pitch classes, tuning and roughness, by Essentia.

Frames of 4096 samples side by side (about 11 a second). The tuning is told from the first
half minute; pitch classes of the whole track are measured against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from features.audio.essentia_quiet import raw, standard
from features.audio.spectrum import SAMPLE_RATE_HZ, Floats

FRAME = 4096
FRAMES_PER_S = SAMPLE_RATE_HZ / FRAME
_TUNING_FRAMES = round(30 * FRAMES_PER_S)
_ROUGH_EVERY, _ROUGH_PEAKS = 4, 20
_LOW_HZ, _HIGH_HZ = 40.0, 5000.0
_TUNING_FROM_HZ = 200.0  # lower peaks are placed too roughly to tell cents
_TUNED = 0.1
Peaks = tuple[Floats, Floats, Floats]


@dataclass(frozen=True, slots=True)
class Pitch:
    """Pitch content of a recording.

    Args:
        hpcp: harmonic pitch class profiles from A (Gómez 2006) [shape=(t, 12)].
        white: the same of the whitened spectrum, where quiet notes count as loud ones [shape=(t, 12)].
        tuning_cents: deviation of A4 from 440 Hz, -50 .. 50; None when peaks keep to no semitones.
        roughness: mean sensory dissonance of the strongest peaks, 0..1 (Plomp & Levelt 1965).
    """

    hpcp: Floats
    white: Floats
    tuning_cents: float | None
    roughness: float | None


class PitchStream:
    """Pitch of a mono signal at 44.1 kHz that arrives in blocks."""

    def __init__(self) -> None:
        es = standard()
        self._window = raw(es.Windowing(type="blackmanharris62", size=FRAME))
        self._spectrum = raw(es.Spectrum(size=FRAME))
        self._peaks = raw(
            es.SpectralPeaks(
                sampleRate=SAMPLE_RATE_HZ, minFrequency=_LOW_HZ, maxFrequency=_HIGH_HZ, maxPeaks=60, orderBy="magnitude"
            )
        )
        self._whiten = raw(es.SpectralWhitening(sampleRate=SAMPLE_RATE_HZ, maxFrequency=_HIGH_HZ))
        self._dissonance = raw(es.Dissonance())
        self._hpcp: Any = None
        self._tuning_hz: float | None = None
        self._waiting: list[Peaks] = []
        self._profiles: list[tuple[Floats, Floats]] = []
        self._rough: list[float] = []
        self._rest = np.zeros(0, dtype=np.float32)
        self._heard = 0

    def hear(self, mono: Floats) -> None:
        """The next samples [shape=(n,)]."""
        signal = np.concatenate([self._rest, mono])
        whole = len(signal) - len(signal) % FRAME
        for start in range(0, whole, FRAME):
            self._frame(signal[start : start + FRAME])
        self._rest = signal[whole:].copy()

    def finish(self) -> Pitch:
        """What was heard, once the last block is in."""
        self._tune()
        profiles = np.array(self._profiles, dtype=np.float32).reshape(-1, 2, 12)
        tuning = self._tuning_hz
        return Pitch(
            hpcp=profiles[:, 0],
            white=profiles[:, 1],
            tuning_cents=None if tuning is None else float(1200 * np.log2(tuning / 440)),
            roughness=float(np.mean(self._rough)) if self._rough else None,
        )

    def _frame(self, frame: Floats) -> None:
        spectrum = self._spectrum(self._window(frame))
        frequencies, magnitudes = self._peaks(spectrum)
        white = self._whiten(spectrum, frequencies, magnitudes) if len(frequencies) else magnitudes
        if self._heard % _ROUGH_EVERY == 0 and len(frequencies) > 1:
            order = np.argsort(frequencies[:_ROUGH_PEAKS])
            self._rough.append(float(self._dissonance(frequencies[order], magnitudes[order])))
        self._heard += 1
        if self._hpcp is None:
            self._waiting.append((frequencies, magnitudes, white))
            if len(self._waiting) == _TUNING_FRAMES:
                self._tune()
        else:
            self._profile(frequencies, magnitudes, white)

    def _tune(self) -> None:
        """Settle the tuning with the frames that waited for it."""
        if self._hpcp is not None:
            return
        self._tuning_hz = _tuning_hz(self._waiting)
        hpcp = standard().HPCP(
            size=12,
            sampleRate=SAMPLE_RATE_HZ,
            minFrequency=_LOW_HZ,
            maxFrequency=_HIGH_HZ,
            harmonics=4,
            referenceFrequency=self._tuning_hz or 440.0,
        )
        self._hpcp = raw(hpcp)
        for peaks in self._waiting:
            self._profile(*peaks)
        self._waiting.clear()

    def _profile(self, frequencies: Floats, magnitudes: Floats, white: Floats) -> None:
        self._profiles.append((self._hpcp(frequencies, magnitudes), self._hpcp(frequencies, white)))


def _tuning_hz(peaks: list[Peaks]) -> float | None:
    """Frequency of A4 from the circular mean of the peaks' deviations from semitones; None when they keep to none."""
    if not peaks:
        return None
    frequencies, magnitudes = (np.concatenate([frame[n] for frame in peaks]).astype(np.float64) for n in (0, 1))
    high = frequencies >= _TUNING_FROM_HZ
    weights = np.sqrt(magnitudes[high])
    mean = (weights * np.exp(2j * np.pi * 12 * np.log2(frequencies[high] / 440))).sum() / max(weights.sum(), 1e-12)
    if np.abs(mean) < _TUNED:
        return None
    return float(440 * 2 ** (np.angle(mean) / (2 * np.pi) / 12))
