"""A served list of four songs and what was delivered for it, small enough to count by hand."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

from tests.oracles.night.deliveries import Delivered, Listen, Song
from tests.oracles.night.grammar import Grammar
from tests.oracles.night.world import Person, World

DS = date(2026, 11, 21)
PEOPLE = ("ann", "ben", "cho", "dan", "eva", "fei")
# title, artist, album, tempo, key, mode, mood, days since each play of ann
_SONGS: tuple[tuple[str, str, str, float, str, str, str, tuple[int, ...]], ...] = (
    ("Harbour", "Ida Lund", "Tides", 100.0, "C", "major", "calm", (1, 2, 3, 40)),
    ("Lantern St.", "Ida Lund", "Tides", 104.0, "A", "minor", "calm", ()),
    ("Snow", "Otto Brandt", "", 140.0, "C", "major", "epic", ()),
    ("Wires", "Mei Lan", "", 118.0, "G", "major", "dark", (12, 13)),
)


def tiny(language: str) -> tuple[dict[str, Any], World, Person]:
    """The list of ann, all that is known, and ann."""
    songs = [Song(title, artist, album, seconds=120.0) for title, artist, album, *_ in _SONGS]
    came = Delivered(songs)
    for person in PEOPLE:
        came.listens[person] = [
            Listen(DS - timedelta(days=day - 1), song.title, song.artist, song)
            for song, (*_, days) in zip(songs, _SONGS, strict=True)
            for day in sorted(days, reverse=True)
        ]
    cards = [_card(rank, row) for rank, row in enumerate(_SONGS, 1)]
    served = {
        "user_id": "ann", "language": language, "ds": DS.isoformat(), "serves_on": "2026-11-22", "songs": cards,
    }  # fmt: skip
    world = World([served], came)
    return served, world, Person(world, "ann", DS)


@cache
def grammar(language: str) -> Grammar:
    """What reads texts on :func:`tiny`; its hundreds of patterns take a second to compile."""
    world = tiny(language)[1]
    return Grammar(language, world.artists, world.genres)


def _card(rank: int, row: tuple[Any, ...]) -> dict[str, Any]:
    title, artist, album, tempo, key, mode, mood, _ = row
    return {
        "rank": rank, "track_id": f"t{rank}", "title": title, "artist": artist, "artist_id": artist, "album": album,
        "artists": [{"name": artist, "artist_id": artist}], "genre": None, "version": None, "release_date": None,
        "duration_s": 120.0,
        "tempo_bpm": tempo, "key": key, "mode": mode, "mood": mood, "moods": [mood], "valence": 0.1 * rank,
        "arousal": 0.0, "evidence": [],
    }  # fmt: skip
