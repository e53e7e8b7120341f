"""A fingerprint of what is heard: signs of energy differences (Haitsma & Kalker, ISMIR 2002).

33 bands from 300 to 3400 Hz, smoothed over three quarters of a second so that encoders'
delays do not matter, give 32 bits every 93 ms: whether the energy between neighbouring
bands rose more than a moment before. Two encodings of one recording differ in few bits,
another take, tempo, direction or key in about half of them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from features.audio.spectrum import FRAMES_PER_S, PRINT_BANDS, PRINT_FRAMES, Floats

STEP_FRAMES = 4
WORDS_PER_S = FRAMES_PER_S / STEP_FRAMES
_SMOOTH_FRAMES = 32
_SILENT_LOG_POWER = -7.0  # a band of digital silence or dither says nothing
Words = NDArray[np.int32]


def fingerprint(bands: Floats) -> Words:
    """Words of the first two minutes [shape=(w,)] from log band powers [shape=(t, 33)]; 0 where it is silent."""
    from scipy.signal import fftconvolve

    heard = bands[:PRINT_FRAMES]
    if len(heard) < _SMOOTH_FRAMES + 2 * STEP_FRAMES:
        return np.zeros(0, dtype=np.int32)
    window = np.hanning(_SMOOTH_FRAMES + 2)[1:-1]
    smooth = fftconvolve(heard, (window / window.sum())[:, None], mode="valid", axes=0)[::STEP_FRAMES]
    contrast = smooth[:, :-1] - smooth[:, 1:]
    bits = np.diff(contrast, axis=0) > 0
    words = (bits.astype(np.uint64) << np.arange(PRINT_BANDS - 1, dtype=np.uint64)).sum(axis=1).astype(np.uint32)
    silent = smooth[1:].max(axis=1) < _SILENT_LOG_POWER
    kept: Words = np.where(silent, np.uint32(0), words).view(np.int32)
    return kept
