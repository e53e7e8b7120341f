"""One estimate out of several that disagree: a precision-weighted mean and an honest error."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

PRIOR_ERROR = 0.70  # knowing nothing about a song, on either axis


@dataclass(frozen=True, slots=True)
class SourceEstimate:
    """What one source says of valence or of arousal.

    Args:
        source: ``audio``, ``lyrics``, ``tags`` or ``catalogue``.
        value: in [-1, 1].
        error: expected absolute error of this source alone.
    """

    source: str
    value: float
    error: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """The fused value in [-1, 1] and ``confidence`` = 1 - expected absolute error / 2."""

    value: float
    confidence: float

    @property
    def error(self) -> float:
        """Expected absolute error."""
        return 2 * (1 - self.confidence)


def fuse(estimates: Sequence[SourceEstimate]) -> Estimate:
    """Weigh each estimate by 1 / error², with a neutral prior.

    Sources share their mistakes, so the error shrinks less than independence would allow
    (half of the way), and half of their disagreement (weighted deviation) is added to it.
    """
    prior = SourceEstimate("prior", 0.0, PRIOR_ERROR)
    everyone = (*estimates, prior)
    weights = [1 / w.error**2 for w in everyone]
    total = sum(weights)
    value = sum(k * w.value for k, w in zip(weights, everyone, strict=True)) / total
    independent = math.sqrt(1 / total)
    best = min(w.error for w in everyone)
    disagreement = 0.0
    if len(estimates) > 1:
        own = sum(weights[:-1])
        mean = sum(k * w.value for k, w in zip(weights, estimates, strict=False)) / own
        disagreement = sum(k * abs(w.value - mean) for k, w in zip(weights, estimates, strict=False)) / own
    error = min((independent + best) / 2 + 0.5 * disagreement, 1.0)
    return Estimate(min(max(value, -1.0), 1.0), 1 - error / 2)
