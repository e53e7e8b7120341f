"""One place of each personal list is open: with a small, known probability another song is tried there.

Who studies the lists offline then knows for every shown song how probable it was, and can
reweigh what happened by it (inverse propensity scoring; Horvitz and Thompson 1952).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.lists.assembly import CandidateGrid, Picks
from features.lists.params import ListParams
from features.lists.songs import Bools, Floats, Ints

# Songs looked at for each that may be tried: most are lawful beside the others.
_LOOK = 3
# The place is open where one of so many next best songs is lawful.
_PROBE = 8


@dataclass(frozen=True, slots=True)
class Opened:
    """The lists after the draw; arrays are [shape=(users,)] unless said.

    Args:
        places: column of the grid of each song, -1 beyond the end [shape=(users, songs)].
        at: column of the open place, -1 where a list has none.
        choices: songs the draw was among; 1 where nothing was drawn.
        propensity: probability of the song shown at the open place.
        explored: whether it is another than the usual one.
    """

    places: Ints
    at: Ints
    choices: Ints
    propensity: Floats
    explored: Bools


def explore(grid: CandidateGrid, picks: Picks, share: Floats, draw: Floats, rules: ListParams) -> Opened:
    """Open the place of the least song by score of each full list that needed no relaxation.

    The usual song stays with probability ``1 - share``; else one of the next best songs is drawn
    uniformly. Every choice keeps the list lawful, its discoveries and its new songs as many.
    Where none of the very next is lawful the place is not open.

    Args:
        share: probability of a draw for each user, 0 closes the place.
        draw: a number in [0, 1) of each user's own.
    """
    places, users = picks.places.copy(), np.arange(len(picks.places))
    fixed = np.where((places >= 0) & ~is_new(grid, places), places, -1)
    at, usual = fixed.argmax(axis=1), fixed.max(axis=1, initial=-1)
    may = (share > 0) & (picks.used == 0) & (places >= 0).all(axis=1) & (usual >= 0)
    rest = places.copy()
    rest[users, at] = -1
    mine = np.flatnonzero(may)
    at = np.where(may, at, -1)
    at[mine[~_lawful(grid, mine, rest[mine], usual[mine], _PROBE, rules)[1].any(axis=1)]] = -1
    explored = (at >= 0) & (draw < share)
    mine = np.flatnonzero(explored)
    looked, lawful = _lawful(grid, mine, rest[mine], usual[mine], _LOOK * rules.choices, rules)
    lawful &= np.cumsum(lawful, axis=1) <= rules.choices
    choices = np.ones(len(users), dtype=np.int64)
    choices[mine] = lawful.sum(axis=1)
    number = (draw[mine] / share[mine] * choices[mine]).astype(np.int64)
    nth = lawful & (np.cumsum(lawful, axis=1) == number[:, None] + 1)
    places[mine, at[mine]] = looked[nth]
    return Opened(places, at, choices, np.where(explored, share / choices, 1 - share), explored)


def is_new(grid: CandidateGrid, places: Ints) -> Bools:
    """Whether each chosen song fills the quota of new ones."""
    if not grid.new.shape[1]:
        return np.zeros(places.shape, dtype=bool)
    return np.take_along_axis(grid.new, np.maximum(places, 0), axis=1)


def _lawful(
    grid: CandidateGrid, user: Ints, rest: Ints, usual: Ints, look: int, rules: ListParams
) -> tuple[Ints, Bools]:
    """The best ``look`` songs left of these users, and which the caps let stand beside ``rest``."""
    width = grid.score.shape[1]
    row, me = np.arange(len(user))[:, None], user[:, None]
    free = (np.arange(width) < grid.size[me]) & (grid.needs[user] == 0) & ~grid.new[user]
    free &= grid.discovery[user] == grid.discovery[user, usual][:, None]
    free[row, usual[:, None]] = False
    np.put_along_axis(free, np.where(rest >= 0, rest, usual[:, None]), False, axis=1)
    looked = np.argsort(~free, axis=1, kind="stable")[:, :look]
    lawful = free[row, looked]
    held, there = np.where(rest >= 0, rest, 0), (rest >= 0)[:, None, :]
    recording, album = grid.recording[me, looked], grid.album[me, looked]
    lawful &= ~((recording[:, :, None] == grid.recording[me, held][:, None, :]) & there).any(axis=2)
    of_album = ((album[:, :, None] == grid.album[me, held][:, None, :]) & there).sum(axis=2)
    lawful &= (album < 0) | (of_album < rules.album_cap)
    credited = grid.artists[me, held]
    for slot in range(credited.shape[2]):
        artist = grid.artists[me, looked, slot]
        songs = np.zeros(artist.shape, dtype=np.int64)
        for other in range(credited.shape[2]):
            songs += ((artist[:, :, None] == credited[:, None, :, other]) & there).sum(axis=2)
        lawful &= (artist < 0) | (songs < rules.artist_cap)
    return looked, lawful
