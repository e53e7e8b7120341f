"""One place of each personal list is open: with a small, known probability another song is tried there.

Who studies the lists offline then knows for every shown song how probable it was, and can
reweigh what happened by it (inverse propensity scoring; Horvitz and Thompson 1952).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.lists.assembly import Picks, Shelves
from features.lists.rules import ListParams
from features.lists.songs import Bools, Floats, Ints

# Songs looked at for each that may be tried: most are lawful beside the others.
_LOOK = 3


@dataclass(frozen=True, slots=True)
class Opened:
    """The lists after the draw; arrays are [shape=(users,)] unless said.

    Args:
        places: on the shelf, -1 beyond the end [shape=(users, songs)].
        at: column of the open place, -1 where a list has none.
        choices: songs the draw was among, the usual one included; 0 where there was none.
        propensity: probability of the song shown at the open place.
        explored: whether it is another than the usual one.
    """

    places: Ints
    at: Ints
    choices: Ints
    propensity: Floats
    explored: Bools


def explore(shelves: Shelves, picks: Picks, share: Floats, draw: Floats, rules: ListParams) -> Opened:
    """Open the place of the least song by score of each full list that needed no relaxation.

    The usual song stays with probability ``1 - share``; else one of the choices, the usual one
    among them, is drawn uniformly. Every choice keeps the list lawful, its discoveries and its
    new songs as many.

    Args:
        share: probability of a draw for each user, 0 closes the place.
        draw: a number in [0, 1) of each user's own.
    """
    places = picks.places.copy()
    users = np.arange(len(places))
    fixed = np.where((places >= 0) & ~is_new(shelves, places), places, -1)
    at = fixed.argmax(axis=1)
    usual = fixed.max(axis=1, initial=-1)
    may = (share > 0) & (picks.used == 0) & (places >= 0).all(axis=1) & (usual >= 0)
    rest = places.copy()
    rest[users, at] = -1
    looked, lawful = _lawful(shelves, rest, usual, rules)
    lawful &= may[:, None] & (np.cumsum(lawful, axis=1) < rules.choices)
    others = lawful.sum(axis=1)
    may &= others > 0
    choices = np.where(may, others + 1, 0)
    drawn = np.where(may & (draw < share), draw / np.where(share > 0, share, 1), 0.0)
    number = np.minimum((drawn * choices).astype(np.int64), np.maximum(choices - 1, 0))
    explored = number > 0
    nth = (np.cumsum(lawful, axis=1) == number[:, None]) & lawful
    tried = looked[users, nth.argmax(axis=1)] if looked.shape[1] else usual
    places[users[explored], at[explored]] = tried[explored]
    each = share / np.maximum(choices, 1)
    propensity = np.where(may, np.where(explored, each, 1 - share + each), 1.0)
    return Opened(places, np.where(may, at, -1), choices, propensity, explored)


def is_new(shelves: Shelves, places: Ints) -> Bools:
    """Whether each chosen song fills the quota of new ones."""
    if not shelves.new.shape[1]:
        return np.zeros(places.shape, dtype=bool)
    return np.take_along_axis(shelves.new, np.maximum(places, 0), axis=1)


def _lawful(shelves: Shelves, rest: Ints, usual: Ints, rules: ListParams) -> tuple[Ints, Bools]:
    """The best songs left of each user's shelf, and which of them may stand beside ``rest``."""
    width = shelves.score.shape[1]
    user = np.arange(len(rest))[:, None]
    free = (np.arange(width) < shelves.size[:, None]) & (shelves.needs == 0) & ~shelves.new
    free &= shelves.discovery == shelves.discovery[user, np.maximum(usual, 0)[:, None]] if width else free
    taken = np.concatenate([rest, usual[:, None]], axis=1)
    row, column = np.nonzero(taken >= 0)
    free[row, taken[row, column]] = False
    looked = np.argsort(~free, axis=1, kind="stable")[:, : _LOOK * rules.choices]
    held = np.where(rest >= 0, rest, 0)
    there = (rest >= 0)[:, None, :]
    lawful = free[user, looked]
    if not width:
        return looked, lawful
    recording, album = shelves.recording[user, looked], shelves.album[user, looked]
    same = (recording[:, :, None] == shelves.recording[user, held][:, None, :]) & there
    lawful &= ~same.any(axis=2)
    of_album = ((album[:, :, None] == shelves.album[user, held][:, None, :]) & there).sum(axis=2)
    lawful &= (album < 0) | (of_album < rules.album_cap)
    credited = shelves.artists[user, held]
    for slot in range(credited.shape[2]):
        artist = shelves.artists[user, looked, slot]
        songs = sum(
            ((artist[:, :, None] == credited[:, None, :, other]) & there).sum(axis=2)
            for other in range(credited.shape[2])
        )
        lawful &= (artist < 0) | (songs < rules.artist_cap)
    return looked, lawful
