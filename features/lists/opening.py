"""How well a song would open the list: it earns trust, and fits the hour at which the listener comes."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.lists.listeners import Listeners
from features.lists.pool import Pool
from features.lists.songs import Floats, Ints, Songs
from schemas.vocabulary import CANDIDATE_SOURCES, DAYPARTS, daypart

_POPULAR = CANDIDATE_SOURCES.index("popular")
# Width of a fit on Russell's plane: a song 0.35 away fits 0.6 as well.
_WIDTH = 0.35
# An hour is a weaker promise than a song the listener knows.
_KNOWN, _HOUR = 0.6, 0.4


def trust(pairs: Ints, pool: Pool, songs: Songs, people: Listeners) -> Floats:
    """0..1 for each pair: known to the listener (else to everybody), and in the mood of their hour.

    Args:
        pairs: places in the pool, any shape.
    """
    user, track = pool.user[pairs], pool.track[pairs]
    own = np.maximum(pool.artist_pull[pairs], pool.heard[pairs])
    known = np.where(people.personal[user], own, pool.sources[pairs, _POPULAR])
    trusted: Floats = _KNOWN * known + _HOUR * hour_fit(user, track, songs, people)
    return trusted


def hour_fit(user: Ints, track: Ints, songs: Songs, people: Listeners) -> Floats:
    """Nearness to the feeling of the part of the day in which the listener plays most; 0.5 when unknown."""
    hours = {hour: DAYPARTS.index(daypart(hour)) for hour in range(24)}
    part = people.frame["favourite_hour"].replace_strict(hours, default=None, return_dtype=pl.Int64)
    asked = np.where(people.personal, part.fill_null(-1).to_numpy(), -1)[user]
    at = user, np.maximum(asked, 0)
    apart = (songs.valence[track] - people.daypart_valence[at]) ** 2
    apart += (songs.arousal[track] - people.daypart_arousal[at]) ** 2
    fit = np.nan_to_num(np.exp(-apart / (2 * _WIDTH**2)), nan=0.5)
    return np.where(asked >= 0, fit, 0.5)
