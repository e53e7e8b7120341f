"""What the words of a song speak of, and which of its lines may be quoted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from features.words.params import FactParams
from features.words.terms import forms

# theme id -> (Chinese word, English word, Chinese signs, English stems)
THEMES: dict[str, tuple[str, str, str, str]] = {
    "rain": ("雨", "rain", "雨 伞 屋檐 淋湿", "rain umbrella drizzle puddle storm"),
    "homecoming": ("归家", "coming home", "回家 归来 故乡 家乡 老家 归途 炊烟", "home homeward doorstep hometown"),
    "night": ("夜", "night", "夜 夜晚 深夜 凌晨 霓虹 路灯", "night midnight streetlight neon dark"),
    "sea": ("海", "the sea", "海 浪 潮 帆 港湾 沙滩 灯塔", "sea ocean wave tide shore sail harbour harbor"),
    "moon": ("月", "the moon", "月 月亮 月光 明月", "moon moonlight lunar"),
    "stars": ("星", "stars", "星 星光 银河 流星", "star starlight galaxy constellation"),
    "youth": ("少年时光", "growing up", "少年 青春 年少 校园 单车 操场", "youth young schoolyard teenage bicycle"),
    "farewell": ("告别", "farewell", "再见 告别 离开 离别 转身 挥手", "goodbye farewell leave leaving apart"),
    "love": ("爱", "love", "爱 喜欢你 拥抱 亲吻 心动", "love kiss heart darling beloved"),
    "longing": ("思念", "longing", "想你 思念 等你 惦记 想念", "miss longing wait waiting yearn"),
    "dream": ("梦", "dreams", "梦 做梦 梦境", "dream dreaming asleep"),
    "road": ("路途", "the road", "路 远方 车站 列车 旅途 公路", "road highway train station travel mile"),
    "city": ("城市", "the city", "城市 街 地铁 高楼 人海", "city street subway downtown rooftop"),
    "wind": ("风", "wind", "风 晚风 清风", "wind breeze"),
    "spring": ("春", "spring", "春 花开 发芽 燕子", "spring blossom bloom bud"),
    "summer": ("夏", "summer", "夏 蝉 夏天", "summer cicada sunburn"),
    "autumn": ("秋", "autumn", "秋 落叶 枫", "autumn fall leaf leaves"),
    "winter": ("冬", "winter", "冬 雪 寒", "winter snow frost"),
    "morning": ("清晨", "morning", "清晨 晨光 早安 朝阳 日出", "morning sunrise dawn daybreak"),
    "memory": ("回忆", "memory", "回忆 从前 往事 记得 旧", "remember memory memories yesterday photograph"),
    "hope": ("希望", "hope", "希望 明天 勇敢 光 前方", "hope tomorrow brave shine light"),
    "solitude": ("独处", "being alone", "一个人 孤单 寂寞 独自", "alone lonely solitude"),
    "dance": ("舞", "dancing", "舞 跳舞 节拍 摇摆", "dance dancing sway rhythm"),
    "tea": ("茶与酒", "tea and wine", "茶 酒 杯", "tea wine cup coffee"),
    "mountain": ("山", "mountains", "山 峰 江湖 云海", "mountain hill peak valley"),
}
_EN_STEMS = {
    theme: re.compile(r"\b(?:" + "|".join(signs.split()) + r")s?\b", re.IGNORECASE)
    for theme, (_, _, _, signs) in THEMES.items()
}
_ZH_SIGNS = {theme: tuple(signs.split()) for theme, (_, _, signs, _) in THEMES.items()}
_HAN = re.compile(r"[\u4e00-\u9fff]")
_UNQUOTABLE = re.compile(r"https?:|www\.|[<>{}\[\]`|\\@#]|《|》|「|」|“|”|作词|作曲|编曲|制作人", re.IGNORECASE)


def theme_word(theme: str, language: str) -> str | None:
    """The word of a theme id in a language."""
    entry = THEMES.get(theme)
    return None if entry is None else entry[0 if language == "zh" else 1]


def themes(lines: Sequence[str], params: FactParams) -> list[tuple[str, float]]:
    """Themes of the lyrics with a confidence, strongest first.

    Each line counts once per theme; confidence grows with the lines that carry it and
    saturates (n / (n + 2)), so two lines give 0.5.
    """
    text = [forms.clean(line) for line in lines]
    found = []
    for theme in THEMES:
        hits = sum(1 for line in text if _carries(line, theme))
        if hits >= params.min_theme_hits:
            found.append((theme, hits / (hits + 2.0)))
    found.sort(key=lambda pair: (-pair[1], pair[0]))
    return found[: params.max_themes]


def _carries(line: str, theme: str) -> bool:
    if _HAN.search(line):
        return any(sign in line for sign in _ZH_SIGNS[theme])
    return _EN_STEMS[theme].search(line) is not None


@dataclass(frozen=True, slots=True)
class Quote:
    """A line of the lyrics short enough to quote; ``at_s`` is None when not timed."""

    text: str
    at_s: float | None
    repeats: int


def quotes(lines: Sequence[str], starts: Sequence[float], params: FactParams) -> list[Quote]:
    """Quotable lines: repeated ones (the chorus) first, then the more particular ones."""
    cleaned = [forms.clean(line) for line in lines]
    counts = Counter(cleaned)
    timed = len(starts) == len(lines)
    seen: dict[str, Quote] = {}
    for position, line in enumerate(cleaned):
        if line not in seen and _quotable(line, params):
            seen[line] = Quote(line, float(starts[position]) if timed else None, counts[line])
    order = {line: i for i, line in enumerate(seen)}
    ranked = sorted(seen.values(), key=lambda q: (-q.repeats, -len(set(q.text)), order[q.text]))
    return ranked[: params.max_quotes]


def _quotable(line: str, params: FactParams) -> bool:
    if not line or _UNQUOTABLE.search(line):
        return False
    han = len(_HAN.findall(line))
    if han:
        return han >= 4 and len(line) <= params.quote_max_chars
    words = line.split()
    return 3 <= len(words) <= params.quote_max_words and len(line) <= 90
