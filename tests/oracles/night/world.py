"""Payloads and deliveries as look-ups: what a served song is, and what a person played of it."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from tests.oracles.night.deliveries import Delivered, Listen, Song, fold, nearest

Card = Mapping[str, Any]
Payload = Mapping[str, Any]
MONTH, WEEK = 30, 7
LOOP = 3  # plays of a week from which a song may be called looped


class World:
    """All that the checker knows.

    Args:
        lists: the served lists; came: what was delivered; measured: cards of songs, served or not.
    """

    def __init__(self, lists: Sequence[Payload], came: Delivered, measured: Sequence[Card] = ()) -> None:
        self.lists, self.came = lists, came
        self.measured: dict[str, Card] = {card["track_id"]: card for card in measured}
        self.cards: dict[str, Card] = {song["track_id"]: song for served in lists for song in served["songs"]}
        self.artists = {spoken(a["name"]) for card in self.cards.values() for a in card["artists"]}
        self.artists |= {spoken(card["artist"]) for card in self.cards.values() if card["artist"]}
        credits = {part.strip() for song in came.songs for part in (song.artist, *song.artist.split(";"))}
        self.artists |= {spoken(name) for name in credits if name}
        self.genres = {card["genre"] for card in self.cards.values() if card["genre"]}
        self._songs = {(fold(s.title), fold(s.artist)): s for s in came.songs}
        self._meant: dict[tuple[str, str], Song | None] = {}
        self._by_title: dict[str, list[Song]] = {}
        for song in came.songs:
            self._by_title.setdefault(spoken(song.title), []).append(song)

    @cached_property
    def titles(self) -> dict[str, list[Card]]:
        found: dict[str, list[Card]] = {}
        for card in (self.measured | self.cards).values():
            found.setdefault(spoken(card["title"]), []).append(card)
        return found

    def song(self, card: Card) -> Song | None:
        """The delivered song that a served one is."""
        title, artist = fold(card["title"]), card["artist"] or ""
        exact = self._songs.get((title, fold(artist))) or self._misspelt(card["title"], artist)
        return exact or next((s for (t, _), s in self._songs.items() if t == title), None)

    def _misspelt(self, title: str, artist: str) -> Song | None:
        if (title, artist) not in self._meant:
            self._meant[title, artist] = nearest(self.came.songs, title, artist)
        return self._meant[title, artist]

    def named(self, title: str) -> list[Song]:
        """The delivered songs a quoted title may mean."""
        return self._by_title.get(title, [])

    def card_of(self, song: Song | None) -> Card | None:
        if song is None:
            return None
        found = self.titles.get(spoken(song.title), [])
        return next((c for c in found if fold(c["artist"] or "") == fold(song.artist)), found[0] if found else None)


class Person:
    """One listener's listens up to the night.

    Args:
        night: the listening day the night closes; lists are heard on the day after.
    """

    def __init__(self, world: World, user: str, night: date) -> None:
        self.world, self.night = world, night
        self.listens = world.came.listens.get(user, [])
        self.month = [x for x in self.listens if x.day > night - timedelta(days=MONTH)]
        self.week = [x for x in self.listens if x.day > night - timedelta(days=WEEK)]

    def plays(self, song: Song | None, of: Iterable[Listen] | None = None) -> int:
        return sum(x.song is song for x in (self.listens if of is None else of)) if song is not None else 0

    def ago(self, song: Song | None) -> int | None:
        """Days from the last play to the day the list is heard."""
        days = [x.day for x in self.listens if x.song is song]
        return (self.night - max(days)).days + 1 if song is not None and days else None

    def of_artist(self, artist: str, of: Iterable[Listen]) -> int:
        """Plays of songs that credit an artist, however a listen spells them."""
        return sum(artist in self.credits(x) for x in of)

    def credits(self, listen: Listen) -> set[str]:
        card = self.world.card_of(listen.song)
        names = {a["name"] for a in card["artists"]} | {card["artist"] or ""} if card else set()
        names |= {listen.song.artist} if listen.song else {listen.artist}
        return {spoken(n) for n in names if n}

    def looped(self) -> list[Song]:
        """Songs played LOOP times or more in the past week."""
        counts = Counter(id(x.song) for x in self.week if x.song)
        songs = {id(x.song): x.song for x in self.week if x.song}
        return [songs[k] for k, n in counts.items() if n >= LOOP]

    def between(self, of: Iterable[Listen], holds: Callable[[Card], bool | None]) -> tuple[int, int]:
        """Least and most plays of which something holds; a song nobody is served tells nothing."""
        least = most = 0
        for listen in of:
            card = self.world.card_of(listen.song)
            told = holds(card) if card else None
            least += told is True
            most += told is not False
        return least, most


def spoken(name: str) -> str:
    """A name as it may stand in a text: no controls, no quotation marks, at most forty characters."""
    kept = (c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c)[0] != "C" or c in "\t\n")
    clean = "".join(c for c in " ".join("".join(kept).split()) if c not in '《》「」“”"')
    return clean if len(clean) <= 40 else clean[:39].rstrip() + "…"
