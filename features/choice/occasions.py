"""Plays as choices: what was played, what could have been played instead, and what came before.

A song never heard is chosen among songs never heard, a known one among known ones: the model
explains which, not how adventurous the listener is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from features.choice.log import Log
from features.choice.params import ChoiceParams
from features.seeds import Seeds

_CHUNK = 16_384  # occasions worked on at once: about 50 MB


@dataclass(frozen=True, slots=True)
class Occasions:
    """One row per play, in order of listener and time; column 0 is the song played.

    Args:
        user: number of the listener [shape=(plays,), int64].
        kind, week: of the day, as in Log [shape=(plays,), int64].
        tracks: numbers of the songs [shape=(plays, 1 + alternatives), int32].
        usable: whether the alternative could have been chosen; column 0 is True.
        habit: log(1 + plays before); 0 for a song never heard.
        last: where in the log the song's last play before is, -1 for none; rested: days since then.
        satiation: recent plays before, faded daily; see :meth:`remembered`.
        first: whether the song had never been heard [shape=(plays,), bool].
        skipped: [shape=(plays,), bool].
        weight: by age [shape=(plays,), float32].
    """

    user: np.ndarray
    kind: np.ndarray
    week: np.ndarray
    tracks: np.ndarray
    usable: np.ndarray
    habit: np.ndarray
    last: np.ndarray
    rested: np.ndarray
    satiation: np.ndarray
    first: np.ndarray
    skipped: np.ndarray
    weight: np.ndarray

    def __len__(self) -> int:
        return len(self.user)

    def at(self, rows: np.ndarray | slice) -> Occasions:
        """Some of them; views of a slice."""
        return Occasions(*(getattr(self, name)[rows] for name in self.__slots__))

    def remembered(self, log: Log, memory: float) -> Occasions:
        """The same occasions, satiation fading so that this share of it is left after a day."""
        after, satiation = log.tired(memory), np.empty(self.last.shape, np.float32)
        for low in range(0, len(self), _CHUNK):
            at = slice(low, low + _CHUNK)
            satiation[at] = after[self.last[at]] * memory ** self.rested[at].astype(float)
        return replace(self, satiation=satiation)


def lots(log: Log, people: pl.Series, params: ChoiceParams, seeds: Seeds) -> np.ndarray:
    """What alternatives are drawn by, from each listener's own stream [shape=(occasions, alternatives), 0..1].

    Args:
        people: ids by number.
    """
    users, plays = np.unique(log.user[log.lately(params)], return_counts=True)
    drawn, until = np.empty((int(plays.sum()), params.alternatives)), np.cumsum(plays)
    for user, count, high in zip(people.gather(users), plays.tolist(), until.tolist(), strict=True):
        drawn[high - count : high] = seeds.rng("choice", user).random((count, params.alternatives))
    return drawn


def occasions(log: Log, released: np.ndarray, params: ChoiceParams, draw: np.ndarray) -> Occasions:
    """Every play of the window beside alternatives drawn from what was known, or unknown, then.

    Args:
        released: days from ``ds`` from which each track could be heard [shape=(tracks,), int64].
        draw: see :func:`lots`.
    """
    rows = log.lately(params)
    everything = np.arange(len(log.user))
    heard, _ = log.before(log.user, log.track, everything) if len(rows) else (everything, everything)
    first, shape = heard == 0, (len(rows), 1 + params.alternatives)
    made = Occasions(
        user=log.user[rows],
        kind=log.kind[rows],
        week=log.week[rows],
        tracks=np.empty(shape, np.int32),
        usable=np.empty(shape, bool),
        habit=np.empty(shape, np.float32),
        last=np.empty(shape, np.int32),
        rested=np.empty(shape, np.int16),
        satiation=np.zeros(shape, np.float32),
        first=first[rows],
        skipped=log.skipped[rows],
        weight=(0.5 ** (-log.day[rows] / params.half_life_days)).astype(np.float32),
    )
    for low in range(0, len(rows), _CHUNK):
        at = slice(low, low + _CHUNK)
        _fill(made.at(at), log, rows[at], draw[at], first, released)
    return made.remembered(log, params.memory)


def _fill(
    part: Occasions, log: Log, rows: np.ndarray, draw: np.ndarray, first: np.ndarray, released: np.ndarray
) -> None:
    """Write what was shown on the occasions of these rows of the log, and what came before, into views of them.

    Args:
        first: whether each play of the log is a song's first.
    """
    fresh = first[rows, None]
    anything = np.minimum((draw * log.items).astype(np.int64), max(0, log.items - 1))
    other = np.where(fresh, anything, _known(log, first, rows, draw))
    tracks = np.concatenate([log.track[rows, None], other], axis=1)
    user = np.broadcast_to(log.user[rows, None], tracks.shape)
    count, last = log.before(user, tracks, np.broadcast_to(rows[:, None], tracks.shape))
    usable = np.where(fresh, (count == 0) & (released[tracks] <= log.day[rows, None]), count > 0)
    part.tracks[:], part.habit[:], part.last[:] = tracks, np.log1p(count), last
    part.rested[:] = log.days_since(last, log.day[rows, None])
    part.usable[:] = usable & (tracks != tracks[:, :1])
    part.usable[:, 0] = True


def _known(log: Log, first: np.ndarray, rows: np.ndarray, draw: np.ndarray) -> np.ndarray:
    """For each row, tracks that its listener had heard before it; track 0 where there was none."""
    debuts = np.flatnonzero(first)
    until = np.cumsum(first) - first  # debuts before each row, of all listeners before too
    starts = np.searchsorted(log.user, log.user[rows])
    low, high = until[starts], until[rows]
    at = low[:, None] + (draw * (high - low)[:, None]).astype(np.int64)
    return np.asarray(log.track[debuts[np.minimum(at, len(debuts) - 1)]])
