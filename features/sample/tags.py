"""Tags listeners would give a song of a mood and style."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.vocabulary import MOODS

if TYPE_CHECKING:
    import numpy as np

    from features.sample.plans import SongPlan

_STYLE_TAGS: dict[str, tuple[str, ...]] = {
    "ballad": ("piano", "钢琴", "抒情"),
    "folk": ("acoustic", "民谣", "guitar"),
    "city_pop": ("80s", "city pop", "夜晚"),
    "jazz": ("jazz", "爵士", "swing"),
    "lofi": ("lo-fi", "chill beats", "自习"),
    "rock": ("rock", "摇滚", "live"),
    "electronic": ("electronic", "电子", "dance"),
    "guofeng": ("古风", "中国风", "国风"),
    "waltz": ("waltz", "圆舞曲", "3/4"),
    "ambient": ("ambient", "氛围", "sleep"),
    "rnb": ("r&b", "soul", "节奏布鲁斯"),
    "bossa_nova": ("bossa nova", "咖啡馆", "latin"),
    "orchestral": ("cinematic", "交响", "soundtrack"),
    "playful": ("cute", "童趣", "可爱"),
}


def listener_tags(plan: SongPlan, rng: np.random.Generator) -> tuple[str, ...]:
    """Up to five tags: moods near the intended one, blurred as listeners are, and words of the style."""
    count = int(rng.choice(6, p=(0.15, 0.15, 0.25, 0.25, 0.12, 0.08)))
    felt_valence = plan.valence + rng.normal(0, 0.15)
    felt_arousal = plan.arousal + rng.normal(0, 0.15)
    near = sorted(MOODS, key=lambda m: (m.valence - felt_valence) ** 2 + (m.arousal - felt_arousal) ** 2)
    chinese = plan.language == "zh" or (plan.language == "instrumental" and rng.random() < 0.5)
    tags = [m.zh if chinese else m.en for m in near[: max(0, count - 1)]]
    if count:
        words = _STYLE_TAGS[plan.style.id]
        tags.append(words[int(rng.integers(len(words)))])
    return tuple(dict.fromkeys(tags))
