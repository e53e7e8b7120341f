"""Thirty songs per user by score and calibration under the rules, for all users of a bucket at once.

Calibration after Steck (RecSys 2018): songs are taken greedily by

    (1 - strength) x score - strength x KL(user's mix || mix of the list with this song)

summed over the facets of :mod:`features.lists.mix`. Only the class that grows changes the
divergence by class, so the gain of a song is p log(q'/q) of its own class; the rest is the
same for every candidate and is left out. All steps are elementwise, user by user, so a list
does not depend on which others are in the bucket. The song tried at the open place is swapped in
afterwards, under the same caps, by :mod:`features.lists.exploring`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from features.lists.params import BIT, RELAXATIONS, ListParams
from features.lists.songs import Bools, Floats, Ints

ALBUM = BIT["album_cap"]
ARTIST_RAISED = BIT["artist_cap_raised"]
ARTIST_ANY = BIT["artist_cap_lifted"]
DISCOVERY = BIT["discovery_share"]
RECENT = BIT["recommended_last_week"]
FORBIDDEN = 1 << len(RELAXATIONS)  # no relaxation allows it
# Share of the user's mix put into the list's before the divergence is taken (Steck: 0.01), so that
# a class still missing costs a finite amount.
_SMOOTHING = 0.01
_LEAST = 1e-9
Codes = NDArray[np.int16]
# Beyond any score and gain; nights come first where the longest unrecommended song is wanted.
_NIGHT = 100.0


@dataclass(frozen=True, slots=True)
class CandidateGrid:
    """Candidates of many users, each best score first, equal scores in order of track id.

    Every array is [shape=(users, width)] unless said otherwise; rows shorter than the width
    are padded.

    Args:
        size: candidates of each user [shape=(users,)].
        score: what its place by score is worth, see :func:`features.lists.candidate_grid.rank_score`.
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
        places: column of the grid of each chosen song, in order of choice, -1 beyond the end [shape=(users, songs)].
        used: bits of the rules relaxed [shape=(users,)].
    """

    places: Ints
    used: Ints


def names(bits: int) -> tuple[str, ...]:
    """Relaxations of these bits, in the stated order."""
    return tuple(name for name in RELAXATIONS if bits & BIT[name])


def choose(grid: CandidateGrid, rules: ListParams) -> Picks:
    """Choose under all rules; only where a list is still short, relax them one after another.

    Places for new songs and the least share of discoveries are set aside first. A rule counts
    as relaxed when a chosen song needed it.
    """
    partial = PartialLists(grid, rules)
    full = np.full(len(grid.size), rules.songs)
    partial.fill(np.minimum(grid.new_songs, full), 0, grid.new)
    missing = np.maximum(grid.least - partial.discoveries, 0)
    partial.fill(np.minimum(partial.count + missing, full), 0, grid.discovery)
    partial.fill(full, 0)
    allowed = 0
    for name in RELAXATIONS:
        allowed |= BIT[name]
        partial.fill(full, allowed)
    partial.used[partial.discoveries < grid.least] |= DISCOVERY
    return Picks(partial.chosen, partial.used)


class PartialLists:
    """What has been chosen so far for every user, and which rules it has cost."""

    def __init__(self, grid: CandidateGrid, rules: ListParams) -> None:
        users, most = len(grid.size), grid.artists.shape[2]
        self.grid, self.rules = grid, rules
        self.chosen = np.full((users, rules.songs), -1)
        self.count = np.zeros(users, dtype=np.int64)
        self.used = np.zeros(users, dtype=np.int64)
        self.discoveries = np.zeros(users, dtype=np.int64)
        self._recordings = np.full((users, rules.songs), -1)
        self._albums = np.full((users, rules.songs), -1)
        self._artists = np.full((users, rules.songs, most), -1)
        self._mix = np.concatenate(grid.mix, axis=1)
        self._weight = grid.strength[:, None] * self._mix
        self._in_list = np.zeros(self._mix.shape)
        self._left = np.arange(grid.score.shape[1]) < grid.size[:, None]
        self._scores = ((1 - grid.strength[:, None]) * grid.score).astype(np.float32)
        # Of the smoothing, per song of a full list: q = (1 - smoothing) x held / songs + smoothing x p.
        floor = _SMOOTHING / (1 - _SMOOTHING) * rules.songs * self._mix
        self._floor = np.maximum(floor, _LEAST)
        self.codes = _codes(grid)

    def fill(self, until: Ints, allowed: int, only: Bools | None = None) -> None:
        """Take songs whose cost is allowed until every user has so many, or no more can be had."""
        live = np.flatnonzero(self.count < until)
        grid = self.grid
        if not len(live) or not grid.score.shape[1]:
            return
        open_ = self._left[live] & (grid.needs[live] & ~allowed == 0)
        if only is not None:
            open_ &= only[live]
        if not allowed & DISCOVERY:
            open_ &= ~grid.discovery[live] | (self.discoveries[live] < grid.most[live])[:, None]
        value = np.where(open_, self._scores[live], -np.inf)
        if allowed & RECENT:
            value += np.float32(_NIGHT) * grid.nights[live]
        filling = FillRound(self, live, value, allowed)
        while len(filling.live):
            found = filling.step()
            filling.keep(found & (self.count[filling.live] < until[filling.live]))

    def gains(self, live: Ints) -> Floats:
        """strength x p log(q'/q) of one more song of each class; the last column, 0, is for unknown ones."""
        gain = np.zeros((len(live), self._mix.shape[1] + 1))
        gain[:, :-1] = self._weight[live] * np.log1p(1 / (self._in_list[live] + self._floor[live]))
        return gain

    def loss(self, user: Ints, code: Codes) -> Floats:
        """How much less the gain of a class is since its newest song; 0 for an unknown class."""
        known = code < self._mix.shape[1]
        at = user, np.where(known, code, 0)
        held = np.where(known, self._in_list[at] + self._floor[at], 2.0)
        less: Floats = np.where(known, self._weight[at] * (np.log1p(1 / held) - np.log1p(1 / (held - 1))), 0.0)
        return less

    def rules_broken(self, user: Ints, place: Ints) -> Ints:
        """Bits of the rules that taking these songs would break now; FORBIDDEN for a recording held already."""
        grid, rules = self.grid, self.rules
        bits = grid.needs[user, place].copy()
        bits |= np.where(grid.discovery[user, place] & (self.discoveries[user] >= grid.most[user]), DISCOVERY, 0)
        album = grid.album[user, place]
        of_album = (self._albums[user] == album[:, None]).sum(axis=1)
        bits |= np.where((album >= 0) & (of_album >= rules.album_cap), ALBUM, 0)
        busiest = np.zeros(len(user), dtype=np.int64)
        for slot in range(grid.artists.shape[2]):
            artist = grid.artists[user, place, slot]
            busiest = np.maximum(busiest, np.where(artist >= 0, self.songs_of(user, artist), 0))
        raised, lifted = busiest >= rules.artist_cap, busiest >= rules.raised_artist_cap
        bits |= np.where(lifted, ARTIST_ANY, np.where(raised, ARTIST_RAISED, 0))
        twice = (self._recordings[user] == grid.recording[user, place][:, None]).any(axis=1)
        return np.where(twice, FORBIDDEN, bits)

    def songs_of(self, user: Ints, artist: Ints) -> Ints:
        """Songs chosen that credit this artist, one artist per user."""
        held = self._artists[user].reshape(len(user), self._artists.shape[1] * self._artists.shape[2])
        songs: Ints = (held == artist[:, None]).sum(axis=1)
        return songs

    def take(self, user: Ints, place: Ints, bits: Ints) -> None:
        grid, at = self.grid, self.count[user]
        self.chosen[user, at] = place
        self._recordings[user, at] = grid.recording[user, place]
        self._albums[user, at] = grid.album[user, place]
        self._artists[user, at] = grid.artists[user, place]
        for code in self.codes:
            known = code[user, place] < self._mix.shape[1]
            self._in_list[user[known], code[user, place][known]] += 1
        self.used[user] |= bits
        self.discoveries[user] += grid.discovery[user, place]
        self.count[user] += 1
        self._left[user, place] = False


class FillRound:
    """One round of filling: what the live users may still take, and how much they want it.

    Args:
        value: score of each song of the live users, -inf where it may not be taken.
    """

    def __init__(self, partial: PartialLists, live: Ints, value: NDArray[np.float32], allowed: int) -> None:
        self.partial, self.allowed, self.live = partial, allowed, live
        self._codes = [code[live] for code in partial.codes]
        gains = partial.gains(live).astype(np.float32)
        row = np.arange(len(live))[:, None] * gains.shape[1]
        self.wanted = value  # score and what calibration adds to it
        for code in self._codes:
            self.wanted += gains.ravel().take(row + code)

    def keep(self, going: Bools) -> None:
        """Go on with these of the live users."""
        if not going.all():
            self.live, self.wanted = self.live[going], self.wanted[going]
            self._codes = [code[going] for code in self._codes]

    def step(self) -> Bools:
        """One more song for each live user; False for those who can have none.

        A song whose cost is not allowed now never will be: the counts only grow. It is struck
        out and the user's next best is looked at.
        """
        found = np.ones(len(self.live), dtype=bool)
        rows = np.arange(len(self.live))
        while len(rows):
            wanted = self.wanted if len(rows) == len(self.live) else self.wanted[rows]
            best = wanted.argmax(axis=1)
            some = wanted[np.arange(len(rows)), best] > -np.inf
            found[rows[~some]] = False
            bits = self.partial.rules_broken(self.live[rows], best)
            fits = some & (bits & ~self.allowed == 0)
            self.partial.take(self.live[rows[fits]], best[fits], bits[fits])
            self.wanted[rows[some], best[some]] = -np.inf
            self._learn(rows[fits], best[fits])
            self._strike(rows[fits], best[fits])
            rows = rows[some & ~fits]
        return found

    def _learn(self, rows: Ints, best: Ints) -> None:
        """The classes of the songs just taken are wanted less."""
        if not len(rows):
            return
        whole = len(rows) == len(self.live)
        for code in self._codes:
            taken = code[rows, best]
            less = self.partial.loss(self.live[rows], taken).astype(np.float32)
            same = (code if whole else code[rows]) == taken[:, None]
            if whole:
                self.wanted += same * less[:, None]
            else:
                self.wanted[rows] += same * less[:, None]

    def _strike(self, rows: Ints, best: Ints) -> None:
        """Strike out what the songs just taken forbid; :meth:`PartialLists.rules_broken` would find it one by one."""
        partial, grid = self.partial, self.partial.grid
        user = self.live[rows]
        if not self.allowed & DISCOVERY:
            enough = grid.discovery[user, best] & (partial.discoveries[user] == grid.most[user])
            self._bar(rows[enough], grid.discovery[user[enough]])
        if self.allowed & ARTIST_RAISED:
            return
        for slot in range(grid.artists.shape[2]):
            artist = grid.artists[user, best, slot]
            busy = (artist >= 0) & (partial.songs_of(user, artist) == partial.rules.artist_cap)
            self._bar(rows[busy], (grid.artists[user[busy]] == artist[busy, None, None]).any(axis=2))

    def _bar(self, rows: Ints, songs: Bools) -> None:
        row, place = np.nonzero(songs)
        self.wanted[rows[row], place] = -np.inf


def _codes(grid: CandidateGrid) -> list[Codes]:
    """Column of each song's class in the table of all facets' classes, one array per facet; unknown ones last."""
    start, whole, codes = 0, sum(mix.shape[1] for mix in grid.mix), []
    for facet, mix in zip(grid.facets, grid.mix, strict=True):
        codes.append(np.where(facet >= 0, facet + start, whole).astype(np.int16))
        start += mix.shape[1]
    return codes
