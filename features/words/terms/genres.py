"""Genres the house knows: how each is called, and under which names catalogues carry it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from features.words.terms import forms


@dataclass(frozen=True, slots=True)
class Genre:
    """A genre: id, Chinese name, English noun and adjective, hashtags, other names."""

    id: str
    zh: str
    en: str
    adjective: str
    tags: tuple[str, str]
    aliases: tuple[str, ...]


GENRES: tuple[Genre, ...] = (
    Genre("ballad", "抒情慢歌", "balladry", "ballad-like", ("#抒情慢歌", "#Ballads"), ("抒情", "慢歌", "ballads")),
    Genre("folk", "民谣", "folk", "folk", ("#民谣", "#Folk"), ("民谣", "singer songwriter", "acoustic", "indie folk")),
    Genre("city_pop", "城市流行", "city pop", "city pop", ("#城市流行", "#CityPop"), ("城市流行", "citypop")),
    Genre("jazz", "爵士", "jazz", "jazz", ("#爵士", "#Jazz"), ("爵士", "swing", "bebop", "smooth jazz")),
    Genre("lofi", "低保真", "lo-fi", "lo-fi", ("#低保真", "#LoFi"), ("lo fi", "低保真", "chillhop", "lofi hip hop")),
    Genre("rock", "摇滚", "rock", "rock", ("#摇滚", "#Rock"), ("摇滚", "indie rock", "alternative", "metal", "punk")),
    Genre("electronic", "电子", "electronic music", "electronic", ("#电子", "#Electronic"),
          ("电子", "edm", "house", "techno", "trance", "synthwave", "electronica", "dance")),
    Genre("guofeng", "古风", "guofeng", "guofeng", ("#古风", "#Guofeng"), ("国风", "中国风")),
    Genre("waltz", "圆舞曲", "waltz music", "waltz-time", ("#圆舞曲", "#Waltz"), ("圆舞曲", "华尔兹")),
    Genre("ambient", "氛围音乐", "ambient", "ambient", ("#氛围音乐", "#Ambient"), ("氛围", "new age", "drone")),
    Genre("rnb", "节奏布鲁斯", "R&B", "R&B", ("#节奏布鲁斯", "#RnB"), ("r&b", "r and b", "节奏布鲁斯", "soul")),
    Genre("bossa_nova", "波萨诺瓦", "bossa nova", "bossa nova", ("#波萨诺瓦", "#BossaNova"), ("bossa",)),
    Genre("orchestral", "管弦乐", "orchestral music", "orchestral", ("#管弦乐", "#Orchestral"),
          ("管弦", "管弦乐", "classical", "soundtrack", "cinematic", "symphonic", "古典")),
    Genre("playful", "俏皮小品", "playful pop", "playful", ("#俏皮小品", "#Playful"), ("俏皮", "comedy", "children")),
)  # fmt: skip


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").split())


_BY_NAME = {_plain(n): g for g in GENRES for n in (g.id, g.zh, g.en, g.adjective, *g.aliases)}


@lru_cache(maxsize=4096)
def find(name: str | None) -> Genre | None:
    """The known genre behind a catalogue's own name, or None."""
    return None if not name else _BY_NAME.get(_plain(name))


@lru_cache(maxsize=4096)
def called(name: str | None, language: str) -> str | None:
    """A genre as the reader's language names it; an unknown one only where its letters fit."""
    known = find(name)
    if known is not None:
        return known.zh if language == "zh" else known.en
    word = forms.speakable(name)
    if word is None or len(word) > 24:
        return None
    return word if word.isascii() == (language == "en") else None
