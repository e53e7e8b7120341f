"""What evidence may speak of: the chosen songs of a bucket beside all that is known of song and listener, as arrays.

Songs that lists, plays or likes of the bucket name are numbered ``n`` in order of id; a
number means the same row in every array. Numbers only tell things apart and never reach
the output, so that nothing depends on which users share a bucket.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from features.lists.build import Bucket
from features.lists.listeners import Listeners
from features.lists.rules import ListParams
from features.lists.songs import Bools, Floats, Ints, Songs
from features.night import Night


@dataclass(frozen=True, slots=True)
class Keyed:
    """Finds rows by a pair of numbers.

    Args:
        codes: first * width + second, ascending, each once.
        width: more than any second number.
    """

    codes: Ints
    width: int

    @staticmethod
    def of(first: Ints, second: Ints, width: int) -> Keyed:
        """Rows that are sorted by ``first`` and ``second`` and hold each pair once."""
        return Keyed(first.astype(np.int64) * width + second, width)

    def at(self, first: Ints, second: Ints) -> Ints:
        """Row of each pair; -1 where there is none, or a number is negative [shape=(pairs,)]."""
        if not len(self.codes):
            return np.full(len(first), -1, np.int64)
        asked = first.astype(np.int64) * self.width + second
        place = np.minimum(np.searchsorted(self.codes, asked), len(self.codes) - 1)
        there = (self.codes[place] == asked) & (first >= 0) & (second >= 0)
        return np.where(there, place, -1)


@dataclass(frozen=True, slots=True)
class PlayHistory:
    """Tracks heard or judged by listeners whose history may be used, in order of user, then track.

    Args:
        u, n: user and track; keyed: by both.
        weight, plays, skips: as in ``affinity``; rested: days from the last play to ds, -1 when never played.
        liked: liked or in a playlist, and not blocked.
        loved: liked, or of weight from ``loved_from``, and not blocked.
    """

    u: Ints
    n: Ints
    keyed: Keyed
    weight: Floats
    plays: Ints
    skips: Ints
    rested: Ints
    liked: Bools
    loved: Bools


@dataclass(frozen=True, slots=True)
class EvidenceContext:
    """Chosen songs, one row each, and the tables that reasons look into.

    Args:
        u, t, n: user, track among the candidates, track on the shelf [shape=(rows,)].
        personal: whether the listener's history may be used; discovery: artist never heard.
        shelf: ``n`` and the catalogue's columns of every track named in the bucket.
        artist: main artist of each shelf track, a number; ``artists`` are the ids behind it.
    """

    u: Ints
    t: Ints
    n: Ints
    personal: Bools
    discovery: Bools
    songs: Songs
    listeners: Listeners
    shelf: pl.DataFrame
    artist: Ints
    artists: pl.Series
    heard: PlayHistory
    tables: Mapping[str, pl.DataFrame]
    params: ListParams
    night: Night

    def rows(self, holds: Bools) -> Ints:
        """Places of the rows where something holds and the history may be used."""
        return np.flatnonzero(holds & self.personal)

    def lists(self, items: str, amounts: str) -> pl.DataFrame:
        """One row per listener and item of a pair of list columns of ``taste``: ``u``, ``item``, ``amount``."""
        frame = self.listeners.frame.filter("personal").select("u", item=items, amount=amounts)
        return frame.explode("item", "amount").drop_nulls()


def known(
    chosen: pl.DataFrame, made: Bucket, tables: Mapping[str, pl.DataFrame], params: ListParams, night: Night
) -> EvidenceContext:
    """Number and lay out; ``chosen`` as :func:`features.lists.build.daily_lists` returns it."""
    u, t = ints(chosen["u"]), ints(chosen["t"])
    own = made.listeners.frame.filter("personal").select("u", "user_id")
    drawn = tables["affinity"].join(own, on="user_id")
    named = pl.concat([chosen.select("track_id"), drawn.select("track_id")]).unique()
    shelf = tables["tracks"].join(named, on="track_id", how="semi").sort("track_id").with_row_index("n")
    artists = shelf["artist_id"].unique().sort()
    heard = _heard(drawn.join(shelf.select("track_id", "n"), on="track_id"), shelf.height, params, night)
    n = chosen.select("track_id").join(shelf.select("track_id", "n"), on="track_id", maintain_order="left")["n"]
    return EvidenceContext(
        u, t, ints(n), made.listeners.personal[u], chosen["discovery"].to_numpy(), made.songs, made.listeners,
        shelf, dense(shelf["artist_id"]), artists, heard, tables, params, night,
    )  # fmt: skip


def _heard(rows: pl.DataFrame, width: int, params: ListParams, night: Night) -> PlayHistory:
    drawn = rows.sort("u", "n").with_columns(rested=(pl.lit(night.ds) - pl.col("last_played")).dt.total_days())
    weight, open_to = drawn["weight"].cast(pl.Float64).to_numpy(), ~drawn["blocked"].to_numpy()
    liked = drawn["liked"].to_numpy() & open_to
    u, n = ints(drawn["u"]), ints(drawn["n"])
    return PlayHistory(
        u=u,
        n=n,
        keyed=Keyed.of(u, n, width + 1),
        weight=weight,
        plays=ints(drawn["plays"]),
        skips=ints(drawn["skips"]),
        rested=ints(drawn["rested"].fill_null(-1)),
        liked=liked,
        loved=liked | ((weight >= params.loved_from) & open_to),
    )


def ints(column: pl.Series) -> Ints:
    """A column without nulls as integers."""
    numbers: Ints = column.to_numpy().astype(np.int64)
    return numbers


def dense(column: pl.Series) -> Ints:
    """A number per distinct value, in order of value; -1 for null and for an empty name."""
    named = column.set(column == "", None)
    numbers: Ints = (named.rank("dense").cast(pl.Int64) - 1).fill_null(-1).to_numpy()
    return numbers


def taken(values: Ints, place: Ints) -> Ints:
    """Values by place; that of a missing place (-1) is 0."""
    if not len(values):
        return np.zeros(len(place), values.dtype)
    return np.where(place >= 0, values[place], 0)
