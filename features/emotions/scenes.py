"""Scenes a song fits, by rules on its feeling, tempo, evenness and words."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from features.emotions.moods import SAYS_SO, PlanePoint, Tag

MAX_SCENES = 4
LEAST_PROBABILITY = 0.25


@dataclass(frozen=True, slots=True)
class Fit:
    """What a scene asks of a song.

    Args:
        valence, arousal: the feeling that suits it best.
        width: how far from there a song may feel.
        tempo_bpm: lowest and highest tempo that suits, None = any.
        even: whether loud surprises disturb.
        wordless: whether singing disturbs.
    """

    valence: float
    arousal: float
    width: float = 0.4
    tempo_bpm: tuple[float, float] | None = None
    even: bool = False
    wordless: bool = False


FITS: dict[str, Fit] = {
    "rainy_day": Fit(-0.20, -0.35, 0.28),
    "driving": Fit(0.30, 0.45, 0.40, (95, 150)),
    "study": Fit(0.20, -0.40, 0.35, (60, 110), even=True, wordless=True),
    "late_night": Fit(-0.10, -0.50, 0.32, (50, 105)),
    "workout": Fit(0.35, 0.80, 0.40, (115, 185)),
    "meditation": Fit(0.30, -0.80, 0.30, (40, 90), even=True, wordless=True),
    "morning": Fit(0.50, 0.05, 0.35),
    "commute": Fit(0.30, 0.25, 0.35),
    "cafe": Fit(0.45, -0.20, 0.35, even=True),
    "party": Fit(0.55, 0.70, 0.38, (100, 140)),
    "sleep": Fit(0.25, -0.80, 0.28, (40, 90), even=True),
    "walk": Fit(0.40, -0.05, 0.35, (80, 120)),
    "reading": Fit(0.25, -0.55, 0.32, (50, 110), even=True, wordless=True),
    "travel": Fit(0.50, 0.35, 0.35, (85, 140)),
    "date": Fit(0.55, -0.15, 0.32, (60, 120)),
}


def probabilities(
    candidates: Sequence[PlanePoint],
    heard: Sequence[PlanePoint],
    *,
    tempo_bpm: float | None,
    loudness_range_lu: float | None,
    instrumental: bool,
    named: Collection[str],
) -> list[Tag]:
    """At most four scenes, most probable first; never none.

    Nearness in feeling, times .7 for an unsuitable tempo, .7 for more than 12 LU of loudness
    range where evenness matters, .75 for singing where words disturb; a scene that tags name
    moves half the way to 1.

    Args:
        candidates: where the song may be, see :func:`features.emotions.moods.probabilities`.
        heard: every source by itself.
        named: scenes that listeners' tags name.
    """
    weights = [1 / max(v.error, 0.05) ** 2 for v in candidates]
    scored = []
    for scene, fit in FITS.items():
        near = sum(w * _near(v, fit) for w, v in zip(weights, candidates, strict=True)) / sum(weights)
        p = 0.9 * near * _suits(fit, tempo_bpm, loudness_range_lu, instrumental)
        if scene in named:
            p += 0.5 * (1 - p)
        scored.append(Tag(scene, p, _who(fit, heard, scene in named)))
    scored.sort(key=lambda tag: (tag.id not in named, -tag.probability, tag.id))  # the named keep their seats
    kept = [tag for tag in scored[:MAX_SCENES] if tag.probability >= LEAST_PROBABILITY] or scored[:1]
    return sorted(kept, key=lambda tag: (-tag.probability, tag.id))


def _near(point: PlanePoint, fit: Fit) -> float:
    distance = math.hypot(point.valence - fit.valence, point.arousal - fit.arousal)
    return math.exp(-0.5 * (distance / fit.width) ** 2)


def _suits(fit: Fit, tempo_bpm: float | None, loudness_range_lu: float | None, instrumental: bool) -> float:
    factor = 1.0
    if tempo_bpm is not None and fit.tempo_bpm and not fit.tempo_bpm[0] <= tempo_bpm <= fit.tempo_bpm[1]:
        factor *= 0.7
    if fit.even and (loudness_range_lu or 0) > 12:
        factor *= 0.7
    if fit.wordless and not instrumental:
        factor *= 0.75
    return factor


def _who(fit: Fit, heard: Sequence[PlanePoint], tagged: bool) -> str:
    """Sources within the scene's own width, and tags that name it; the nearest when there are none."""
    sure = [v.source for v in heard if _near(v, fit) >= SAYS_SO or (tagged and v.source == "tags")]
    if tagged and "tags" not in sure:
        sure.append("tags")
    if not sure:
        sure = [max(heard, key=lambda v: (_near(v, fit), v.source)).source] if heard else ["catalogue"]
    return "+".join(sure)
