"""Scenes a song fits, by rules on its feeling, tempo, evenness and words."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

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
}


def probabilities(
    valence: float,
    arousal: float,
    *,
    tempo_bpm: float | None,
    loudness_range_lu: float | None,
    instrumental: bool,
    named: Collection[str],
) -> list[tuple[str, float]]:
    """At most four scenes and their probabilities, most probable first; never none.

    Nearness in feeling, times .7 for an unsuitable tempo, .7 for more than 12 LU of loudness
    range where evenness matters, .75 for singing where words disturb; a scene that tags or
    lyrics name moves half the way to 1.
    """
    scored = []
    for scene, fit in FITS.items():
        distance = math.hypot(valence - fit.valence, arousal - fit.arousal)
        p = 0.9 * math.exp(-0.5 * (distance / fit.width) ** 2)
        if tempo_bpm is not None and fit.tempo_bpm and not fit.tempo_bpm[0] <= tempo_bpm <= fit.tempo_bpm[1]:
            p *= 0.7
        if fit.even and (loudness_range_lu or 0) > 12:
            p *= 0.7
        if fit.wordless and not instrumental:
            p *= 0.75
        if scene in named:
            p += 0.5 * (1 - p)
        scored.append((scene, p))
    scored.sort(key=lambda item: (-item[1], item[0]))
    return [item for item in scored[:MAX_SCENES] if item[1] >= LEAST_PROBABILITY] or scored[:1]
