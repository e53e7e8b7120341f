"""Thirty songs of one user by score under the rules, relaxed in the stated order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from features.lists.rules import BIT, RELAXATIONS, ListParams

ALBUM = BIT["album_cap"]
ARTIST_3 = BIT["artist_cap_3"]
ARTIST_ANY = BIT["artist_cap_lifted"]
DISCOVERY = BIT["discovery_share"]
RECENT = BIT["recommended_within_7_nights"]
_ALL = (1 << len(RELAXATIONS)) - 1


@dataclass(frozen=True, slots=True)
class Shelf:
    """One user's candidates, best score first; equal scores in order of track id.

    Args:
        artists: numbers of all artists credited on each.
        album: album number, -1 when there is none.
        recording: recording number.
        needs: bits of RELAXATIONS that a song needs whatever else is chosen (recommended
            lately, disliked, played on ds).
        nights: nights since it was recommended, a large number when it was not.
        discovery: whether the main artist is new to the user.
        least, most: bounds of the number of discoveries.
    """

    artists: Sequence[tuple[int, ...]]
    album: Sequence[int]
    recording: Sequence[int]
    needs: Sequence[int]
    nights: Sequence[int]
    discovery: Sequence[bool]
    least: int
    most: int


@dataclass(slots=True)
class _Basket:
    """What has been chosen so far, and which rules it has cost."""

    shelf: Shelf
    rules: ListParams
    chosen: list[int] = field(default_factory=list)
    used: int = 0
    discoveries: int = 0
    artists: Counter[int] = field(default_factory=Counter)
    albums: Counter[int] = field(default_factory=Counter)
    recordings: set[int] = field(default_factory=set)

    @property
    def full(self) -> bool:
        return len(self.chosen) >= self.rules.songs

    def cost(self, place: int) -> int | None:
        """Bits of the rules that taking this song would break now; None when it may never be taken."""
        shelf = self.shelf
        if shelf.recording[place] in self.recordings:
            return None
        bits = shelf.needs[place]
        if shelf.discovery[place] and self.discoveries >= shelf.most:
            bits |= DISCOVERY
        album = shelf.album[place]
        if album >= 0 and self.albums[album] >= self.rules.album_cap:
            bits |= ALBUM
        busiest = max(self.artists[artist] for artist in shelf.artists[place])
        if busiest >= self.rules.artist_cap:
            bits |= ARTIST_3 if busiest == self.rules.artist_cap else ARTIST_ANY
        return bits

    def take(self, place: int, bits: int) -> None:
        shelf = self.shelf
        self.chosen.append(place)
        self.used |= bits
        self.discoveries += shelf.discovery[place]
        self.artists.update(shelf.artists[place])
        self.albums[shelf.album[place]] += 1
        self.recordings.add(shelf.recording[place])

    def fill(self, places: Sequence[int], allowed: int, until: int) -> None:
        """Take songs in this order whose cost is allowed, until so many are chosen."""
        taken = set(self.chosen)
        for place in places:
            if len(self.chosen) >= until:
                return
            if place in taken:
                continue
            bits = self.cost(place)
            if bits is not None and not bits & ~allowed:
                self.take(place, bits)


def choose(shelf: Shelf, rules: ListParams) -> tuple[list[int], tuple[str, ...]]:
    """Places of the chosen songs, best first, and the relaxations they needed.

    The least share of discoveries is set aside first; the rest goes by score. A rule counts as
    relaxed when a chosen song needed it.
    """
    basket = _Basket(shelf, rules)
    places = range(len(shelf.recording))
    new = [place for place in places if shelf.discovery[place]]
    basket.fill(new, 0, until=min(shelf.least, rules.songs))
    basket.fill(places, 0, until=rules.songs)
    allowed = 0
    for name in RELAXATIONS:
        if basket.full:
            break
        allowed |= BIT[name]
        order: Sequence[int] = places
        if allowed & RECENT:
            order = sorted(places, key=lambda place: (-shelf.nights[place], place))
        basket.fill(order, allowed, until=rules.songs)
    if basket.discoveries < shelf.least:
        basket.used |= DISCOVERY
    return sorted(basket.chosen), tuple(name for name in RELAXATIONS if basket.used & BIT[name])
