"""Two or three hashtags per list: a controlled vocabulary in both languages, and one free tag made from facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from features.words.facts.reader import Entry
from features.words.facts.slots import Slots
from features.words.terms import forms, genres, lyrics
from features.words.terms.occasion import Occasion
from features.words.writer.frames import Draws
from schemas.vocabulary import MOODS, SCENES

_WEATHER = {
    "sunny": ("#晴天", "#SunnyDay"), "cloudy": ("#多云", "#CloudyDay"), "rain": ("#雨天", "#RainyDay"),
    "snow": ("#雪天", "#SnowDay"), "fog": ("#雾天", "#FoggyDay"), "wind": ("#起风了", "#WindyDay"),
}  # fmt: skip
_MOOD_TAGS = {m.id: ("#" + m.zh, "#" + m.en.capitalize()) for m in MOODS}
_PLAIN = (("#今天听什么", "#TodaysListening"), ("#三十首", "#Daily30"), ("#慢慢听", "#TakeYourTime"))
_GENRE_TAGS = {g.id: g.tags for g in genres.GENRES}
_FREE_MOST = 16  # letters of a free tag
_SUNG_BY = 2  # songs that must share a theme for it to name the list


def _joined(text: str) -> str:
    """A name as one tag: its letters and digits, words capitalised."""
    words = "".join(c if c.isalnum() else " " for c in text).split()
    return "#" + "".join(w[0].upper() + w[1:] for w in words)


def vocabulary() -> frozenset[str]:
    """Every hashtag that may be given, festivals, solar terms and the free tag apart."""
    pairs = [*_WEATHER.values(), *_PLAIN, *_GENRE_TAGS.values(), *_MOOD_TAGS.values(), *map(_scene_tags, SCENES)]
    return frozenset(tag for pair in pairs for tag in pair)


def _scene_tags(scene: str) -> tuple[str, str]:
    zh, en = SCENES[scene]
    return "#" + zh, _joined(en.removeprefix("a "))


def hashtags(
    entries: Sequence[Entry], scenes: Sequence[str], day: Occasion, told: Slots, spoken: Sequence[str], draws: Draws
) -> list[str]:
    """Three distinct hashtags, two where little is known: the day's or the genre's, a mood or scene, a free one.

    Args:
        scenes: the best scene of each song, where one is sure.
        spoken: slots that opener and intro tell, for the free tag.
    """
    side = 0 if told.language == "zh" else 1
    found: list[str] = []
    free = _free(entries, told, spoken)
    if free is not None and not (draws.index(3) == 0 and _day(day, side)):
        found.append(free)
    for tag in _wanted(entries, scenes, day, side, draws):
        if tag not in found:
            found.append(tag)
        if len(found) == 3:
            break
    for pair in _PLAIN[draws.index(len(_PLAIN)) :] + _PLAIN:
        if len(found) < 2 and pair[side] not in found:
            found.append(pair[side])
    return found[1:] + found[:1] if free in found[:1] else found


def _free(entries: Sequence[Entry], told: Slots, spoken: Sequence[str]) -> str | None:
    """A tag of what the words above speak of, an artist or a new name; else of a theme that several songs sing of."""
    for slot in ("artist", "new_artist"):
        if slot in spoken:
            tag = safe(told.slots[slot], told.language)
            if tag is not None:
                return tag
    themes = Counter([e.song.themes[0] for e in entries if e.song.themes])
    if themes:
        theme, songs = min(themes.items(), key=lambda pair: (-pair[1], pair[0]))
        word = lyrics.theme_word(theme, told.language)
        if songs >= _SUNG_BY and word is not None:
            return safe(word.removeprefix("the "), told.language)
    return None


def safe(name: str, language: str) -> str | None:
    """A name as a hashtag, or None where it cannot be one: too long, of another script, a bare number."""
    clean = forms.speakable(name)
    if clean is None:
        return None
    tag = _joined(clean)
    letters = tag[1:]
    least = 1 if language == "zh" else 2
    if not least <= len(letters) <= _FREE_MOST or letters.isdigit():
        return None
    if language == "en" and not letters.isascii():
        return None
    return tag


def _day(day: Occasion, side: int) -> str | None:
    if day.festival is not None:
        return _joined(day.festival.removeprefix("the ").replace("’", ""))
    if day.term is not None:
        return "#" + day.term
    return _WEATHER[day.weather][side] if day.weather in _WEATHER else None


def _wanted(entries: Sequence[Entry], scenes: Sequence[str], day: Occasion, side: int, draws: Draws) -> Iterator[str]:
    today = _day(day, side)
    moods = _most(Counter([e.song.moods[0] for e in entries if e.song.moods]))
    feel = [_MOOD_TAGS[m][side] for m in moods[:2]]
    feel += [_scene_tags(s)[side] for s in _most(Counter(scenes))[:1]]
    if today is not None and draws.index(4):
        yield today
    if feel:
        yield feel[draws.index(len(feel))]
    kinds = Counter([g.id for g in map(genres.find, [e.song.genre for e in entries]) if g is not None])
    yield from (_GENRE_TAGS[g][side] for g in _most(kinds)[:1])
    yield from feel


def _most(counts: Counter[str]) -> list[str]:
    return [name for name, _ in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]
