"""Integrated loudness (ITU-R BS.1770-4, EBU R128) and levelling of stereo sound."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Sound = npt.NDArray[np.float32]
CEILING = 10 ** (-1.0 / 20)  # sample peak, -1 dBFS: headroom for lossy codecs
_BLOCK_S, _HOP_S = 0.4, 0.1


def integrated_lufs(sound: Sound, rate: int) -> float:
    """Gated loudness in LUFS of ``sound`` [shape=(n, 2), -1..1]; -inf for silence."""
    from scipy.signal import lfilter

    (shelf_b, shelf_a), (high_b, high_a) = _k_weighting(rate)
    b, a = np.polymul(shelf_b, high_b), np.polymul(shelf_a, high_a)
    weighted = lfilter(b, a, sound.T.astype(np.float64))
    power = np.concatenate([[0.0], np.cumsum(weighted[0] ** 2 + weighted[1] ** 2)])
    block, hop = round(_BLOCK_S * rate), round(_HOP_S * rate)
    starts = np.arange(0, max(1, len(sound) - block + 1), hop)
    ends = np.minimum(starts + block, len(sound))
    blocks = (power[ends] - power[starts]) / block
    kept = blocks[blocks > _power(-70.0)]
    if not len(kept):
        return -math.inf
    kept = kept[kept > kept.mean() * 0.1]
    return -0.691 + 10 * math.log10(float(kept.mean()))


def level(sound: Sound, rate: int, target_lufs: float, rounds: int = 2) -> Sound:
    """``sound`` at ``target_lufs``, its peaks limited to -1 dBFS; loud targets are approached in ``rounds``."""
    out = sound
    for _ in range(rounds):
        measured = integrated_lufs(out, rate)
        if not math.isfinite(measured):
            break
        louder = out * np.float32(10 ** ((target_lufs - measured) / 20))
        out = limit(louder, rate)
        if out is louder:  # nothing was limited, so the level is exact
            break
    return out


def limit(sound: Sound, rate: int) -> Sound:
    """Peaks held under the ceiling by a gain that looks 4 ms ahead and recovers smoothly."""
    from scipy.ndimage import minimum_filter1d, uniform_filter1d

    peak = np.maximum(np.abs(sound[:, 0]), np.abs(sound[:, 1]))
    if peak.max(initial=0.0) <= CEILING:
        return sound
    gain = np.minimum(1.0, CEILING / np.maximum(peak, 1e-9))
    window = round(0.004 * rate) | 1
    # A moving mean over the minimum of the same window never exceeds the gain that is needed.
    smooth = uniform_filter1d(minimum_filter1d(gain, 2 * window - 1), window)
    return np.asarray(sound * smooth[:, None], np.float32)


def _power(lufs: float) -> float:
    return float(10 ** ((lufs + 0.691) / 10))


def _k_weighting(rate: int) -> list[tuple[list[float], list[float]]]:
    """The two K filters of BS.1770, as biquads for this sample rate (De Man's parametrisation)."""
    k = math.tan(math.pi * 1681.974450955533 / rate)
    q, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    mid = high**0.4996667741545416
    scale = 1 + k / q + k * k
    shelf_b = [(high + mid * k / q + k * k), 2 * (k * k - high), (high - mid * k / q + k * k)]
    shelf = ([v / scale for v in shelf_b], [1.0, 2 * (k * k - 1) / scale, (1 - k / q + k * k) / scale])
    k = math.tan(math.pi * 38.13547087602444 / rate)
    q = 0.5003270373238773
    scale = 1 + k / q + k * k
    return [shelf, ([1.0, -2.0, 1.0], [1.0, 2 * (k * k - 1) / scale, (1 - k / q + k * k) / scale])]
