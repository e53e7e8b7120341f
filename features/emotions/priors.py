"""What the catalogue alone suggests: genres' usual feeling, and listeners' tags."""

from __future__ import annotations

import re
from collections.abc import Sequence

from features.emotions.words import SILENT, Affect, read
from schemas.vocabulary import SCENES

# Genre word: usual valence and arousal (mood words of a genre aside); matched inside the genre's name.
GENRES: tuple[tuple[str, float, float], ...] = (
    ("ambient", 0.20, -0.65), ("氛围", 0.20, -0.65),
    ("lofi", 0.15, -0.45), ("lo-fi", 0.15, -0.45),
    ("ballad", -0.15, -0.40), ("抒情", -0.15, -0.40),
    ("folk", 0.20, -0.20), ("民谣", 0.10, -0.25), ("country", 0.30, 0.10), ("乡村", 0.30, 0.10),
    ("city_pop", 0.45, 0.25), ("city pop", 0.45, 0.25),
    ("jazz", 0.25, -0.05), ("爵士", 0.25, -0.05), ("bossa", 0.45, -0.25), ("blues", -0.20, -0.05),
    ("electronic", 0.25, 0.55), ("电子", 0.25, 0.55), ("dance", 0.45, 0.65), ("house", 0.40, 0.60),
    ("techno", 0.05, 0.70), ("edm", 0.40, 0.75), ("disco", 0.60, 0.60),
    ("metal", -0.35, 0.85), ("金属", -0.35, 0.85), ("punk", 0.05, 0.80), ("rock", 0.05, 0.60), ("摇滚", 0.05, 0.60),
    ("hip hop", 0.05, 0.45), ("hip-hop", 0.05, 0.45), ("rap", 0.00, 0.50), ("说唱", 0.00, 0.50),
    ("rnb", 0.20, -0.05), ("r&b", 0.20, -0.05), ("soul", 0.25, 0.05), ("funk", 0.60, 0.50),
    ("guofeng", 0.00, -0.15), ("古风", 0.00, -0.15), ("国风", 0.00, -0.15), ("中国风", 0.00, -0.15),
    ("waltz", 0.30, -0.10), ("圆舞曲", 0.30, -0.10), ("classical", 0.10, -0.30), ("古典", 0.10, -0.30),
    ("orchestral", 0.10, 0.25), ("soundtrack", 0.05, 0.10), ("playful", 0.65, 0.35), ("children", 0.65, 0.35),
    ("儿歌", 0.65, 0.35), ("new age", 0.40, -0.60), ("reggae", 0.50, 0.15), ("pop", 0.25, 0.20), ("流行", 0.15, 0.10),
)  # fmt: skip

_SCENE_WORDS: dict[str, tuple[str, ...]] = {
    "rainy_day": ("雨天", "雨", "rain"),
    "driving": ("开车", "自驾", "公路", "driving", "road", "highway"),
    "study": ("自习", "学习", "专注", "study", "focus", "lo-fi", "chill beats"),
    "late_night": ("深夜", "夜晚", "午夜", "midnight", "late night", "night"),
    "workout": ("运动", "健身", "跑步", "workout", "gym", "running"),
    "meditation": ("冥想", "瑜伽", "meditation", "yoga"),
    "morning": ("清晨", "早晨", "早安", "morning", "sunrise"),
    "commute": ("通勤", "地铁", "commute", "subway", "train"),
    "cafe": ("咖啡", "咖啡馆", "cafe", "café", "coffee"),
    "party": ("聚会", "派对", "party", "club", "dance"),
    "sleep": ("睡前", "助眠", "睡眠", "sleep", "lullaby"),
    "walk": ("散步", "漫步", "walk", "stroll"),
    "reading": ("阅读", "看书", "读书", "reading", "books"),
    "travel": ("旅行", "旅途", "travel", "trip", "journey"),
    "date": ("约会", "烛光", "date night", "candlelight"),
}


def of_genre(genre: str | None) -> tuple[float, float] | None:
    """Usual valence and arousal of a genre; the longest name found in it counts."""
    name = (genre or "").lower()
    found = [(len(word), word, v, a) for word, v, a in GENRES if word in name or word == name.replace(" ", "_")]
    return max(found)[2:] if found else None


def of_tags(tags: Sequence[str]) -> Affect:
    """The affect of listeners' tags."""
    return read(sorted(tags)) if tags else SILENT


def scenes_named(texts: Sequence[str]) -> set[str]:
    """Scenes that a tag or a line names."""
    joined = "\n".join(texts).lower()
    return {scene for scene in SCENES if any(_names(word, joined) for word in _SCENE_WORDS[scene])}


def _names(word: str, text: str) -> bool:
    if word.isascii():
        return re.search(rf"\b{re.escape(word)}\b", text) is not None
    return word in text
