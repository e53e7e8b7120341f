"""What was played after a night, and how lists of that night stand against it.

Listeners and tracks are numbered in order of id; lists hold track numbers, -1 where there are fewer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from features.evaluation import beyond, ranking
from features.evaluation.ground_truth import pair_counts

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from features.night import Night

SPANS = (1, 7)
"""Days after a night whose plays are looked at."""
PLACES = (5, 10, 30)
OWN = 0
"""In place of a number of places: as many as the published list has for songs never heard."""
NEWCOMER_DAYS, RECENT_DAYS = 14, 30
GROUPS = ("few plays", "many plays", "repeaters", "explorers", "newcomers")


@dataclass(frozen=True, slots=True)
class Afterwards:
    """Listeners who played something in the week after a night.

    Args:
        users, tracks: ids, sorted; tracks are those the catalogue knew that night.
        heard: plays up to the night [shape=(users, tracks)].
        played: plays of so many days after it, songs unknown that night left out [shape=(users, tracks)].
        groups: one row per user: ``user_id`` and a flag per name of GROUPS.
        bits: self-information of each track among all listeners of the night [shape=(tracks,)].
    """

    users: pl.Series
    tracks: pl.Series
    heard: csr_array
    played: Mapping[int, csr_array]
    groups: pl.DataFrame
    bits: np.ndarray

    def relevant(self, songs: str, days: int) -> csr_array:
        """1 where a listener played the song in those days; of ``new`` ones the first play was in them."""
        from scipy.sparse import csr_array

        played = self.played[days].sign()
        if songs == "all":
            return played
        new = csr_array(played - played.multiply(self.heard.sign()))
        new.eliminate_zeros()
        return new


def afterwards(plays: pl.DataFrame, tracks: pl.DataFrame, users: pl.DataFrame, night: Night) -> Afterwards:
    """Lay out one night.

    Args:
        plays: contract ``plays``, those of the week after among them.
        tracks, users: as known by the end of the night.
    """
    ids = tracks["track_id"].sort()
    finished = plays.filter(~pl.col("skipped"))
    before = finished.filter(pl.col("local_date") <= night.ds)
    later = {
        days: finished.filter(pl.col("local_date").is_between(night.serves_on, night.ds + timedelta(days=days)))
        for days in SPANS
    }
    known = later[max(SPANS)].join(users.select("user_id"), on="user_id", how="semi")["user_id"].unique().sort()
    pairs = before.select("user_id", "track_id").unique()
    listeners = ids.to_frame().join(pairs.group_by("track_id").len(), on="track_id", how="left").sort("track_id")
    return Afterwards(
        users=known,
        tracks=ids,
        heard=pair_counts(before, known, ids),
        played={days: pair_counts(rows, known, ids) for days, rows in later.items()},
        groups=_groups(before, known, night),
        bits=beyond.self_information(listeners["len"].fill_null(0).to_numpy(), pairs["user_id"].n_unique()),
    )


def _groups(before: pl.DataFrame, users: pl.Series, night: Night) -> pl.DataFrame:
    """Flags per listener by what was known that night; halves are parted at the median.

    Explorers are those of whose songs of the last RECENT_DAYS days more were then first heard;
    newcomers first played something less than NEWCOMER_DAYS days ago.
    """
    pairs = before.group_by("user_id", "track_id").agg(
        first=pl.col("local_date").min(), last=pl.col("local_date").max(), plays=pl.len()
    )
    recent = night.days_before(RECENT_DAYS)
    share = (pl.col("first") > recent).sum() / (pl.col("last") > recent).sum()
    own = pairs.group_by("user_id").agg(plays=pl.col("plays").sum(), since=pl.col("first").min(), share=share)
    rows = users.to_frame("user_id").join(own, on="user_id", how="left").sort("user_id")
    plays, share = pl.col("plays").fill_null(0), pl.col("share").fill_nan(None)
    newcomer = (pl.col("since") > night.days_before(NEWCOMER_DAYS)).fill_null(True)
    flags = (plays <= plays.median(), plays > plays.median(), share <= share.median(), share > share.median(), newcomer)
    named = {name: flag.fill_null(False) for name, flag in zip(GROUPS, flags, strict=True)}
    return rows.select("user_id", **named)


def only_new(lists: np.ndarray, heard: csr_array) -> np.ndarray:
    """The lists without songs heard before, those behind moved up [shape as given]."""
    kept = np.where(beyond.marked(lists, heard), -1, lists)
    order = np.argsort(kept < 0, axis=1, kind="stable")
    return np.take_along_axis(kept, order, axis=1)


def scored(on: Afterwards, systems: Mapping[str, Mapping[str, np.ndarray]], own: np.ndarray) -> pl.DataFrame:
    """How the first places of every system's lists hit.

    Args:
        systems: by name, lists by what they are judged on: ``new`` songs or ``all``; ``own`` where OWN places
            are not the first of ``new`` [shape=(users, k)].
        own: how many places each published list has for new songs [shape=(users,)].

    Returns:
        One row per system, songs, days, places and listener who then played such songs: ``ndcg`` and ``recall``
        of the first places, ``hits`` among them, ``offered`` = how many places they were. OWN places are judged
        on new songs, by their hits.
    """
    parts = []
    for songs in ("new", "all"):
        for days in SPANS:
            relevant = on.relevant(songs, days)
            for system, lists in systems.items():
                if songs in lists:
                    hits = beyond.marked(lists[songs], relevant)
                    parts += [_first(on, hits[:, :k], relevant, k).with_columns(**_named(system, songs, days, k))
                              for k in PLACES]  # fmt: skip
                if songs == "new" and songs in lists:
                    hits = beyond.marked(lists.get("own", lists["new"]), relevant)
                    parts.append(_own(on, hits, relevant, own).with_columns(**_named(system, songs, days, OWN)))
    return pl.concat(parts)


def _named(system: str, songs: str, days: int, places: int) -> dict[str, pl.Expr]:
    return {"system": pl.lit(system), "songs": pl.lit(songs), "days": pl.lit(days), "places": pl.lit(places)}


def _first(on: Afterwards, hits: np.ndarray, relevant: csr_array, places: int) -> pl.DataFrame:
    wanted = np.diff(relevant.indptr)
    figures = {
        "ndcg": ranking.ndcg(hits, wanted),
        "recall": ranking.recall(hits, wanted),
        "hits": hits.sum(axis=1).astype(float),
        "offered": np.full(len(wanted), float(places)),
    }
    return pl.DataFrame({"user_id": on.users, **figures}).filter(wanted > 0)


def _own(on: Afterwards, hits: np.ndarray, relevant: csr_array, own: np.ndarray) -> pl.DataFrame:
    kept = hits & (np.arange(hits.shape[1]) < own[:, None])
    nothing = pl.Series([None] * len(own), dtype=pl.Float64)
    figures = {"ndcg": nothing, "recall": nothing, "hits": kept.sum(axis=1).astype(float), "offered": own.astype(float)}
    return pl.DataFrame({"user_id": on.users, **figures}).filter(np.diff(relevant.indptr) > 0)
