"""The form of values in each language: keys, numbers, dates, moods, clean names."""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date
from functools import lru_cache

from features.words.terms.commands import speaks_to_machine
from schemas.vocabulary import MOODS, SCENES

# Some mood words make good tags but poor adjectives; prose says these instead.
_PROSE = {"hopeful": "明朗", "groovy": "摇摆", "triumphant": "昂扬", "longing": "惦念"}
_MOODS = {m.id: {"zh": _PROSE.get(m.id, m.zh), "en": m.en} for m in MOODS}
_MODES = {"major": "大调", "minor": "小调"}
_ACCIDENTALS = {"#": "升", "b": "降"}
# Where the usual signature of a key spells its tonic otherwise than the data do.
_SPELLED = {("C#", "major"): "Db", ("Ab", "minor"): "G#"}
DAYPARTS = {
    "morning": {"zh": "早晨", "en": "morning"},
    "afternoon": {"zh": "午后", "en": "afternoon"},
    "evening": {"zh": "傍晚", "en": "evening"},
    "night": {"zh": "深夜", "en": "late-night"},
}
WEATHER = {
    "sunny": {"zh": "晴天", "en": "sunshine"},
    "cloudy": {"zh": "多云", "en": "cloud"},
    "rain": {"zh": "下雨", "en": "rain"},
    "snow": {"zh": "下雪", "en": "snow"},
    "fog": {"zh": "起雾", "en": "fog"},
    "wind": {"zh": "起风", "en": "wind"},
}
WEEKDAYS = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
LANGUAGES = {
    "zh": {"zh": "中文", "en": "Chinese"},
    "en": {"zh": "英文", "en": "English"},
    "instrumental": {"zh": "纯音乐", "en": "instrumental"},
}
_CITIES = (
    "北京 Beijing|上海 Shanghai|广州 Guangzhou|深圳 Shenzhen|成都 Chengdu|杭州 Hangzhou|重庆 Chongqing|武汉 Wuhan|"
    "西安 Xi'an|南京 Nanjing|天津 Tianjin|苏州 Suzhou|长沙 Changsha|郑州 Zhengzhou|青岛 Qingdao|大连 Dalian|"
    "厦门 Xiamen|昆明 Kunming|哈尔滨 Harbin|沈阳 Shenyang|香港 Hong_Kong|台北 Taipei|澳门 Macau|高雄 Kaohsiung|"
    "伦敦 London|纽约 New_York|洛杉矶 Los_Angeles|旧金山 San_Francisco|芝加哥 Chicago|多伦多 Toronto|"
    "温哥华 Vancouver|巴黎 Paris|柏林 Berlin|东京 Tokyo|大阪 Osaka|首尔 Seoul|新加坡 Singapore|吉隆坡 Kuala_Lumpur|"
    "悉尼 Sydney|墨尔本 Melbourne|西雅图 Seattle|波士顿 Boston|都柏林 Dublin|阿姆斯特丹 Amsterdam|马德里 Madrid|"
    "圣保罗 São_Paulo|曼谷 Bangkok|迪拜 Dubai|孟买 Mumbai|奥克兰 Auckland|开罗 Cairo|内罗毕 Nairobi"
    "|墨西哥城 Mexico_City"
)
_TO_EN = {zh: en.replace("_", " ") for zh, en in (pair.split(" ") for pair in _CITIES.split("|"))}
_TO_ZH = {en.casefold(): zh for zh, en in _TO_EN.items()}
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_LINK = re.compile(r"https?:|www\.|\.(com|cn|net|org)\b|[<>{}\[\]`|\\]|\*\*", re.IGNORECASE)
NAME_CAP = 40


def integer(value: float) -> str:
    """A number as people read it, rounded half up: 71.5 -> '72'."""
    return str(math.floor(value + 0.5))


def percent(share: float) -> str:
    """A share [0..1] as whole per cent without the sign: .413 -> '41'."""
    return integer(100 * share)


def tonic(key: str) -> str:
    """The tonic of a key of the data as musicians spell it: 'C# major' -> 'Db'."""
    pitch, _, mode = key.strip().partition(" ")
    return _SPELLED.get((pitch, mode), pitch)


def key_name(text: str, language: str) -> str:
    """A key of the data as musicians spell it: 'C# major' -> 'Db major' or '降D大调'."""
    name, mode = tonic(text), text.strip().partition(" ")[2]
    if language == "en":
        return f"{name} {mode}".strip()
    return _ACCIDENTALS.get(name[1:], "") + name[:1] + _MODES.get(mode, mode)


def mood(mood_id: str, language: str) -> str | None:
    """The word of a mood id, None for an id we do not know."""
    return _MOODS.get(mood_id, {}).get(language)


def scene(scene_id: str, language: str) -> str | None:
    """The word of a scene id."""
    pair = SCENES.get(scene_id)
    return None if pair is None else pair[0 if language == "zh" else 1]


def city(name: str | None, language: str) -> str | None:
    """A city in the reader's language where the table knows it, else as delivered."""
    if not name:
        return None
    clean = speakable(name)
    if clean is None:
        return None
    if language == "zh":
        return _TO_ZH.get(clean.casefold(), clean)
    return _TO_EN.get(clean, clean if clean.isascii() else None)


def clock(seconds: float) -> str:
    """Seconds as m:ss."""
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def month(day: date, language: str) -> str:
    """'2026 年 5 月' or 'May 2026'."""
    return f"{day.year} 年 {day.month} 月" if language == "zh" else f"{_MONTHS[day.month - 1]} {day.year}"


def clean(text: str) -> str:
    """NFC, without control and zero-width characters, spaces folded."""
    kept = "".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c)[0] != "C" or c in "\t\n")
    return " ".join(kept.split())


@lru_cache(maxsize=65536)
def speakable(text: str | None) -> str | None:
    """A name fit to stand in a sentence, or None when it carries a link, markup, a command or nothing.

    Names longer than NAME_CAP characters are cut with an ellipsis; quotation marks that would
    close ours early are taken out.
    """
    if text is None:
        return None
    name = clean(text)
    if not name or _LINK.search(name) or speaks_to_machine(text):
        return None
    name = "".join(c for c in name if c not in '《》「」“”"')
    if not any(c.isalnum() for c in name):
        return None
    return name if len(name) <= NAME_CAP else name[: NAME_CAP - 1].rstrip() + "…"
