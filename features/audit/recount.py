"""What the texts of a served list say, counted again from the songs served with it: no table is asked.

A figure is judged where the payload shows what it counts; what it does not show (plays, loops, languages) is left to
``daily30 explain``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from statistics import median
from typing import Any

from features.evidence.kinds import neighbours
from features.evidence.registry import KINDS
from features.words.facts import road
from features.words.proving.reading import Read, read, ways
from features.words.terms import forms, genres

Payload = Mapping[str, Any]
Said = Mapping[str, str]
_ROUNDED = 0.55  # BPM: a payload has a tenth, a text none
_MONTH_DAYS = 30
_PARTS = {"road_start": (0,), "road_mid": (1,), "road_end": (2,), "road_level": (0, 1, 2)}
_LED_BY = {kind.name for kind in neighbours.KINDS}


def of_list(payload: Payload) -> Iterator[str]:
    """What opener and intro say otherwise than the songs beside them; nothing of a text that a model wrote."""
    if payload["writer"] == "model":
        return
    for area, name in (("openers", "opener"), ("intros", "intro")):
        for readings in ways(payload[name] or "", payload["language"], area):
            wrong = [list(_wrong(one, partial(_of_list, payload))) for one in readings]
            yield from wrong[0] if all(wrong) else ()


def of_songs(payload: Payload) -> Iterator[str]:
    """What lines and paragraphs say of a tempo, key, mood or version otherwise than the songs they are about."""
    for song in payload["songs"]:
        for area, name in (("reasons", "reason"), ("paragraphs", "paragraph")):
            reads = read(song[name] or "", payload["language"], area)
            named = {one.said["other"] for one in reads if one.section.startswith("open.")}
            others = [other for other in payload["songs"] if forms.speakable(other["title"]) in named]
            for one in reads:
                for wrong in _wrong(one, partial(_of_song, song, others, payload["language"])):
                    yield f"{song['rank']}: {wrong}"


def _wrong(one: Read, right: Callable[[str, str, Said], bool | None]) -> Iterator[str]:
    for slot, text in one.said.items():
        if right(slot, text, one.said) is False:
            yield f"{one.section} says {slot} {text}"


def _of_list(payload: Payload, slot: str, text: str, said: Said) -> bool | None:
    """Whether what the slot says is what the songs show; None where they do not show it."""
    songs, language = payload["songs"], payload["language"]
    if slot in ("first", "last", "first_bpm", "last_bpm", "first_mood", "last_mood"):
        return _about(songs[0 if slot.startswith("first") else -1], slot.partition("_")[2] or "title", text, language)
    if slot in ("beside_bpm", "beside_key"):
        named = [song for song in songs if forms.speakable(song["title"]) == said.get("beside")]
        return any(_about(song, slot.partition("_")[2], text, language) for song in named)
    if slot.endswith("_place"):
        title = said.get({"new_place": "new_song"}.get(slot, slot.removesuffix("_place")))
        return int(text) <= len(songs) and forms.speakable(songs[int(text) - 1]["title"]) == title
    if slot in _PARTS:
        aside = road.MOVES if slot == "road_level" else 0
        return all(_part(payload, part, int(text), aside) for part in _PARTS[slot])
    if slot in _BOUNDS:
        return int(text) <= _BOUNDS[slot](payload)
    return _counted(payload, slot, text, said)


def _on_the_way(payload: Payload, what: str, title: str, said: Said) -> bool:
    """Whether a song of this title is in the list, and of the mood or genre that it is named for."""
    language, told = payload["language"], said.get(what, "")
    named = [song for song in payload["songs"] if forms.speakable(song["title"]) == title]
    if told and what.rstrip("2").endswith("mood"):
        return any(_mood(song, language) == told for song in named)
    if told and what.rstrip("2").endswith("genre"):
        return any(told.endswith(genres.called(song["genre"], language) or "\n") for song in named)
    return bool(named)


def _counted(payload: Payload, slot: str, text: str, said: Said) -> bool | None:
    """Whether a number is one that the songs show; None where they show none."""
    if slot.endswith("_song"):
        return _on_the_way(payload, slot.removesuffix("_song"), text, said)
    if slot in _SHOWN:
        counted = _SHOWN[slot](payload)
    else:
        counted = _TOLD[slot](payload, said) if slot in _TOLD else None
    return None if counted is None else int(text) in counted


def _part(payload: Payload, part: int, told: int, aside: float = 0) -> bool:
    """Whether a tempo is the middle one of a third of the songs, or within so many BPM of it."""
    songs = payload["songs"]
    third = len(songs) // 3
    cut = (songs[:third], songs[third : len(songs) - third], songs[len(songs) - third :])[part]
    tempos = [song["tempo_bpm"] for song in cut if song["tempo_bpm"] is not None]
    return bool(tempos) and abs(median(tempos) - told) <= aside + 2 * _ROUNDED


def _of_song(song: Payload, others: Sequence[Payload], language: str, slot: str, text: str, said: Said) -> bool | None:
    """Whether what the slot says is what the song shows, or the song it is set beside where that is in the list too."""
    del said
    if slot in ("bpm", "key"):
        return _about(song, slot, text, language)
    if slot in ("other_bpm", "other_key") and others:
        return any(_about(other, slot.removeprefix("other_"), text, language) for other in others)
    if slot in ("version", "a_version"):
        return text.removeprefix("an ").removeprefix("a ") == forms.version(song["version"], language)
    if slot in ("mood", "felt", "also", "main"):
        return text in {forms.mood(mood, language) for mood in song["moods"]}
    return None


def _about(song: Payload, what: str, text: str, language: str) -> bool:
    """Whether a title, tempo, key or mood is the song's own."""
    if what == "bpm":
        return song["tempo_bpm"] is not None and abs(int(text) - song["tempo_bpm"]) <= _ROUNDED
    if what == "key":
        return _key(song, language) == text
    if what == "mood":
        return _mood(song, language) == text
    return forms.speakable(song["title"]) == text


