"""The fact sheet of one song, its values in words of the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl

from features.words.facts.sheet import Fact
from features.words.terms import forms, genres, lyrics

WHAT: dict[str, tuple[str, str]] = {
    "title": ("歌名", "title"), "artist": ("音乐人", "artist"), "album": ("专辑", "album"),
    "release": ("发行", "released"), "genre": ("风格", "genre"), "language": ("语言", "language"),
    "label": ("厂牌", "label"), "producer": ("制作", "producer"), "composer": ("作曲", "composer"),
    "lyricist": ("作词", "lyricist"), "length": ("时长", "length"), "tempo": ("速度", "tempo"),
    "key": ("调性", "key"), "loudness": ("响度", "loudness"), "dynamics": ("强弱", "dynamics"),
    "energy": ("能量", "energy"), "energy_shape": ("力度走向", "energy over time"),
    "danceability": ("律动", "groove"), "brightness": ("音色", "brightness"),
    "valence": ("愉悦度", "valence"), "arousal": ("激动度", "arousal"), "mood": ("情绪", "mood"),
    "theme": ("歌词主题", "theme of the lyrics"), "quote": ("可引用的一句", "line to quote"),
    "voice": ("人声", "voice"), "metre": ("拍子", "metre"), "acoustic": ("乐器", "instruments"),
    "same_album": ("同专辑的歌", "from the same album"), "same_producer": ("同一位制作人的歌", "same producer"),
    "same_composer": ("同一位作曲的歌", "same composer"), "same_lyricist": ("同一位作词的歌", "same lyricist"),
    "same_label": ("同厂牌的歌", "same label"),
}  # fmt: skip
UNITS: dict[str, tuple[str, str]] = {
    "BPM": ("BPM", "BPM"), "s": ("秒", "s"), "LUFS": ("LUFS", "LUFS"), "LU": ("LU", "LU"), "Hz": ("赫兹", "Hz"),
    "beats": ("拍一小节", "beats a bar"), "songs": ("首", "songs"), "years": ("年", "years"),
    "steps": ("步", "steps"), "notes": ("个音", "notes"), "bpm": ("BPM", "BPM"), "song": ("首", "songs"),
    "artist": ("位", "artists"), "play": ("次", "plays"), "day": ("天", "days"), "minute": ("分钟", "minutes"),
    "percent": ("%", "%"), "hour": ("点", "h"),
}  # fmt: skip
VALUES: dict[str, dict[str, tuple[str, str]]] = {
    "dynamics": {"even": ("均匀", "even"), "breathing": ("有张有弛", "breathing"), "wide": ("跨度大", "wide")},
    "energy": {"low": ("低", "low"), "middling": ("中等", "middling"), "high": ("高", "high")},
    "energy_shape": {
        "rises": ("渐强", "rises"), "falls": ("渐弱", "falls"), "late_peak": ("后段最满", "peaks late"),
        "early_peak": ("前段最满", "peaks early"), "steady": ("平稳", "steady"),
    },
    "danceability": {"loose": ("松散", "loose"), "steady": ("平稳", "steady"), "danceable": ("适合跳舞", "danceable")},
    "brightness": {"warm": ("偏暖", "warm"), "balanced": ("居中", "balanced"), "bright": ("明亮", "bright")},
    "voice": {"sung": ("有人唱", "sung"), "instrumental": ("没有人声", "no voice")},
    "acoustic": {"acoustic": ("原声乐器", "acoustic"), "electric": ("电声乐器", "electric or electronic")},
}  # fmt: skip


def side(language: str) -> int:
    """Where a language stands in a pair of words."""
    return 0 if language == "zh" else 1


def unit_word(unit: str | None, language: str) -> str:
    """A unit in words."""
    return UNITS.get(unit or "", (unit or "", unit or ""))[side(language)]


def song_facts(rows: pl.DataFrame, language: str, letter: str = "f") -> list[Fact]:
    """The rows of ``facts`` of one track as a sheet.

    Args:
        letter: what refs begin with: f for the song itself, g for the one beside it.
    """
    facts = []
    for row in rows.sort("fact_id").iter_rows(named=True):
        facts.append(
            Fact(
                ref=letter + row["fact_id"][1:],
                kind=row["kind"],
                what=WHAT[row["kind"]][side(language)],
                text=in_words(row, language),
                value=row["value"],
                unit=row["unit"],
                source=row["source_table"],
                confidence=round(row["confidence"], 2),
                said=row["assertable"],
            )
        )
    return facts


def length(seconds: float, language: str) -> str:
    """'3 分 7 秒' or '3 minutes and 7 seconds'."""
    minutes, left = divmod(int(seconds + 0.5), 60)
    if language == "zh":
        if not minutes:
            return f"{left} 秒"
        return f"{minutes} 分 {left} 秒" if left else f"{minutes} 分钟"
    parts = [f"{n} {unit}{'' if n == 1 else 's'}" for n, unit in ((minutes, "minute"), (left, "second")) if n]
    return " and ".join(parts)


def in_words(row: dict[str, Any], language: str) -> str:
    """The value of a row of ``facts`` as people say it."""
    kind, text, value = row["kind"], row["text"], row["value"]
    if kind in VALUES and text is not None:
        return VALUES[kind][text][side(language)]
    if kind in _WORDED:
        return _WORDED[kind](text, language) or str(text)
    if kind == "quote":
        return f"{text}（{forms.clock(row['at_s'])}）" if row["at_s"] is not None else str(text)
    if kind == "length":
        return length(value, language)
    if text is not None:
        return str(text)
    return forms.integer(value) if value == int(value) else f"{value:.2g}" if abs(value) < 1 else f"{value:.1f}"


def _date(text: str, language: str) -> str:
    day = date.fromisoformat(text)
    return f"{forms.month(day, 'zh')} {day.day} 日" if language == "zh" else f"{day.day} {forms.month(day, 'en')}"


_WORDED: dict[str, Callable[[str, str], str | None]] = {
    "key": forms.key_name,
    "mood": forms.mood,
    "theme": lyrics.theme_word,
    "genre": genres.called,
    "release": _date,
    "language": lambda text, language: forms.LANGUAGES.get(text, {}).get(language),
}
