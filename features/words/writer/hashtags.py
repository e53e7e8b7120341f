"""Three hashtags per list: whom its listener plays most, what most of its songs are or share with the listener, and
the scene that its opener uses.

What names the list holds of more than half of all its songs, known or not: a mood or genre, how quiet, bright or fast
they are. An artist is in the list; a style or mood of the listener's month is in several of its songs. One tag names
the calendar at most: the day, the season, the sky or the hours of most plays; for want of others there is the
community. Of each kind the tag comes first that the listener's last nights have not had.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache

from features.words.facts.listeners import daypart_id
from features.words.facts.reader import Entry, Reader
from features.words.facts.songs import Song
from features.words.terms import genres
from features.words.terms.occasion import Occasion
from features.words.writer.frames import Draws
from schemas.text_files import texts
from schemas.vocabulary import LANGUAGES, MOOD_IDS, MOOD_NAMES, SCENE_IDS, SCENE_NAMES

_TEXTS = texts("features.words.writer", "hashtags")
_NUMBER = 3
_FELT = 0.25  # of valence and arousal [-1, 1]: nearer to 0 a song is neither
_SLOW, _FAST = 95, 120  # BPM up to which a song is slow, from which it is fast
_STILL = frozenset(("sleep", "meditation", "reading", "study"))  # scenes that no fast song suits
_OF_THE_DAY = frozenset(("rainy_day", "morning", "late_night"))  # scenes that would say what the day is
_MANY = 5  # songs of which most are more than a chance
_SOME = 4  # songs of a list from which it may be named for a taste of its listener
_LIKED = 3  # genres and moods of the listener's month that may name a list
_NOTHING: Mapping[str, int] = {}
_LONGEST = 16  # letters of a name that make a tag


@cache
def _feelings(language: str) -> frozenset[str]:
    """Tags of how songs feel, by what was measured or by their mood."""
    qualities = {tag for name, tag in _TEXTS[language]["list"].items() if name != "wordless"}
    return frozenset(qualities | {_mood_tag(mood, language) for mood in MOOD_IDS})


def _joined(text: str) -> str:
    """A name as one tag: its letters and digits, words capitalised."""
    words = "".join(c if c.isalnum() else " " for c in text).split()
    return "#" + "".join(w[0].upper() + w[1:] for w in words)


def vocabulary() -> frozenset[str]:
    """Every hashtag that may be given; names of artists, festivals and solar terms apart."""
    given = {tag for words in _TEXTS.values() for name in words.keys() - {"form"} for tag in words[name].values()}
    for language in LANGUAGES:
        given |= {genres.hashtag(genre, language) for genre in genres.GENRE_IDS}
        given |= {_mood_tag(mood, language) for mood in MOOD_IDS} | {_scene_tag(scene, language) for scene in SCENE_IDS}
    return frozenset(given)


def _mood_tag(mood: str, language: str) -> str:
    return "#" + MOOD_NAMES[language][mood].capitalize()


def _scene_tag(scene: str, language: str) -> str:
    return _joined(SCENE_NAMES[language][scene].removeprefix("a "))


def hashtags(
    entries: Sequence[Entry],
    scenes: Sequence[str],
    day: Occasion,
    reader: Reader,
    draws: Draws,
    artist: str | None = None,
    head: str = "",
    had: Mapping[str, int] = _NOTHING,
) -> list[str]:
    """Distinct hashtags: the artist, the list and its listener's taste, the opener's scene or the day, the community.

    One at most says how the songs feel: quiet and calm, slow and lazy would say it twice.

    Args:
        scenes: the best scene of each song, where one is sure.
        artist: whom the listener played most in the past month, by name.
        head: section of the head of the opener.
        had: hashtag -> nights of the last fourteen in which this listener had it.
    """
    language = reader.language

    def seldom(tags: Iterable[str]) -> list[str]:
        """Those that the listener had least first; among these in the order of a draw."""
        left, drawn = list(dict.fromkeys(tags)), list[str]()
        while left:
            drawn.append(left.pop(draws.index(len(left))))
        return sorted(drawn, key=lambda tag: had.get(tag, 0))

    named = [*_of_artist(entries, artist)]
    songs = seldom([*_of_list(entries, scenes, language), *_of_taste(entries, reader)])
    felt = [tag for tag in songs if tag in _feelings(language)]
    songs = [tag for tag in songs if tag not in felt]
    calendar = [*_of_opener(head, day, language), *_of_listener(reader), *_of_day(day, language)]
    days = sorted(dict.fromkeys(calendar), key=lambda tag: had.get(tag, 0))
    found = sorted([*named, *felt[:1], *songs[:2]], key=lambda tag: had.get(tag, 0))[: _NUMBER - 1]
    found = [*(tag for tag in named if tag in found), *(tag for tag in found if tag not in named), *days[:1]]
    found += [*songs, *named, *felt[:1], _TEXTS[language]["plain"]["community"]]
    return list(dict.fromkeys(found))[:_NUMBER]


def _of_taste(entries: Sequence[Entry], reader: Reader) -> Iterator[str]:
    """A genre and a mood that the listener played in the past month and that some songs of the list have."""
    if not reader.personalised:
        return
    kinds = Counter([genres.find(entry.song.genre) for entry in entries])
    played = Counter[str | None]()
    for name, plays in reader.recent.get("genre", {}).items():
        played[genres.find(name)] += plays
    for kind in sorted(played.keys() - {None}, key=lambda kind: (-played[kind], kind or ""))[:_LIKED]:
        if kind is not None and kinds[kind] >= _SOME:
            yield genres.hashtag(kind, reader.language)
    moods = Counter([mood for entry in entries for mood in set(entry.song.moods)])
    felt = reader.recent.get("mood", {})
    for mood in sorted(felt, key=lambda mood: (-felt[mood], mood))[:_LIKED]:
        if moods[mood] >= _SOME:
            yield _mood_tag(mood, reader.language)


def _of_artist(entries: Sequence[Entry], artist: str | None) -> Iterator[str]:
    """The artist whom the listener plays most, where the list has them too."""
    tag = _joined(artist or "")
    if 1 < len(tag) <= _LONGEST + 1 and any(entry.song.artist == artist for entry in entries):
        yield tag


def _of_opener(head: str, day: Occasion, language: str) -> Iterator[str]:
    """The scene that the opener begins with."""
    words, (kind, _, name) = _TEXTS[language], head.partition(".")
    if name in words["time"]:
        yield words["time"][name]
    elif kind == "sky" and day.weather is not None:
        yield words["weather"][day.weather]
    elif name in ("festival", "term"):
        yield from _of_day(day, language)
    elif name in ("weekend", "friday", "workday"):
        yield words["weekday"][str(day.weekday)]


def _of_day(day: Occasion, language: str) -> Iterator[str]:
    """What the day is: a festival or solar term alone, else its weekday, season and weather."""
    words = _TEXTS[language]
    if day.festival is not None:
        yield _joined(day.festival.removeprefix("the ").replace("’", ""))
        return
    if day.term is not None:
        yield words["form"]["term"].format(day.term)
        return
    yield words["weekday"][str(day.weekday)]
    if day.season is not None:
        yield words["season"][day.season]
    if day.weather is not None:
        yield words["weather"][day.weather]


def _of_list(entries: Sequence[Entry], scenes: Sequence[str], language: str) -> Iterator[str]:
    """What more than half of all songs are."""
    if len(entries) < _MANY:
        return
    half = len(entries) / 2
    for name, holds in _QUALITIES.items():
        if sum(holds(entry.song) for entry in entries) > half:
            yield _TEXTS[language]["list"][name]
    suits = Counter(scenes)
    hurried = any(entry.song.tempo is not None and entry.song.tempo >= _FAST for entry in entries)
    for scene in sorted(suits.keys() - _OF_THE_DAY):
        if suits[scene] > half and not (hurried and scene in _STILL):
            yield _scene_tag(scene, language)
    moods = Counter([mood for entry in entries for mood in set(entry.song.moods)])
    yield from (_mood_tag(mood, language) for mood in sorted(moods) if moods[mood] > half)
    kinds = Counter([genres.find(entry.song.genre) for entry in entries])
    yield from (genres.hashtag(kind, language) for kind in kinds if kind is not None and kinds[kind] > half)


_QUALITIES: dict[str, Callable[[Song], bool]] = {
    "quiet": lambda song: song.arousal is not None and song.arousal <= -_FELT,
    "lively": lambda song: song.arousal is not None and song.arousal >= _FELT,
    "bright": lambda song: song.valence is not None and song.valence >= _FELT,
    "dark": lambda song: song.valence is not None and song.valence <= -_FELT,
    "slow": lambda song: song.tempo is not None and song.tempo <= _SLOW,
    "fast": lambda song: song.tempo is not None and song.tempo >= _FAST,
    "wordless": lambda song: song.voice == "instrumental",
}


def _of_listener(reader: Reader) -> Iterator[str]:
    """The part of the day that holds most of the listener's plays."""
    part = daypart_id(reader.taste) if reader.personalised else None
    if part is not None:
        yield _TEXTS[reader.language]["time"][part]
