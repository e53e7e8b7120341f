"""The facts of one list: of its songs alone; those of the listener come from listener_facts."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from features.evidence.kind import EvidenceRow
from features.words.facts import listeners as listener_facts
from features.words.facts import road
from features.words.facts.reader import Entry, Reader
from features.words.facts.slots import Slots
from features.words.facts.songs import Song
from features.words.terms import genres

_MONTH_DAYS = 30  # what the sentences call this past month, whatever the lists count as fresh
_FEW = 5  # fewer measured songs than this say nothing about a whole list
_MIDDLE = 0.6  # share of the measured songs that the told band holds, and more than half of all songs
_ENDS_FROM = 0.85  # measured share from which the slowest and the fastest are told


def list_slots(
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
    slots = Slots(reader.language)
    _size(slots, entries)
    _sound(slots, entries)
    _colours(slots, entries)
    _fresh(slots, entries, serves_on)
    _ends(slots, entries)
    road.add_road(slots, entries)
    if reader.personalised:
        listener_facts.add_listener(slots, reader, entries, reasons, songs, artists)
        looped = list(reader.taste.get("looped_track_ids") or ())
        road.add_places(slots, entries, reasons, looped[0] if looped else None)
    return slots


def _size(slots: Slots, entries: Sequence[Entry]) -> None:
    slots.number("songs", len(entries), "song", "rank", least=2)
    slots.number("rest_songs", len(entries) - 1, "song", least=2)
    artists = [e.song.artist for e in entries]
    if all(artists):  # whoever is unknown may be one of the others
        slots.number("artists", len(set(artists)), "artist", least=2)
    lengths = [e.song.length for e in entries]
    if lengths and all(x is not None for x in lengths):
        minutes = sum(x for x in lengths if x is not None) / 60
        slots.number("minutes", minutes, "minute", least=2)


def _sound(slots: Slots, entries: Sequence[Entry]) -> None:
    tempos = sorted(e.song.tempo for e in entries if e.song.tempo is not None)
    band = most_in(tempos, len(entries))
    if band is not None:
        slots.number("low", band[0], "bpm")
        slots.number("high", band[1], "bpm")
        if len(tempos) >= _ENDS_FROM * len(entries):
            slots.number("slow", tempos[0], "bpm")
            slots.number("fast", tempos[-1], "bpm")
    keys = _top([e.song.key for e in entries])
    if keys and keys[0][1] >= 3:
        slots.key("key", keys[0][0])
        slots.number("key_n", keys[0][1], "song")


def most_in(tempos: Sequence[float], songs: int) -> tuple[float, float] | None:
    """The band in the middle of a list's known tempos, rising, that holds most of its songs: more than half of all,
    known or not. None where too few are known, or all are one.
    """
    if len(tempos) < _FEW or 2 * len(tempos) <= songs:
        return None
    held = max(math.ceil(_MIDDLE * len(tempos)), songs // 2 + 1)
    low = (len(tempos) - held) // 2
    band = tempos[low], tempos[low + held - 1]
    return band if band[0] < band[1] else None


def _top(items: list[str | None]) -> list[tuple[str, int]]:
    """What is there, the most frequent first."""
    counts = Counter(items)
    found = [(item, count) for item, count in counts.items() if item]
    found.sort(key=lambda pair: (-pair[1], pair[0]))
    return found


def _colours(slots: Slots, entries: Sequence[Entry]) -> None:
    language = slots.language
    moods = _top([e.song.moods[0] if e.song.moods else None for e in entries])
    for slot, (mood, count) in zip(("mood", "mood2"), moods, strict=False):
        if count >= max(3, len(entries) // 8):
            slots.mood(slot, mood)
            slots.number(f"{slot}_n", count, "song")
            alike = [e for e in entries if e.song.moods[:1] == [mood]]
            listener_facts.on_the_way(slots, f"{slot}_song", alike, entries)
    kinds = _top([genres.called(e.song.genre, language) for e in entries])
    for slot, (genre, count) in zip(("genre", "genre2"), kinds, strict=False):
        if count >= (3 if slot == "genre" else 2):
            slots.genre(slot, genre)
            slots.number(f"{slot}_n", count, "song")
            alike = [e for e in entries if genres.called(e.song.genre, language) == genre]
            listener_facts.on_the_way(slots, f"{slot}_song", alike, entries)
    tongues = Counter([e.song.language for e in entries])
    for slot, tongue in (("zh_n", "zh"), ("en_n", "en"), ("inst_n", "instrumental")):
        slots.number(slot, tongues[tongue], "song", least=2)


def _fresh(slots: Slots, entries: Sequence[Entry], serves_on: date) -> None:
    new = [e for e in entries if _is_fresh(e.song, serves_on)]
    slots.number("fresh_n", len(new), "song", least=2)
    listener_facts.on_the_way(slots, "fresh_song", new, entries)


def _is_fresh(song: Song, serves_on: date) -> bool:
    known = song.release is not None and song.release_parts == 3
    return known and song.release is not None and 0 <= (serves_on - song.release).days <= _MONTH_DAYS


def _ends(slots: Slots, entries: Sequence[Entry]) -> None:
    if not entries:
        return
    for slot, song in (("first", entries[0].song), ("last", entries[-1].song)):
        slots.title(slot, song.title)
        slots.number(f"{slot}_bpm", song.tempo, "bpm")
        if song.moods:
            slots.mood(f"{slot}_mood", song.moods[0])
    slots.name("first_artist", entries[0].song.artist)
    if len(entries) == 1:
        slots.values.pop("last", None)
