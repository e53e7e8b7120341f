"""Tags listeners would give a song of a mood and style."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.text_files import lexicon
from schemas.vocabulary import MOOD_NAMES, MOODS

if TYPE_CHECKING:
    import numpy as np

    from features.sample.plans import SongPlan

_STYLE_TAGS: dict[str, list[str]] = lexicon("features.sample", "tags")["styles"]


def listener_tags(plan: SongPlan, rng: np.random.Generator) -> tuple[str, ...]:
    """Up to five tags: moods near the intended one, blurred as listeners are, and words of the style."""
    count = int(rng.choice(6, p=(0.15, 0.15, 0.25, 0.25, 0.12, 0.08)))
    felt_valence = plan.valence + rng.normal(0, 0.15)
    felt_arousal = plan.arousal + rng.normal(0, 0.15)
    near = sorted(MOODS, key=lambda m: (m.valence - felt_valence) ** 2 + (m.arousal - felt_arousal) ** 2)
    chinese = plan.language == "zh" or (plan.language == "instrumental" and rng.random() < 0.5)
    tags = [MOOD_NAMES["zh" if chinese else "en"][m.id] for m in near[: max(0, count - 1)]]
    if count:
        words = _STYLE_TAGS[plan.style.id]
        tags.append(words[int(rng.integers(len(words)))])
    return tuple(dict.fromkeys(tags))
