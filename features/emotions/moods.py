"""Mood tags with probabilities: nearness on the circumplex, raised by words and tags."""

from __future__ import annotations

import math
from collections.abc import Mapping

from schemas.vocabulary import MOODS

SPREAD = 0.34  # of a mood around its place when valence and arousal are known exactly
MAX_MOODS = 6
LEAST_PROBABILITY = 0.15
_NAMED = 1.6  # log-odds added when every word found names the mood


def probabilities(
    valence: float, arousal: float, uncertainty: float, named: Mapping[str, float]
) -> list[tuple[str, float]]:
    """At most six moods and their probabilities, most probable first; never none.

    Each mood is a Gaussian around its place on the circumplex, as wide as it is blurred
    itself plus the uncertainty of the estimate; what is uncertain stays below 1 everywhere.

    Args:
        uncertainty: expected error of valence and arousal, 0..1.
        named: share of the words found in lyrics and tags that name each mood.
    """
    width = math.hypot(SPREAD, uncertainty)
    peak = 0.9 * SPREAD / width
    scored = []
    for mood in MOODS:
        distance = math.hypot(mood.valence - valence, mood.arousal - arousal)
        near = peak * math.exp(-0.5 * (distance / width) ** 2)
        odds = math.log(max(near, 1e-4) / (1 - near)) + _NAMED * math.sqrt(named.get(mood.id, 0.0))
        scored.append((mood.id, 1 / (1 + math.exp(-odds))))
    scored.sort(key=lambda item: (-item[1], item[0]))
    kept = [item for item in scored[:MAX_MOODS] if item[1] >= LEAST_PROBABILITY]
    return kept or scored[:1]
