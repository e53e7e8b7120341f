"""Thirty songs per user by score and calibration under the rules, for all users of a bucket at once.

Calibration after Steck (RecSys 2018): songs are taken greedily by

    (1 - strength) x score - strength x KL(user's mix || mix of the list with this song)

summed over the facets of :mod:`features.lists.mix`. Only the class that grows changes the
divergence by class, so the gain of a song is p log(q'/q) of its own class; the rest is the
same for every candidate and is left out. All steps are elementwise, user by user, so a list
does not depend on which others are in the bucket.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.lists.rules import BIT, RELAXATIONS, ListParams
from features.lists.songs import Bools, Floats, Ints

ALBUM = BIT["album_cap"]
ARTIST_3 = BIT["artist_cap_3"]
ARTIST_ANY = BIT["artist_cap_lifted"]
DISCOVERY = BIT["discovery_share"]
RECENT = BIT["recommended_within_7_nights"]
NEVER = 1 << len(RELAXATIONS)  # no relaxation allows it
# Share of the user's mix put into the list's before the divergence is taken (Steck: 0.01), so that
# a class still missing costs a finite amount.
_SMOOTHING = 0.01
# Beyond any score; nights come first where the longest unrecommended song is wanted.
_NIGHT = 1e6


@dataclass(frozen=True, slots=True)
class Shelves:
    """Candidates of many users, each best score first, equal scores in order of track id.

    Every array is [shape=(users, width)] unless said otherwise; rows shorter than the width
    are padded.

    Args:
        size: candidates of each user [shape=(users,)].
        score: what its place by score is worth, see :func:`features.lists.shelves.standing`.
        artists: numbers of credited artists, padded with -1 [shape=(users, width, most)].
        album: -1 when there is none. recording: never -1.
        needs: bits of RELAXATIONS that a song needs whatever else is chosen.
        nights: nights since it was recommended, a large number when it was not.
        discovery: main artist new to the user. new: a song that needs to be tried (see ListParams).
        facets: class of each song, -1 when unknown; one array per facet.
        mix: share of each class the user should have [shape=(users, classes)]; one per facet.
        strength: of the calibration, 0..1 [shape=(users,)].
        least, most: bounds of the number of discoveries; new_songs: places kept for new ones.
    """

    size: Ints
    score: Floats
    artists: Ints
    album: Ints
    recording: Ints
    needs: Ints
    nights: Ints
    discovery: Bools
    new: Bools
    facets: tuple[Ints, ...]
    mix: tuple[Floats, ...]
    strength: Floats
    least: Ints
    most: Ints
    new_songs: Ints


@dataclass(frozen=True, slots=True)
class Picks:
    """What was chosen.

    Args:
        places: on the shelf, in order of choice, -1 beyond the end [shape=(users, songs)].
        used: bits of the rules relaxed [shape=(users,)].
    """

    places: Ints
    used: Ints


def names(bits: int) -> tuple[str, ...]:
    """Relaxations of these bits, in the stated order."""
    return tuple(name for name in RELAXATIONS if bits & BIT[name])


def choose(shelves: Shelves, rules: ListParams) -> Picks:
    """Choose under all rules; only where a list is still short, relax them one after another.

    Places for new songs and the least share of discoveries are set aside first. A rule counts
    as relaxed when a chosen song needed it.
    """
    basket = Basket(shelves, rules)
    full = np.full(len(shelves.size), rules.songs)
    basket.fill(np.minimum(shelves.new_songs, full), 0, shelves.new)
    missing = np.maximum(shelves.least - basket.discoveries, 0)
    basket.fill(np.minimum(basket.count + missing, full), 0, shelves.discovery)
    basket.fill(full, 0)
    allowed = 0
    for name in RELAXATIONS:
        allowed |= BIT[name]
        basket.fill(full, allowed)
    basket.used[basket.discoveries < shelves.least] |= DISCOVERY
    return Picks(basket.chosen, basket.used)


class Basket:
    """What has been chosen so far for every user, and which rules it has cost."""

    def __init__(self, shelves: Shelves, rules: ListParams) -> None:
        users, most = len(shelves.size), shelves.artists.shape[2]
        self.shelves, self.rules = shelves, rules
        self.chosen = np.full((users, rules.songs), -1)
        self.count = np.zeros(users, dtype=np.int64)
        self.used = np.zeros(users, dtype=np.int64)
        self.discoveries = np.zeros(users, dtype=np.int64)
        self._recordings = np.full((users, rules.songs), -1)
        self._albums = np.full((users, rules.songs), -1)
        self._artists = np.full((users, rules.songs, most), -1)
        self._in_list = [np.zeros(mix.shape) for mix in shelves.mix]
        within = np.arange(shelves.score.shape[1]) < shelves.size[:, None]
        self._left = within
        self._scores = np.where(within, (1 - shelves.strength[:, None]) * shelves.score, -np.inf)
        self._codes = [_codes(facet, mix) for facet, mix in zip(shelves.facets, shelves.mix, strict=True)]

    def fill(self, until: Ints, allowed: int, only: Bools | None = None) -> None:
        """Take songs whose cost is allowed until every user has so many, or no more can be had."""
        live = np.flatnonzero(self.count < until)
        shelves = self.shelves
        if not len(live) or not shelves.score.shape[1]:
            return
        open_ = self._left[live] & (shelves.needs[live] & ~allowed == 0)
        if only is not None:
            open_ &= only[live]
        value = np.where(open_, self._scores[live], -np.inf)
        if allowed & RECENT:
            value += _NIGHT * shelves.nights[live]
        codes = [code[live] for code in self._codes]
        while len(live):
            going = self._step(live, value, codes, allowed) & (self.count[live] < until[live])
            if not going.all():
                live, value, codes = live[going], value[going], [code[going] for code in codes]

    def _step(self, live: Ints, value: Floats, codes: list[Ints], allowed: int) -> Bools:
        """One more song for each live user; False for those who can have none.

        A song whose cost is not allowed now never will be: the counts only grow. It is struck
        out and the user's next best is looked at.
        """
        wanted = self._wanted(live, value, codes)
        found = np.ones(len(live), dtype=bool)
        rows = np.arange(len(live))
        while len(rows):
            best = wanted.argmax(axis=1)
            some = wanted[np.arange(len(rows)), best] > -np.inf
            found[rows[~some]] = False
            bits = self.cost(live[rows], best)
            fits = some & (bits & ~allowed == 0)
            self._take(live[rows[fits]], best[fits], bits[fits])
            value[rows[some], best[some]] = -np.inf
            again = some & ~fits
            struck = np.flatnonzero(again)
            wanted[struck, best[struck]] = -np.inf
            rows, wanted = rows[again], wanted[again]
        return found

    def _wanted(self, live: Ints, value: Floats, codes: list[Ints]) -> Floats:
        """Score and what calibration adds to it, for every song of the live users."""
        wanted = value.copy()
        for place, code in enumerate(codes):
            wanted += self._gain(live, place)[np.arange(len(live))[:, None], code]
        return wanted

    def _gain(self, live: Ints, facet: int) -> Floats:
        """strength x p log(q'/q) of taking one more song of each class; 0 for an unknown class, the last."""
        share, held = self.shelves.mix[facet][live], self._in_list[facet][live]
        after = (self.count[live] + 1.0)[:, None]
        floor = _SMOOTHING * share
        now = (1 - _SMOOTHING) * held / after + floor
        then = (1 - _SMOOTHING) * (held + 1) / after + floor
        known = share > 0
        rise = np.log(np.where(known, then, 1.0) / np.where(known, now, 1.0))
        gain = np.zeros((len(live), share.shape[1] + 1))
        gain[:, :-1] = self.shelves.strength[live][:, None] * share * rise
        return gain

    def cost(self, user: Ints, place: Ints) -> Ints:
        """Bits of the rules that taking these songs would break now; NEVER for a recording held already."""
        shelves, rules = self.shelves, self.rules
        bits = shelves.needs[user, place].copy()
        bits |= np.where(shelves.discovery[user, place] & (self.discoveries[user] >= shelves.most[user]), DISCOVERY, 0)
        album = shelves.album[user, place]
        of_album = (self._albums[user] == album[:, None]).sum(axis=1)
        bits |= np.where((album >= 0) & (of_album >= rules.album_cap), ALBUM, 0)
        busiest = np.zeros(len(user), dtype=np.int64)
        held = self._artists[user].reshape(len(user), -1)
        for slot in range(shelves.artists.shape[2]):
            artist = shelves.artists[user, place, slot]
            busiest = np.maximum(busiest, np.where(artist >= 0, (held == artist[:, None]).sum(axis=1), 0))
        bits |= np.where(busiest == rules.artist_cap, ARTIST_3, 0)
        bits |= np.where(busiest > rules.artist_cap, ARTIST_ANY, 0)
        twice = (self._recordings[user] == shelves.recording[user, place][:, None]).any(axis=1)
        return np.where(twice, NEVER, bits)

    def _take(self, user: Ints, place: Ints, bits: Ints) -> None:
        shelves, at = self.shelves, self.count[user]
        self.chosen[user, at] = place
        self._recordings[user, at] = shelves.recording[user, place]
        self._albums[user, at] = shelves.album[user, place]
        self._artists[user, at] = shelves.artists[user, place]
        for facet, held in zip(shelves.facets, self._in_list, strict=True):
            code = facet[user, place]
            held[user[code >= 0], code[code >= 0]] += 1
        self.used[user] |= bits
        self.discoveries[user] += shelves.discovery[user, place]
        self.count[user] += 1
        self._left[user, place] = False


def _codes(facet: Ints, mix: Floats) -> Ints:
    """Column of the gain table; the last for an unknown class."""
    return np.where(facet >= 0, facet, mix.shape[1])
