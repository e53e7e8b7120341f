"""Two or three hashtags per list: a controlled vocabulary in both languages, and one free tag made from facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from features.words.facts.reader import Entry
from features.words.facts.slots import Slots
from features.words.terms import forms, genres, lyrics
from features.words.terms.occasion import Occasion
from features.words.writer.frames import Draws
from schemas.text_files import texts
from schemas.vocabulary import LANGUAGES, MOOD_IDS, MOOD_NAMES, SCENE_IDS, SCENE_NAMES

_TEXTS = texts("features.words.writer", "hashtags")
_FREE_MOST = 16  # letters of a free tag
_TAGGED_FROM = 3  # songs of a mood, a scene, a genre for it to name the list
_THIRTY = 30  # songs of a whole list, which one of the plain tags counts
_SUNG_BY = 2  # songs that must share a theme for it to name the list


def _joined(text: str) -> str:
    """A name as one tag: its letters and digits, words capitalised."""
    words = "".join(c if c.isalnum() else " " for c in text).split()
    return "#" + "".join(w[0].upper() + w[1:] for w in words)


def vocabulary() -> frozenset[str]:
    """Every hashtag that may be given, festivals, solar terms and the free tag apart."""
    given = {tag for words in _TEXTS.values() for section in words.values() for tag in section.values()}
    for language in LANGUAGES:
        given |= {genres.hashtag(genre, language) for genre in genres.GENRE_IDS}
        given |= {_mood_tag(mood, language) for mood in MOOD_IDS} | {_scene_tag(scene, language) for scene in SCENE_IDS}
    return frozenset(given)


def _mood_tag(mood: str, language: str) -> str:
    return "#" + MOOD_NAMES[language][mood].capitalize()


def _scene_tag(scene: str, language: str) -> str:
    return _joined(SCENE_NAMES[language][scene].removeprefix("a "))


def hashtags(
    entries: Sequence[Entry], scenes: Sequence[str], day: Occasion, slots: Slots, spoken: Sequence[str], draws: Draws
) -> list[str]:
    """Three distinct hashtags, two where little is known: the day's or the genre's, a mood or scene, a free one.

    Args:
        scenes: the best scene of each song, where one is sure.
        spoken: slots that opener and intro tell, for the free tag.
    """
    language = slots.language
    found: list[str] = []
    free = _free(entries, slots, spoken)
    if free is not None and not (draws.index(3) == 0 and _day(day, language)):
        found.append(free)
    for tag in _wanted(entries, scenes, day, language, draws):
        if tag not in found:
            found.append(tag)
        if len(found) == 3:
            break
    plain = [tag for name, tag in _TEXTS[language]["plain"].items() if name != "thirty" or len(entries) == _THIRTY]
    for tag in plain[draws.index(len(plain)) :] + plain:
        if len(found) < 2 and tag not in found:
            found.append(tag)
    return found[1:] + found[:1] if free in found[:1] else found


def _free(entries: Sequence[Entry], slots: Slots, spoken: Sequence[str]) -> str | None:
    """A tag of what the words above speak of, an artist or a new name; else of a theme that several songs sing of."""
    for slot in ("artist", "new_artist"):
        if slot in spoken:
            tag = safe(slots.values[slot], slots.language)
            if tag is not None:
                return tag
    themes = Counter([e.song.themes[0] for e in entries if e.song.themes])
    if themes:
        theme, songs = min(themes.items(), key=lambda pair: (-pair[1], pair[0]))
        word = lyrics.theme_word(theme, slots.language)
        if songs >= _SUNG_BY and word is not None:
            return safe(word.removeprefix("the "), slots.language)
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


def _day(day: Occasion, language: str) -> str | None:
    if day.festival is not None:
        return _joined(day.festival.removeprefix("the ").replace("’", ""))
    if day.term is not None:
        return "#" + day.term
    return _TEXTS[language]["weather"].get(day.weather or "")


def _wanted(
    entries: Sequence[Entry], scenes: Sequence[str], day: Occasion, language: str, draws: Draws
) -> Iterator[str]:
    today = _day(day, language)
    moods = _most(Counter([e.song.moods[0] for e in entries if e.song.moods]), entries)
    feel = [_mood_tag(m, language) for m in moods[:2]]
    feel += [_scene_tag(s, language) for s in _most(Counter(scenes), entries)[:1]]
    if today is not None and draws.index(4):
        yield today
    if feel:
        yield feel[draws.index(len(feel))]
    kinds = Counter([g for g in map(genres.find, [e.song.genre for e in entries]) if g is not None])
    yield from (genres.hashtag(g, language) for g in _most(kinds, entries)[:1])
    yield from feel


def _most(counts: Counter[str], entries: Sequence[Entry]) -> list[str]:
    """What is true of enough songs to name the list, the most frequent first."""
    held = [(name, count) for name, count in counts.items() if count >= min(_TAGGED_FROM, len(entries))]
    return [name for name, _ in sorted(held, key=lambda pair: (-pair[1], pair[0]))]
