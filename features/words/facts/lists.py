"""The facts of one list: of its songs alone; those of the listener come from listener_facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from features.evidence.kind import EvidenceRow
from features.words.facts import listeners as listener_facts
from features.words.facts.reader import Entry, Reader
from features.words.facts.slots import Slots
from features.words.facts.songs import Song
from features.words.terms import genres

FRESH_DAYS = 30
_FEW = 5  # fewer measured songs than this say nothing about a whole list
_MIDDLE, _MOST = 0.6, 0.51  # share of the measured songs that the told band holds; of all songs, at least
_ENDS_FROM = 0.85  # measured share from which the slowest and the fastest are told


def tell_list(
    reader: Reader,
    entries: Sequence[Entry],
    reasons: Mapping[str, Sequence[EvidenceRow]],
    songs: Mapping[str, Song],
    artists: Mapping[str, str],
    serves_on: date,
) -> Slots:
    """Slots and sheet of a list.

    Args:
        reasons: track id -> its evidence, strongest first.
        songs: every song named anywhere (list and loops).
        artists: artist id -> name.
    """
    told = Slots(reader.language)
    _size(told, entries)
    _sound(told, entries)
    _colours(told, entries)
    _fresh(told, entries, serves_on)
    _ends(told, entries)
    if reader.personalised:
        listener_facts.tell_listener(told, reader, entries, reasons, songs, artists)
    return told


def _size(told: Slots, entries: Sequence[Entry]) -> None:
    told.number("songs", len(entries), "song", "rank")
    told.number("rest_songs", len(entries) - 1, "song", least=2)
    told.number("artists", len({e.artist_id for e in entries}), "artist", least=2)
    lengths = [e.song.length for e in entries]
    if lengths and all(x is not None for x in lengths):
        minutes = sum(x for x in lengths if x is not None) / 60
        told.number("minutes", minutes, "minute", least=2)


def _sound(told: Slots, entries: Sequence[Entry]) -> None:
    tempos = sorted(e.song.tempo for e in entries if e.song.tempo is not None)
    if len(tempos) >= max(_FEW, _MOST * len(entries)):
        aside = (1 - max(_MIDDLE, _MOST * len(entries) / len(tempos))) / 2
        low, high = (tempos[round(share * (len(tempos) - 1))] for share in (aside, 1 - aside))
        if low < high:
            told.number("low", low, "bpm")
            told.number("high", high, "bpm")
        if low < high and len(tempos) >= _ENDS_FROM * len(entries):
            told.number("slow", tempos[0], "bpm")
            told.number("fast", tempos[-1], "bpm")
    keys = _top([e.song.key for e in entries])
    if keys and keys[0][1] >= 3:
        told.key("key", keys[0][0])
        told.number("key_n", keys[0][1], "song")


def _top(items: list[str | None]) -> list[tuple[str, int]]:
    """What is there, the most frequent first."""
    counts = Counter(items)
    found = [(item, count) for item, count in counts.items() if item]
    found.sort(key=lambda pair: (-pair[1], pair[0]))
    return found


def _colours(told: Slots, entries: Sequence[Entry]) -> None:
    language = told.language
    moods = _top([e.song.moods[0] if e.song.moods else None for e in entries])
    for slot, (mood, count) in zip(("mood", "mood2"), moods, strict=False):
        if count >= max(3, len(entries) // 8):
            told.mood(slot, mood)
            told.number(f"{slot}_n", count, "song")
    kinds = _top([genres.called(e.song.genre, language) for e in entries])
    for slot, (genre, count) in zip(("genre", "genre2"), kinds, strict=False):
        if count >= (3 if slot == "genre" else 2):
            told.genre(slot, genre)
            told.number(f"{slot}_n", count, "song")
    tongues = Counter([e.song.language for e in entries])
    for slot, tongue in (("zh_n", "zh"), ("en_n", "en"), ("inst_n", "instrumental")):
        told.number(slot, tongues[tongue], "song", least=2)


def _fresh(told: Slots, entries: Sequence[Entry], serves_on: date) -> None:
    ages = [(serves_on - e.song.release).days for e in entries if e.song.release is not None]
    told.number("fresh_n", sum(0 <= age <= FRESH_DAYS for age in ages), "song", least=2)


def _ends(told: Slots, entries: Sequence[Entry]) -> None:
    if not entries:
        return
    for slot, song in (("first", entries[0].song), ("last", entries[-1].song)):
        told.title(slot, song.title)
        told.number(f"{slot}_bpm", song.tempo, "bpm")
        if song.moods:
            told.mood(f"{slot}_mood", song.moods[0])
    told.name("first_artist", entries[0].song.artist)
    if len(entries) == 1:
        told.values.pop("last", None)
