"""Two or three hashtags per list, from a controlled vocabulary in both languages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from features.words import genres
from features.words.frames import Draws
from features.words.occasion import Occasion
from features.words.reader import Entry
from schemas.vocabulary import MOODS, SCENES

_WEATHER = {
    "sunny": ("#晴天", "#SunnyDay"), "cloudy": ("#多云", "#CloudyDay"), "rain": ("#雨天", "#RainyDay"),
    "snow": ("#雪天", "#SnowDay"), "fog": ("#雾天", "#FoggyDay"), "wind": ("#起风了", "#WindyDay"),
}  # fmt: skip
_MOOD_TAGS = {m.id: ("#" + m.zh, "#" + m.en.capitalize()) for m in MOODS}
_PLAIN = (("#今天听什么", "#TodaysListening"), ("#三十首", "#Daily30"), ("#慢慢听", "#TakeYourTime"))


def _joined(text: str) -> str:
    words = "".join(c if c.isalnum() else " " for c in text).split()
    return "#" + "".join(w[0].upper() + w[1:] for w in words)


def vocabulary() -> frozenset[str]:
    """Every hashtag that may ever be given, festivals and solar terms apart."""
    pairs = [*_WEATHER.values(), *_PLAIN, *(g.tags for g in genres.GENRES), *map(_mood_tags, [m.id for m in MOODS])]
    pairs += [_scene_tags(scene) for scene in SCENES]
    return frozenset(tag for pair in pairs for tag in pair)


def _mood_tags(mood: str) -> tuple[str, str]:
    return _MOOD_TAGS[mood]


def _scene_tags(scene: str) -> tuple[str, str]:
    zh, en = SCENES[scene]
    return "#" + zh, _joined(en.removeprefix("a "))


def hashtags(entries: Sequence[Entry], scenes: Sequence[str], day: Occasion, language: str, draws: Draws) -> list[str]:
    """Two or three distinct hashtags: the day's, then the list's mood or scene, then its genre.

    Args:
        scenes: the best scene of each song, where one is sure.
    """
    side = 0 if language == "zh" else 1
    found: list[str] = []
    for tag in _wanted(entries, scenes, day, side, draws):
        if tag not in found:
            found.append(tag)
        if len(found) == 3:
            break
    for pair in _PLAIN[draws.index(len(_PLAIN)) :] + _PLAIN:
        if len(found) < 2 and pair[side] not in found:
            found.append(pair[side])
    return found


def _wanted(entries: Sequence[Entry], scenes: Sequence[str], day: Occasion, side: int, draws: Draws) -> Iterator[str]:
    if day.festival is not None:
        yield _joined(day.festival.removeprefix("the ").replace("’", ""))
    elif day.term is not None:
        yield "#" + day.term
    elif day.weather in _WEATHER:
        yield _WEATHER[day.weather][side]
    moods = Counter(e.song.moods[0] for e in entries if e.song.moods)
    places = Counter(scenes)
    feel = [_mood_tags(m)[side] for m in _most(moods)[:2]] + [_scene_tags(s)[side] for s in _most(places)[:1]]
    if feel:
        yield feel[draws.index(len(feel))]
    kinds = Counter(g.id for g in (genres.find(e.song.genre) for e in entries) if g is not None)
    tags = {g.id: g.tags[side] for g in genres.GENRES}
    yield from (tags[g] for g in _most(kinds)[:1])
    yield from feel


def _most(counts: Counter[str]) -> list[str]:
    return [name for name, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]