def _key(song: Payload, language: str) -> str | None:
    return None if song["key"] is None else forms.key_name(f"{song['key']} {song['mode']}", language)


def _mood(song: Payload, language: str) -> str | None:
    return None if song["mood"] is None else forms.mood(song["mood"], language)


def _within(payload: Payload, low: str, high: str) -> range:
    """How many songs may keep to a band, from those surely to those perhaps in it."""
    tempos = [song["tempo_bpm"] for song in payload["songs"] if song["tempo_bpm"] is not None]
    surely, perhaps = (
        sum(int(low) - slack <= tempo <= int(high) + slack for tempo in tempos) for slack in (1 - _ROUNDED, _ROUNDED)
    )
    return range(surely, perhaps + 1)


def _same(payload: Payload, told: Callable[[Payload], str | None], word: str | None) -> set[int] | None:
    return None if word is None else {sum(told(song) == word for song in payload["songs"])}


def _by_mood(slot: str) -> Callable[[Payload, Said], set[int] | None]:
    def count(payload: Payload, said: Said) -> set[int] | None:
        language = payload["language"]
        return _same(payload, lambda song: _mood(song, language), said.get(slot))

    return count


def _by_genre(slot: str) -> Callable[[Payload, Said], set[int] | None]:
    def count(payload: Payload, said: Said) -> set[int] | None:
        told, form = (said[slot], genres.called) if slot in said else (said.get(f"many_{slot}"), genres.songs)
        if told is None:
            return None
        called = [form(song["genre"], payload["language"]) or "" for song in payload["songs"]]
        # A bare name that opens a sentence reads with what stands before it.
        word = max((name for name in called if name and told.endswith(name)), key=len, default="")
        return {called.count(word) if word else 0}

    return count


def _by_artist(payload: Payload, said: Said) -> range | None:
    """Songs of an artist, from those they lead to all that credit them."""
    if "artist" not in said:
        return None
    credited = [{forms.speakable(a["name"]): a["artist_id"] for a in song["artists"]} for song in payload["songs"]]
    names = {name for of in credited for name in of if name and said["artist"].endswith(name)}
    name = max(names, key=len, default="")
    ids = {of[name] for of in credited if name in of}
    led = sum(song["artist_id"] in ids for song in payload["songs"])
    return range(min(led, sum(name in of for of in credited)), max(led, sum(name in of for of in credited)) + 1)


