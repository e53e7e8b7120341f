"""What two songs have to do with each other, as sections of frames, the strongest first, with their slots."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from features.words.facts.comparison import Comparison, beat, compare, direction
from features.words.facts.slots import Slots
from features.words.facts.songs import Song
from features.words.terms import forms
from features.words.terms.tonality import relation

Family = Literal["key", "tempo", "mood", "feel", "people"]
_STRONG_KEYS = ("same", "relative", "parallel", "neighbour")
_SAME_BEATS = ("same", "double", "half")
_FAR = 0.08  # share by which a tempo must differ to be told as faster or slower
_FEEL = (("valence", "brighter", "darker"), ("energy", "stronger", "softer"))
_PEOPLE = ("artist", "producer", "composer", "lyricist")


@dataclass(frozen=True, slots=True)
class Bond:
    """A thing to be said of two songs: its section and family, and whether they are alike in it."""

    section: str
    family: Family
    strong: bool


@dataclass(frozen=True, slots=True)
class Pairing:
    """A song beside another: the slots that tell both, and the bonds between them."""

    slots: Slots
    bonds: tuple[Bond, ...]


def alike(song: Song, other: Song) -> int:
    """In how many of people, key, beat and mood the two songs are alike."""
    people = any(name is not None and name == getattr(other, part) for part, name in _people_of(song))
    key = song.key is not None and other.key is not None and relation(other.key, song.key)
    tempo = song.tempo and other.tempo and beat(song.tempo / other.tempo) in _SAME_BEATS
    return people + bool(key and key.name in _STRONG_KEYS) + bool(tempo) + (not set(song.moods).isdisjoint(other.moods))


def _people_of(song: Song) -> tuple[tuple[str, str | None], ...]:
    return (("artist", song.artist), ("producer", song.producer), ("composer", song.composer),
            ("lyricist", song.lyricist))  # fmt: skip


def pair(song: Song, other: Song, language: str) -> Pairing:
    """The pairing of a song with another that it is heard beside."""
    found = compare(song, other)
    slots = Slots(language)
    for each in (song, other):
        slots.bearer((each.title, each.artist), each.tempo, each.key)
    slots.title("other", other.title)
    slots.number("bpm", song.tempo, "bpm")
    slots.number("other_bpm", other.tempo, "bpm")
    slots.key("key", song.key)
    slots.key("other_key", other.key)
    if found.key is not None:
        slots.number("steps", abs(found.key.fifths))
        slots.number("shared", found.key.shared)
        slots.name("circle", forms.circle_of_fifths(language))  # a name: its "five" is no count
    if found.bpm is not None:
        slots.number("diff", abs(found.bpm), "bpm", least=2)
    for name in _PEOPLE:
        if name in found.shared:
            slots.name(name, getattr(song, name))
    bonds = [*_people(found), *_key(song, other, found), *_tempo(song, found)]
    bonds += [*_mood(slots, song, other, found), *_feel(found)]
    return Pairing(slots, tuple(bonds))


def _people(found: Comparison) -> list[Bond]:
    names = [name for name in _PEOPLE if name in found.shared]
    return [Bond(f"people.{names[0]}", "people", strong=True)] if names else []


def _key(song: Song, other: Song, found: Comparison) -> list[Bond]:
    if found.key is None:
        return []
    name = found.key.name
    if name == "parallel" and forms.tonic(song.key or "") != forms.tonic(other.key or ""):
        name = "near"  # C# minor and Db major: one tonic, but not to the eye
    return [Bond(f"key.{name}", "key", strong=name in _STRONG_KEYS)]


def _tempo(song: Song, found: Comparison) -> list[Bond]:
    if found.beat is None or found.bpm is None or song.tempo is None:
        return []
    if found.beat in _SAME_BEATS:
        return [Bond(f"tempo.{found.beat}", "tempo", strong=True)]
    if abs(found.bpm) < _FAR * song.tempo:
        return []
    return [Bond("tempo.faster" if found.bpm > 0 else "tempo.slower", "tempo", strong=False)]


def _mood(slots: Slots, song: Song, other: Song, found: Comparison) -> list[Bond]:
    """Alike or apart in the mood that is told of the song; nothing where they meet in another one."""
    if not song.moods or not other.moods:
        return []
    slots.mood("mood", song.moods[0])
    if song.moods[0] in found.moods:
        return [Bond("mood.same", "mood", strong=True)]
    if found.moods:
        return []
    slots.mood("other_mood", other.moods[0])
    return [Bond("mood.diff", "mood", strong=False)]


def _feel(found: Comparison) -> list[Bond]:
    for name, more, less in _FEEL:
        way = direction(getattr(found, name))
        if way in ("more", "less"):
            return [Bond(f"feel.{more if way == 'more' else less}", "feel", strong=False)]
    return []
