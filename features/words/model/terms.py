"""What the world of a text calls the things behind its references: ``l22`` is the first song, ``f22`` a mood."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from features.words.claims.world import Listed, World
from features.words.facts import slot_registry
from features.words.facts.slot_registry import slot_id
from features.words.facts.slots import Slots
from features.words.facts.songs import Song
from features.words.terms import forms, genres
from schemas.vocabulary import DAYPARTS

_SONG_TEXTS = ("artist", "album", "label", "producer", "composer", "lyricist", "genre", "key")
_Names = Mapping[str, Mapping[str, str]]  # kind -> word of a slot -> the world's names for it, parted by |


def of_list(slots: Slots, world: World) -> dict[str, str]:
    """Reference -> the world's name for it, of those that can be a part of a claim."""
    names, told = _names(world), _songs(world) | _day(world)
    found: dict[str, str] = {}
    for slot in slot_registry.of("list"):
        text = slots.text_of(slot.values)
        kind = next((kind for kind in names if slot.name.removesuffix("2").endswith(kind)), None)
        if text is None:
            continue
        term = names[kind].get(text) if kind is not None else text.replace("–", "-")
        if known := told.get(slot.name, term):
            found[slot.id] = known
    return found


def of_review(song: Song, other: Song | None, slots: Slots) -> dict[str, str]:
    """The same for a review: ``f01`` is its song, ``g01`` the one beside it, whether or not a title may be said."""
    told = (*slot_registry.of("song"), *slot_registry.of("other"), *slot_registry.of("comparison"))
    found = {slot.id: text for slot in told if (text := slots.text_of(slot.values) or "").isdecimal()}
    found[slot_id("song", "title")] = song.track_id
    found |= {slot_id("song", name): value for name in _SONG_TEXTS if (value := getattr(song, name))}
    for kind, values in (("mood", song.moods), ("theme", song.themes)):
        found |= {slot_id("song", kind, place): value for place, value in enumerate(values)}
    if other is not None:
        mood = next(iter(other.moods), None)
        theirs = {"title": other.track_id, "artist": other.artist, "key": other.key, "mood": mood}
        found |= {slot_id("other", name): value for name, value in theirs.items() if value}
    return found


def _names(world: World) -> _Names:
    language, heard = world.language, world.listening
    listed = [world.songs[entry.track_id] for entry in world.listed]
    return {
        "artist": _by_word((*(song.artist for song in listed), *heard.artists), forms.speakable),
        "mood": _by_word(
            (*(m for song in listed for m in song.moods), *heard.moods), lambda m: forms.mood(m, language)
        ),
        "genre": _by_word(
            (*(song.genre for song in listed), *heard.genres), lambda name: genres.called(name, language)
        ),
        "key": _by_word((song.key for song in listed), lambda key: forms.key_name(key, language)),
        "daypart": _by_word(DAYPARTS, lambda part: forms.daypart(part, language)),
    }


def _by_word(names: Iterable[str | None], word: Callable[[str], str | None]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in sorted({name for name in names if name}):
        said = word(name)
        if said is not None:
            found[said] = f"{found[said]}|{name}" if said in found else name
    return found


def _songs(world: World) -> dict[str, str]:
    """Slot -> track id."""
    listed, loops = world.listed, world.listening.loops
    found: dict[str, str] = {}
    rested = [entry for entry in listed if any(kind == "resting" for kind, _ in entry.why)]
    if listed:
        found |= {"first": listed[0].track_id, "last": listed[-1].track_id}
    if loops and loops[0] in world.songs:
        found["loop"] = loops[0]
    if rested:
        found["rest"] = max(rested, key=_rest).track_id
    return found


def _rest(entry: Listed) -> tuple[int, int]:
    return entry.rested_days or 0, -entry.rank


def _day(world: World) -> dict[str, str]:
    if world.today is None:
        return {}
    return {"weekday": str(world.today.date.weekday()), "weather": world.today.weather or ""}
