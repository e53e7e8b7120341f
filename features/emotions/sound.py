"""Valence and arousal without a trained model: two short linear formulas on the public features.

Which descriptors count, and with which sign, follows the literature on musical emotion
(Gabrielsson & Lindström 2010; Eerola & Vuoskoski 2013; Juslin & Laukka 2003): arousal rises
with loudness, note density, spectral movement and tempo; valence rises with major mode (heard
as the major third and sixth above the tonic, and as the key the profile finds) and a clear
key, and falls with a crowded pitch-class distribution and with large swings of loudness.

Centres and scales are constants, so a track's number never depends on other tracks. Weights
were set by hand and tuned lightly against human labels (Emotify, VGMIDI); they are round on
purpose.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from schemas.vocabulary import KEYS

MODEL = "daily30-circumplex-1"


@dataclass(frozen=True, slots=True)
class Term:
    """One standardised descriptor: (value - centre) / scale, clipped to ±2.5, times ``weight``."""

    centre: float
    scale: float
    weight: float


AROUSAL: dict[str, Term] = {
    "loudness_lufs": Term(-15.0, 4.0, 0.12),
    "onset_rate_hz": Term(4.0, 1.6, 0.28),
    "log_flux": Term(-2.55, 0.55, 0.20),
    "danceability": Term(1.12, 0.25, 0.08),
    "tempo_octaves": Term(0.0, 0.35, 0.12),
    "dynamic_complexity_db": Term(4.5, 2.2, -0.05),
    "pitch_class_entropy": Term(2.28, 0.1, 0.08),
}
VALENCE: dict[str, Term] = {
    "mode": Term(0.0, 0.85, 0.15),
    "major_third": Term(0.0, 0.4, 0.10),
    "major_sixth": Term(0.0, 0.3, 0.12),
    "key_strength": Term(0.845, 0.1, 0.15),
    "pitch_class_entropy": Term(2.28, 0.1, -0.12),
    "loudness_range_lu": Term(6.0, 4.0, -0.05),
    "chord_change_rate_hz": Term(0.8, 0.22, 0.05),
    "loudness_lufs": Term(-15.0, 4.0, 0.07),
}
_QUIETEST_LUFS = -40.0
_REFERENCE_BPM = 110.0


def valence_and_arousal(features: Mapping[str, Any]) -> tuple[float, float]:
    """Both in [-1, 1], from one row of ``audio_features``."""
    described = _describe(features)
    return _squash(VALENCE, described), _squash(AROUSAL, described)


def _squash(terms: Mapping[str, Term], described: Mapping[str, float]) -> float:
    total = 0.0
    for name, term in terms.items():
        total += term.weight * min(max((described[name] - term.centre) / term.scale, -2.5), 2.5)
    return math.tanh(total)


def _describe(features: Mapping[str, Any]) -> dict[str, float]:
    """The descriptors the formulas use; what is unknown sits at its centre."""
    loudness = features["loudness_lufs"]
    loudness_range = features["loudness_range_lu"]
    tempo = features["tempo_bpm"]
    profile = features["hpcp_mean"]
    third, sixth = _major_evidence(profile, features["key"])
    sign = {"major": 1.0, "minor": -1.0}.get(features["mode"] or "", 0.0)
    return {
        "loudness_lufs": _QUIETEST_LUFS if loudness is None else loudness,
        "loudness_range_lu": VALENCE["loudness_range_lu"].centre if loudness_range is None else loudness_range,
        "onset_rate_hz": features["onset_rate_hz"],
        "log_flux": math.log(features["spectral_flux"] + 1e-6),
        "danceability": features["danceability"],
        "tempo_octaves": 0.0 if tempo is None else math.log2(tempo / _REFERENCE_BPM),
        "dynamic_complexity_db": features["dynamic_complexity_db"],
        "pitch_class_entropy": _entropy(profile),
        "mode": sign * features["key_strength"],
        "major_third": third,
        "major_sixth": sixth,
        "key_strength": features["key_strength"],
        "chord_change_rate_hz": features["chord_change_rate_hz"],
    }


def _major_evidence(profile: Sequence[float], key: str | None) -> tuple[float, float]:
    """Major minus minor third, and sixth, above the tonic [profile: length 12, from A]."""
    if key is None:
        return 0.0, 0.0
    tonic = (KEYS.index(key) + 3) % 12

    def above(semitones: int) -> float:
        return profile[(tonic + semitones) % 12]

    return above(4) - above(3), above(9) - above(8)


def _entropy(profile: Sequence[float]) -> float:
    """Entropy of the pitch classes in nats: log 12 when all are equally strong; its centre without any."""
    total = sum(profile)
    if total <= 0:
        return VALENCE["pitch_class_entropy"].centre
    return -sum(p / total * math.log(p / total) for p in profile if p > 0)
