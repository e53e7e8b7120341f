"""Loudness after ITU-R BS.1770-4, EBU R128 and EBU Tech 3342, in bounded memory."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from features.audio.spectrum import SAMPLE_RATE_HZ, Floats

BLOCK = SAMPLE_RATE_HZ // 20  # 50 ms: divides 100 ms, 250 ms, 400 ms and 3 s
MOMENTARY_BLOCKS, SHORT_TERM_BLOCKS, CURVE_BLOCKS = 8, 60, 5
_COMPLEXITY_BLOCKS = 4
_CHUNK = BLOCK * 200
_ABSOLUTE_GATE_LUFS = -70.0
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Loudness:
    """Loudness of one recording.

    Args:
        integrated_lufs: gated programme loudness; None when all of it is below -70 LUFS.
        range_lu: loudness range (EBU Tech 3342); None when too short or too quiet to tell.
        complexity_db: mean distance from the global loudness (Streich 2007), in 200 ms steps.
        curve: momentary loudness, 4 values a second, 0..1 within the track.
        power: K-weighted mean square per 50 ms [shape=(b,)].
    """

    integrated_lufs: float | None
    range_lu: float | None
    complexity_db: float
    curve: list[float]
    power: Doubles


class LoudnessMeter:
    """Loudness of 1 or 2 channels at 44.1 kHz that arrive in blocks; mono counts once."""

    def __init__(self, channels: int) -> None:
        self._state = np.zeros((len(_k_weighting()), channels, 2))
        self._rest = np.zeros((channels, 0), dtype=np.float32)
        self._blocks: list[Doubles] = []

    def hear(self, samples: Floats) -> None:
        """The next samples [shape=(channels, n)]."""
        from scipy.signal import sosfilt

        signal = np.concatenate([self._rest, samples], axis=1)
        whole = signal.shape[1] - signal.shape[1] % BLOCK
        for start in range(0, whole, _CHUNK):
            part = signal[:, start : min(start + _CHUNK, whole)]
            filtered, self._state = sosfilt(_k_weighting(), part, axis=1, zi=self._state)
            squares = filtered.reshape(len(part), -1, BLOCK)
            self._blocks.append(np.einsum("cbn,cbn->b", squares, squares) / BLOCK)
        self._rest = signal[:, whole:].copy()

    def finish(self) -> Loudness:
        """What was heard."""
        power = np.concatenate(self._blocks) if self._blocks else np.zeros(0)
        return Loudness(_integrated(power), _range(power), _complexity(power), _curve(power), power)


def measure(samples: Floats) -> Loudness:
    """Loudness of a whole recording [shape=(channels, n)]."""
    meter = LoudnessMeter(samples.shape[0])
    meter.hear(samples)
    return meter.finish()


@cache
def _k_weighting() -> Doubles:
    """The two biquads of BS.1770 at 44.1 kHz: head shelf and RLB high pass [shape=(2, 6)]."""
    gain = 10 ** (3.999843853973347 / 20)
    k, q = np.tan(np.pi * 1681.974450955533 / SAMPLE_RATE_HZ), 0.7071752369554196
    middle = gain**0.4996667741545416
    norm = 1 + k / q + k * k
    shelf = [
        (gain + middle * k / q + k * k) / norm, 2 * (k * k - gain) / norm, (gain - middle * k / q + k * k) / norm,
        1.0, 2 * (k * k - 1) / norm, (1 - k / q + k * k) / norm,
    ]  # fmt: skip
    k, q = np.tan(np.pi * 38.13547087602444 / SAMPLE_RATE_HZ), 0.5003270373238773
    norm = 1 + k / q + k * k
    return np.array([shelf, [1.0, -2.0, 1.0, 1.0, 2 * (k * k - 1) / norm, (1 - k / q + k * k) / norm]])


def to_lufs(power: Doubles) -> Doubles:
    """K-weighted mean square as loudness."""
    lufs: Doubles = -0.691 + 10 * np.log10(np.maximum(power, 1e-15))
    return lufs


def _sliding(power: Doubles, blocks: int, hop: int) -> Doubles:
    """Mean power of windows of ``blocks`` blocks every ``hop`` blocks."""
    if len(power) < blocks:
        return np.zeros(0)
    means: Doubles = np.lib.stride_tricks.sliding_window_view(power, blocks)[::hop].mean(axis=1)
    return means


def _integrated(power: Doubles) -> float | None:
    """Two gates: -70 LUFS, then 10 LU below the loudness of what is left."""
    momentary = _sliding(power, MOMENTARY_BLOCKS, 2)
    momentary = momentary[to_lufs(momentary) > _ABSOLUTE_GATE_LUFS]
    if not len(momentary):
        return None
    gate = to_lufs(momentary.mean()) - 10
    return float(to_lufs(momentary[to_lufs(momentary) > gate].mean()))


def _range(power: Doubles) -> float | None:
    """Spread between the 10th and 95th percentile of gated short-term loudness."""
    short = _sliding(power, SHORT_TERM_BLOCKS, 2)
    short = short[to_lufs(short) > _ABSOLUTE_GATE_LUFS]
    if not len(short):
        return None
    lufs = to_lufs(short[to_lufs(short) > to_lufs(short.mean()) - 20])
    low, high = np.percentile(lufs, [10, 95])
    return float(high - low)


def _complexity(power: Doubles) -> float:
    """Mean distance of 200 ms loudness from its mean weighed towards the loud, silence at -90 dB."""
    steps = len(power) // _COMPLEXITY_BLOCKS
    if not steps:
        return 0.0
    means = power[: steps * _COMPLEXITY_BLOCKS].reshape(steps, _COMPLEXITY_BLOCKS).mean(axis=1)
    levels = np.maximum(to_lufs(means), -90)
    weights = 0.9 ** -(levels - levels.max())
    return float(np.abs(levels - np.average(levels, weights=weights)).mean())


def _curve(power: Doubles) -> list[float]:
    """Loudness of each quarter second between the track's 5th and 99th percentile, at least 12 dB apart."""
    count = max(len(power) // CURVE_BLOCKS, 1)
    padded = power[: count * CURVE_BLOCKS] if len(power) >= CURVE_BLOCKS else np.resize(power, CURVE_BLOCKS)
    lufs = np.maximum(to_lufs(padded.reshape(count, CURVE_BLOCKS).mean(axis=1)), _ABSOLUTE_GATE_LUFS)
    low, high = np.percentile(lufs, [5, 99])
    low = min(low, high - 12)
    return [float(v) for v in np.clip((lufs - low) / (high - low), 0, 1)]
