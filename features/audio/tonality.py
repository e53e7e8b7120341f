"""Key, modulation and chords from pitch class profiles.

Key: correlation of the mean profile of the whitened spectrum with the 24 rotations of
Faraldo's ``bgate`` profiles (ECIR 2016), as Essentia's KeyExtractor does.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from features.audio.essentia_quiet import standard
from features.audio.pitch import FRAME, FRAMES_PER_S, Pitch
from features.audio.spectrum import SAMPLE_RATE_HZ, Floats

_FROM_A = ("A", "Bb", "B", "C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab")
_MODES = ("major", "minor")
_PROFILES = (
    (1.0, 0.0, 0.42, 0.0, 0.53, 0.37, 0.0, 0.77, 0.0, 0.38, 0.21, 0.30),
    (1.0, 0.0, 0.36, 0.39, 0.0, 0.38, 0.0, 0.74, 0.27, 0.0, 0.42, 0.23),
)
_FLOOR = 0.2  # profile values below this share of the greatest are noise
_HOLD_FRAMES = 4  # a chord shorter than 0.4 s is a passing note
_FLAT = {"Db": "C#", "D#": "Eb", "Gb": "F#", "G#": "Ab", "A#": "Bb"}
SEGMENT_S = 20.0
_MODULATION_SEGMENTS = 2
_CONFIDENCE_WEIGHTS, _CONFIDENCE_BIAS = (1.6, 5.4, 4.3, 2.6, 0.7, 1.9), -4.0
CHORDS_TOLD = 4
Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tonality:
    """Key and harmony; ``key`` and ``mode`` are None when nothing tonal is heard.

    Args:
        strength: correlation with the key profile, 0..1.
        confidence: how probably the key is right, 0..1.
        second_key, second_mode: the next best key.
        modulates: whether the key moves for good between parts of the track; None when the
            track has fewer than three parts of 20 s or no key.
        hpcp_mean: mean harmonic pitch class profile from A, its maximum 1 [length=12].
        chord_change_rate_hz: changes of chord per second.
        chords: the chords heard longest, most first, e.g. ``Am``.
        chord_shares: share of the time each of them sounds.
    """

    key: str | None
    mode: str | None
    strength: float
    confidence: float
    second_key: str | None
    second_mode: str | None
    modulates: bool | None
    hpcp_mean: list[float]
    chord_change_rate_hz: float
    chords: list[str]
    chord_shares: list[float]


def analyse(pitch: Pitch) -> Tonality:
    """Tonality of a recording."""
    mean = pitch.hpcp.mean(axis=0) if len(pitch.hpcp) else np.zeros(12)
    shown = [float(v) for v in (mean / mean.max() if mean.max() > 0 else mean)]
    fit, plain = key_fit(pitch.white), key_fit(pitch.hpcp)
    if fit is None or plain is None or fit.max() <= 0:
        return Tonality(None, None, 0.0, 0.0, None, None, None, shown, 0.0, [], [])
    order = np.argsort(fit, kind="stable")[::-1]
    parts = _segments(pitch.white)
    held, shares = _chords(pitch.hpcp)
    return Tonality(
        key=_FROM_A[order[0] % 12],
        mode=_MODES[order[0] // 12],
        strength=float(np.clip(fit[order[0]], 0, 1)),
        confidence=_confidence(fit, plain),
        second_key=_FROM_A[order[1] % 12],
        second_mode=_MODES[order[1] // 12],
        modulates=_modulates(parts, int(order[0])),
        hpcp_mean=shown,
        chord_change_rate_hz=max(len(held) - 1, 0) * FRAMES_PER_S / len(pitch.hpcp),
        chords=[name for name, _ in shares],
        chord_shares=[share for _, share in shares],
    )


def key_fit(profiles: Floats) -> Doubles | None:
    """Correlation of the mean profile with each key: A major .. Ab major, A minor .. [shape=(24,)]."""
    mean = profiles.mean(axis=0).astype(np.float64) if len(profiles) else np.zeros(12)
    if mean.max() <= 0:
        return None
    mean = np.where(mean < _FLOOR * mean.max(), 0, mean)
    fit: Doubles = _templates() @ _standard(mean) / 12
    return fit


def _templates() -> Doubles:
    return np.array([_standard(np.roll(profile, tonic)) for profile in _PROFILES for tonic in range(12)])


def _standard(values: Doubles) -> Doubles:
    centred: Doubles = values - values.mean()
    return centred / max(float(centred.std()), 1e-9)


def _segments(profiles: Floats) -> list[Doubles]:
    """Fit to each key of consecutive parts of 20 s."""
    size = round(SEGMENT_S * FRAMES_PER_S)
    count = max(len(profiles) // size, 1)
    fits = (key_fit(part) for part in np.array_split(profiles, count))
    return [fit for fit in fits if fit is not None]


def _confidence(fit: Doubles, plain: Doubles) -> float:
    """How probably the key is right: logistic regression, fitted on every other song of a test set.

    Cues: correlation, lead over the next key, over the next of another scale, whether the
    spectrum without whitening says the same, how well that fits, lead over the parallel key.
    """
    best = int(fit.argmax())
    far = max(float(fit[key]) for key in range(24) if _far(key, best))
    cues = (
        fit[best],
        fit[best] - np.sort(fit)[-2],
        fit[best] - far,
        float(int(plain.argmax()) == best),
        plain[best],
        fit[best] - fit[(best + 12) % 24],
    )
    return float(1 / (1 + np.exp(-(np.dot(_CONFIDENCE_WEIGHTS, cues) + _CONFIDENCE_BIAS))))


def _modulates(parts: list[Doubles], whole: int) -> bool | None:
    """Two neighbouring parts at least fit one other key clearly better than the track's."""
    if len(parts) < _MODULATION_SEGMENTS + 1:
        return None
    best = [int(p.argmax()) if p.max() - p[whole] > 0.15 and _far(int(p.argmax()), whole) else whole for p in parts]
    return any(a == b != whole for a, b in pairwise(best))


def _far(key: int, other: int) -> bool:
    """Whether two keys have different scales (a relative minor is no modulation)."""
    signature = [k % 12 if k < 12 else (k + 3) % 12 for k in (key, other)]
    return signature[0] != signature[1]


def _chords(hpcps: Floats) -> tuple[list[str], list[tuple[str, float]]]:
    """Chords that hold for at least 0.4 s, in order, and the longest heard with their shares."""
    if len(hpcps) < 2 * _HOLD_FRAMES:
        return [], []
    found, _ = standard().ChordsDetection(sampleRate=SAMPLE_RATE_HZ, hopSize=FRAME, windowSize=1.0)(hpcps)
    held: list[str] = []
    frames: Counter[str] = Counter()
    start = 0
    for at in range(1, len(found) + 1):
        if at == len(found) or found[at] != found[start]:
            if at - start >= _HOLD_FRAMES:
                frames[_spelled(found[start])] += at - start
                if not held or held[-1] != found[start]:
                    held.append(found[start])
            start = at
    longest = sorted(frames.items(), key=lambda item: (-item[1], item[0]))[:CHORDS_TOLD]
    return held, [(name, count / len(found)) for name, count in longest]


def _spelled(chord: str) -> str:
    root, minor = (chord[:-1], "m") if chord.endswith("m") else (chord, "")
    return _FLAT.get(root, root) + minor
