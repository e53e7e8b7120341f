"""Whether two sounds are one recording: by fingerprints where they tell, by the spectrum where nothing moves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.audio.fingerprint import fingerprint
from features.audio.recordings import aligned_error, tells
from features.audio.spectrum import FRAME, HOP, PRINT_FRAMES, describe

HEARD_S = 120.0
MIN_SPECTRUM_LIKENESS = 0.95
TONE_BINS, TONE_SHARE = 8, 0.95  # so few frequencies with so much of the power: what else moves is noise
Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Likeness:
    """What is compared of a sound.

    Args:
        words: its fingerprint.
        spectrum: mean power per frequency, of unit norm [shape=(1025,)].
    """

    words: NDArray[np.int32]
    spectrum: NDArray[np.float64]


def likeness(mono: Floats) -> Likeness | None:
    """Of the first two minutes of a mono sound at 44.1 kHz [shape=(n,)]; None where it is too short to tell."""
    heard = mono[: PRINT_FRAMES * HOP]
    if len(heard) < 2 * FRAME:
        return None
    frames = np.lib.stride_tricks.sliding_window_view(heard, FRAME)[::FRAME]
    power = np.square(np.abs(np.fft.rfft(frames * np.hanning(FRAME), axis=1))).mean(axis=0)
    return Likeness(fingerprint(describe(heard).bands), power / max(float(np.linalg.norm(power)), 1e-12))


def same_sound(one: Likeness, other: Likeness) -> bool:
    """Whether they are one recording, encoded twice."""
    if not (_a_tone(one) or _a_tone(other)) and tells(one.words) and tells(other.words):
        return aligned_error(one.words, other.words) is not None
    return float(one.spectrum @ other.spectrum) >= MIN_SPECTRUM_LIKENESS


def _a_tone(sound: Likeness) -> bool:
    loudest = np.sort(sound.spectrum)[-TONE_BINS:]
    return bool(loudest.sum() >= TONE_SHARE * sound.spectrum.sum())
