"""Mood tags with probabilities and who says so: nearness on the circumplex, raised by words and tags."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from schemas.vocabulary import MOODS

SPREAD = 0.34  # of a mood around its point when valence and arousal are known exactly
MAX_MOODS = 6
LEAST_PROBABILITY = 0.15
SAYS_SO = 0.5  # share of its highest possible nearness from which a source counts as saying a mood
SEATS = 2
_MARKED, _UNMARKED = 0.35, 0.5
_NAMED = 1.6  # log-odds added when every word found names the mood


@dataclass(frozen=True, slots=True)
class PlanePoint:
    """One source and where it puts the song on the circumplex.

    Args:
        source: ``audio``, ``lyrics``, ``tags`` or ``catalogue``.
        error: expected error of valence and arousal, 0..1.
        named: share of its words that name each mood.
    """

    source: str
    valence: float
    arousal: float
    error: float
    named: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Tag:
    """A mood or scene, its probability, and who says so, joined by ``+``."""

    id: str
    probability: float
    sources: str


def nearness(valence: float, arousal: float, error: float, at: tuple[float, float], spread: float = SPREAD) -> float:
    """0..1: a Gaussian around ``at`` as wide as its own spread plus the uncertainty of the estimate.

    What is uncertain stays well below 1 everywhere.
    """
    width = math.hypot(spread, error)
    distance = math.hypot(at[0] - valence, at[1] - arousal)
    return 0.9 * spread / width * math.exp(-0.5 * (distance / width) ** 2)


def marked(point: PlanePoint) -> float:
    """0.5 at neutral .. 1 from .35 away: what has no marked feeling carries no mood for sure."""
    return _UNMARKED + (1 - _UNMARKED) * min(math.hypot(point.valence, point.arousal) / _MARKED, 1.0)


def probabilities(candidates: Sequence[PlanePoint], heard: Sequence[PlanePoint]) -> list[Tag]:
    """At most six moods, most probable first; never none.

    Args:
        candidates: where the song may be: one fused point, or each source's own when they disagree.
            They count by 1 / error², and each keeps its two nearest moods: none between them.
        heard: every source by itself; they name moods and are named as sources.
    """
    weights = [1 / max(v.error, 0.05) ** 2 for v in candidates]
    scored = []
    for mood in MOODS:
        at = (mood.valence, mood.arousal)
        near = sum(
            w * marked(v) * nearness(v.valence, v.arousal, v.error, at)
            for w, v in zip(weights, candidates, strict=True)
        ) / sum(weights)
        # Lyrics name moods less surely than listeners do.
        named = sum((0.5 if v.source == "lyrics" else 1.0) * v.named.get(mood.id, 0.0) for v in heard)
        odds = math.log(max(near, 1e-4) / (1 - near)) + _NAMED * math.sqrt(named)
        scored.append(Tag(mood.id, 1 / (1 + math.exp(-odds)), _who(mood.id, at, heard)))
    scored.sort(key=lambda tag: (-tag.probability, tag.id))
    sides = _best_of_each(candidates) if len(candidates) > 1 else set()
    first = [tag for tag in scored if tag.id in sides][:MAX_MOODS]
    rest = [tag for tag in scored if tag.id not in sides and tag.probability >= LEAST_PROBABILITY]
    kept = sorted([*first, *rest[: MAX_MOODS - len(first)]], key=lambda tag: (-tag.probability, tag.id))
    return kept or scored[:1]


def _best_of_each(candidates: Sequence[PlanePoint]) -> set[str]:
    """The two nearest moods of each point."""
    return {
        mood.id
        for at in candidates
        for mood in sorted(MOODS, key=lambda m: (math.hypot(m.valence - at.valence, m.arousal - at.arousal), m.id))[
            :SEATS
        ]
    }


def _who(mood: str, at: tuple[float, float], heard: Sequence[PlanePoint]) -> str:
    """Sources whose nearness is at least half of its highest value, or that name the mood; else the nearest."""
    if not heard:
        return "catalogue"
    near = {v.source: nearness(v.valence, v.arousal, v.error, at) for v in heard}
    sure = [v.source for v in heard if mood in v.named or near[v.source] >= SAYS_SO * _highest(v.error)]
    return "+".join(sure or [max(near, key=lambda source: (near[source], source))])


def _highest(error: float) -> float:
    """Nearness at the very point of a mood."""
    return 0.9 * SPREAD / math.hypot(SPREAD, error)