def _by_key(payload: Payload, said: Said) -> set[int] | None:
    language = payload["language"]
    return _same(payload, lambda song: _key(song, language), said.get("key"))


def _artists(payload: Payload) -> range:
    """By ids at least, by credits as written at most: a credit names guests too."""
    ids, credits = (len({song[name] for song in payload["songs"]}) for name in ("artist_id", "artist"))
    return range(min(ids, credits), max(ids, credits) + 1)


def _minutes(payload: Payload) -> set[int] | None:
    lengths = [song["duration_s"] for song in payload["songs"]]
    if None in lengths:
        return None
    minutes = sum(lengths) / 60
    return {int(minutes), int(minutes) + 1}


def _most(payload: Payload, said: Said, slot: str) -> set[int]:
    """The edge of a band that holds most songs, as said, where it does hold them."""
    held = _within(payload, said["low"], said["high"])
    return {int(said[slot])} if 2 * held[-1] > len(payload["songs"]) else set()


def _ends(payload: Payload, end: Callable[[list[float]], float]) -> set[int]:
    tempo = end([song["tempo_bpm"] for song in payload["songs"] if song["tempo_bpm"] is not None] or [0.0])
    return {int(tempo + 0.5 - 0.05), int(tempo + 0.5 + 0.05)}


def _fresh(payload: Payload) -> set[int]:
    day = date.fromisoformat(payload["serves_on"])
    told = [song["release_date"] for song in payload["songs"] if len(song["release_date"] or "") == len("2026-11-22")]
    return {sum(0 <= (day - date.fromisoformat(text)).days <= _MONTH_DAYS for text in told)}


def _with_evidence(payload: Payload, kinds: set[str]) -> int:
    return sum(any(row["kind"] in kinds for row in song["evidence"]) for song in payload["songs"])


def _reason(slot: str) -> Callable[[Payload], set[int]]:
    kinds = {kind.name for kind in KINDS.values() if kind.counted_in == slot}
    return lambda payload: {_with_evidence(payload, kinds)}


_Numbers = set[int] | range | None
_SHOWN: dict[str, Callable[[Payload], _Numbers]] = {
    "songs": lambda payload: {len(payload["songs"])},
    "rest_songs": lambda payload: {len(payload["songs"]) - 1},
    "artists": _artists,
    "minutes": _minutes,
    "slow": lambda payload: _ends(payload, min),
    "fast": lambda payload: _ends(payload, max),
    "top_bpm": lambda payload: _ends(payload, max),
    "fresh_n": _fresh,
    "new": lambda payload: {sum(song["discovery"] for song in payload["songs"])},
    "rest_n": lambda payload: {_with_evidence(payload, {"resting"})},
    **{slot: _reason(slot) for slot in {kind.counted_in for kind in KINDS.values()} if slot is not None},
}
"""Slot of a list -> the numbers it may say."""

_TOLD: dict[str, Callable[[Payload, Said], _Numbers]] = {
    "low": lambda payload, said: _most(payload, said, "low") if "high" in said else None,
    "high": lambda payload, said: _most(payload, said, "high") if "low" in said else None,
    "inside": lambda payload, said: _within(payload, said["ulow"], said["uhigh"]) if "ulow" in said else None,
    "key_n": _by_key,
    "mood_n": _by_mood("mood"),
    "mood2_n": _by_mood("mood2"),
    "umood_n": _by_mood("umood"),
    "artist_n": _by_artist,
    "genre_n": _by_genre("genre"),
    "genre2_n": _by_genre("genre2"),
    "ugenre_n": _by_genre("ugenre"),
}
"""Slot of a list -> the numbers it may say beside what the sentence says in other slots."""

_BOUNDS: dict[str, Callable[[Payload], int]] = {
    "dp_n": lambda payload: _with_evidence(payload, {"daypart_mood"}),
    "led": lambda payload: _with_evidence(payload, _LED_BY),
}
"""Slot of a list -> the most it may say: which of these songs answer to the listener's hours and loops is not shown."""
