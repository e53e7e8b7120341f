"""Plays by number, and what lay behind each: how often the song was heard, and how tired of it one was.

Satiation is the sum of recent plays, each fading by the same share a day; a skip tires less.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from features.choice.params import ChoiceParams
from features.night import Night

_EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday


@dataclass(frozen=True, slots=True)
class Log:
    """Plays in order of listener, time and track.

    Args:
        user, track: numbers [shape=(plays,), int64].
        day: days from ``ds``, 0 or below [shape=(plays,), int64].
        kind: of the day, see features.days; week: from Monday, a running number [shape=(plays,), int64].
        skipped: [shape=(plays,), bool].
        items: tracks there are.
        pairs: sorted codes of the pairs heard; a code is user * tracks + track.
        keys: sorted, index of the pair in ``pairs`` * plays + row, one per play.
        tires: what each play adds to satiation, in order of ``keys``.
    """

    user: np.ndarray
    track: np.ndarray
    day: np.ndarray
    kind: np.ndarray
    week: np.ndarray
    skipped: np.ndarray
    items: int
    pairs: np.ndarray
    keys: np.ndarray
    tires: np.ndarray

    @classmethod
    def of(cls, plays: pl.DataFrame, users: pl.Series, tracks: pl.Series, params: ChoiceParams, night: Night) -> Log:
        """From contract ``plays`` with the ``kind`` of each day, as :func:`numbered` takes them."""
        return cls.of_numbers(numbered(plays, users, tracks, params, night), len(tracks), params, night)

    @classmethod
    def of_numbers(cls, numbers: pl.DataFrame, items: int, params: ChoiceParams, night: Night) -> Log:
        """From plays by number, of whole listeners.

        Args:
            numbers: see :func:`numbered`.
        """
        user, track, kind = (numbers[c].to_numpy().astype(np.int64) for c in ("u", "t", "kind"))
        day = (numbers["local_date"] - night.ds).dt.total_days().to_numpy().astype(np.int64)
        week = (numbers["local_date"].to_physical().to_numpy().astype(np.int64) + _EPOCH_WEEKDAY) // 7
        skipped = numbers["skipped"].to_numpy()
        pairs, index = np.unique(user * max(1, items) + track, return_inverse=True)
        keys = index * max(1, len(user)) + np.arange(len(user))
        order = np.argsort(keys, kind="stable")
        tires = np.where(day < -params.window_days, 0.0, np.where(skipped, params.skip_tires, 1.0))
        return cls(user, track, day, kind, week, skipped, items, pairs, keys[order], tires[order])

    def lately(self, params: ChoiceParams) -> np.ndarray:
        """Rows of the plays that are occasions: those of the window."""
        return np.flatnonzero(self.day >= -params.window_days)

    def before(self, user: np.ndarray, track: np.ndarray, row: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Plays of each pair before a row, and where in ``keys`` the last of them is, -1 for none [shape as given]."""
        code = user * max(1, self.items) + track
        index = np.minimum(np.searchsorted(self.pairs, code), len(self.pairs) - 1)
        known = self.pairs[index] == code
        low = np.searchsorted(self.keys, index * len(self.user))
        high = np.searchsorted(self.keys, index * len(self.user) + row)
        count = np.where(known, high - low, 0)
        return count, np.where(count > 0, high - 1, -1)

    def days_since(self, last: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Days from the play at ``last`` to ``day``; 0 where there is none [shape as given]."""
        if not len(self.keys):
            return np.zeros(last.shape, np.int64)
        return np.where(last >= 0, day - self.day[self.keys % len(self.user)][last], 0)

    def tired(self, memory: float) -> np.ndarray:
        """Satiation of its pair right after each play, in order of ``keys``, and 0 for what has none (index -1)."""
        if not len(self.keys):
            return np.zeros(1)
        index, row = np.divmod(self.keys, len(self.user))
        first = np.flatnonzero(np.r_[True, index[1:] != index[:-1]])
        plays = np.diff(np.r_[first, len(index)])
        faded = memory ** np.diff(self.day[row], prepend=0).clip(0).astype(float)  # unused for a pair's first play
        after = np.append(self.tires, 0.0)
        for number in range(1, int(plays.max())):
            at = first[plays > number] + number
            after[at] += after[at - 1] * faded[at]
        return after


def numbered(
    plays: pl.DataFrame, users: pl.Series, tracks: pl.Series, params: ChoiceParams, night: Night
) -> pl.DataFrame:
    """The newest plays of each listener by number, ``u`` and ``t``, in order of listener, time and track.

    Args:
        plays: contract ``plays`` with the ``kind`` of each day; listeners and tracks not named are left out.
        users, tracks: sorted ids; a number is an index here.
    """
    return (
        plays.select("user_id", "track_id", "played_at", "local_date", "skipped", "kind")
        .filter(pl.col("local_date") <= night.ds)
        .join(pl.DataFrame({"user_id": users}).with_row_index("u"), on="user_id")
        .join(pl.DataFrame({"track_id": tracks}).with_row_index("t"), on="track_id")
        .sort("u", "played_at", "t")
        .group_by("u", maintain_order=True)
        .tail(params.most_plays)
        .select("u", "t", "local_date", "skipped", "kind")
    )


def satiation(log: Log, memory: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Listener, track and satiation of every pair heard, at the end of ``ds``."""
    if not len(log.pairs):
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, np.zeros(0)
    user, track = np.divmod(log.pairs, log.items)
    _, last = log.before(user, track, np.full(len(user), len(log.user)))
    return user, track, log.tired(memory)[last] * memory ** log.days_since(last, np.zeros(1)).astype(float)
