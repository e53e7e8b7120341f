"""Felt energy, 0..1: a fixed, monotone map of loudness, onsets and spectral movement."""

from __future__ import annotations

import math

QUIET_LUFS, LOUD_LUFS = -32.0, -7.0
BUSY_ONSETS_HZ = 8.0
STILL_FLUX, MOVING_FLUX = 0.02, 0.35
_WEIGHTS = (0.4, 0.3, 0.3)


def felt_energy(loudness_lufs: float | None, onset_rate_hz: float, spectral_flux: float) -> float:
    """0 (still) .. 1 (driving); rises with each argument, relative to no other track.

    Loudness counts linearly between -32 and -7 LUFS, onsets up to 8 a second, flux on a
    log scale between .02 and .35: the two ends seen in quiet piano and in loud rock.
    """
    loud = 0.0 if loudness_lufs is None else _between(loudness_lufs, QUIET_LUFS, LOUD_LUFS)
    busy = _between(onset_rate_hz, 0.0, BUSY_ONSETS_HZ)
    moving = _between(math.log(max(spectral_flux, 1e-9)), math.log(STILL_FLUX), math.log(MOVING_FLUX))
    return sum(w * v for w, v in zip(_WEIGHTS, (loud, busy, moving), strict=True))


def _between(value: float, low: float, high: float) -> float:
    return min(max((value - low) / (high - low), 0.0), 1.0)
