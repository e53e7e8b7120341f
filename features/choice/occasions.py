"""Plays as choices: what was played, what could have been played instead, and what came before.

A song never heard is chosen among songs never heard, a known one among known ones: the model
explains which, not how adventurous the listener is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from features.choice.params import ChoiceParams
from features.night import Night


@dataclass(frozen=True, slots=True)
class Occasions:
    """One row per play, in order of listener and time; column 0 is the song played.

    Args:
        user: number of the listener [shape=(plays,), int64].
        tracks: numbers of the songs [shape=(plays, 1 + alternatives), int64].
        usable: whether the alternative could have been chosen; column 0 is True.
        habit: log(1 + plays before); 0 for a song never heard.
        satiation: recent plays before, faded daily.
        first: whether the song had never been heard [shape=(plays,), bool].
        skipped: [shape=(plays,), bool].
        weight: by age [shape=(plays,), float32].
    """

    user: np.ndarray
    tracks: np.ndarray
    usable: np.ndarray
    habit: np.ndarray
    satiation: np.ndarray
    first: np.ndarray
    skipped: np.ndarray
    weight: np.ndarray

    def __len__(self) -> int:
        return len(self.user)


@dataclass(frozen=True, slots=True)
class Log:
    """Plays by number, in order of listener, time and track; what :func:`occasions` learns from.

    Args:
        user, track: numbers [shape=(plays,), int64].
        day: days from ``ds``, 0 or below [shape=(plays,), int64].
        skipped: [shape=(plays,), bool].
        pairs: sorted codes of the pairs heard; a code is user * tracks + track.
        keys: sorted, place of the pair in ``pairs`` * plays + row, one per play.
        faded: running sum over ``keys`` of what plays add to satiation, grown to the last day.
    """

    user: np.ndarray
    track: np.ndarray
    day: np.ndarray
    skipped: np.ndarray
    items: int
    pairs: np.ndarray
    keys: np.ndarray
    faded: np.ndarray
    memory: float

    @classmethod
    def of(cls, plays: pl.DataFrame, users: pl.Series, tracks: pl.Series, params: ChoiceParams, night: Night) -> Log:
        """From contract ``plays``; listeners and tracks not named are left out.

        Args:
            users, tracks: sorted ids; a number is a place here.
        """
        numbers = (
            plays.select("user_id", "track_id", "played_at", "local_date", "skipped")
            .filter(pl.col("local_date") <= night.ds)
            .join(pl.DataFrame({"user_id": users}).with_row_index("u"), on="user_id")
            .join(pl.DataFrame({"track_id": tracks}).with_row_index("t"), on="track_id")
            .sort("u", "played_at", "t")
            .group_by("u", maintain_order=True)
            .tail(params.most_plays)
        )
        user, track = (numbers[c].to_numpy().astype(np.int64) for c in ("u", "t"))
        day = (numbers["local_date"] - night.ds).dt.total_days().to_numpy().astype(np.int64)
        skipped = numbers["skipped"].to_numpy()
        code = user * max(1, len(tracks)) + track
        pairs, place = np.unique(code, return_inverse=True)
        keys = place * max(1, len(code)) + np.arange(len(code))
        order = np.argsort(keys, kind="stable")
        old = day < -params.window_days
        tires = np.where(skipped, params.skip_tires, 1.0) * np.where(old, 0.0, params.memory ** np.where(old, 0, -day))
        faded = np.concatenate([[0.0], np.cumsum(tires[order])])
        return cls(user, track, day, skipped, len(tracks), pairs, keys[order], faded, params.memory)

    def before(self, user: np.ndarray, track: np.ndarray, row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Plays of each pair before a row, and their satiation as if on ``ds`` [shape as given]."""
        code = user * max(1, self.items) + track
        place = np.minimum(np.searchsorted(self.pairs, code), len(self.pairs) - 1)
        known = self.pairs[place] == code
        low = np.searchsorted(self.keys, place * len(self.user))
        high = np.searchsorted(self.keys, place * len(self.user) + row)
        count = np.where(known, high - low, 0)
        return count, np.where(known, self.faded[high] - self.faded[low], 0.0)


def occasions(log: Log, released: np.ndarray, params: ChoiceParams, rng: np.random.Generator) -> Occasions:
    """Every play of the window beside alternatives drawn from what was known, or unknown, then.

    Args:
        released: days from ``ds`` from which each track could be heard [shape=(tracks,), int64].
    """
    rows = np.flatnonzero(log.day >= -params.window_days)
    everything = np.arange(len(log.user))
    heard, _ = log.before(log.user, log.track, everything) if len(rows) else (everything, everything)
    first = heard == 0
    draw = rng.random((len(rows), params.alternatives))
    known = _known(log, first, rows, draw)
    anything = np.minimum((draw * log.items).astype(np.int64), max(0, log.items - 1))
    other = np.where(first[rows, None], anything, known)
    tracks = np.concatenate([log.track[rows, None], other], axis=1)
    user = np.broadcast_to(log.user[rows, None], tracks.shape)
    count, grown = (
        log.before(user, tracks, np.broadcast_to(rows[:, None], tracks.shape)) if len(rows) else (tracks,) * 2
    )
    usable = np.where(first[rows, None], (count == 0) & (released[tracks] <= log.day[rows, None]), count > 0)
    usable &= tracks != tracks[:, :1]
    usable[:, 0] = True
    return Occasions(
        user=log.user[rows],
        tracks=tracks,
        usable=usable,
        habit=np.log1p(count).astype(np.float32),
        satiation=(grown * log.memory ** log.day[rows, None].astype(float)).astype(np.float32),
        first=first[rows],
        skipped=log.skipped[rows],
        weight=(0.5 ** (-log.day[rows] / params.half_life_days)).astype(np.float32),
    )


def _known(log: Log, first: np.ndarray, rows: np.ndarray, draw: np.ndarray) -> np.ndarray:
    """For each row, tracks that its listener had heard before it; track 0 where there was none."""
    if not len(rows):
        return np.zeros(draw.shape, np.int64)
    debuts = np.flatnonzero(first)
    until = np.cumsum(first) - first  # debuts before each row, of all listeners before too
    starts = np.searchsorted(log.user, log.user[rows])
    low, high = until[starts], until[rows]
    at = low[:, None] + (draw * (high - low)[:, None]).astype(np.int64)
    return np.asarray(log.track[debuts[np.minimum(at, len(debuts) - 1)]])


def satiation(log: Log) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Listener, track and satiation of every pair heard, at the end of ``ds``."""
    if not len(log.pairs):
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, np.zeros(0)
    user, track = np.divmod(log.pairs, log.items)
    _, faded = log.before(user, track, np.full(len(user), len(log.user)))
    return user, track, faded
