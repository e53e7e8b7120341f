"""What lists of a home are judged against: tomorrow's plays, and what was known the night before.

Tracks and listeners are numbered in order of id; lists hold track numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from features.collaborative.interactions import positions
from features.evaluation import beyond, ranking
from features.night import Night
from schemas.sound import AUDIO_DIM, TEXT_DIM
from schemas.vocabulary import HISTORY_CLASSES

if TYPE_CHECKING:
    from scipy.sparse import csr_array

NIGHTS_BACK = 14
"""A song recommended within so many nights before counts as repeated."""


@dataclass(frozen=True, slots=True)
class KnownTables:
    """Catalogue, listeners and plays of a night, and what was recommended before it."""

    tracks: pl.DataFrame
    taste: pl.DataFrame
    plays: pl.DataFrame
    history: pl.DataFrame
    text_vectors: pl.DataFrame
    audio_vectors: pl.DataFrame


@dataclass(frozen=True, slots=True)
class GroundTruth:
    """Listeners who played something on the test days, and the catalogue of the night before.

    Args:
        users, tracks: ids, sorted.
        groups: how much history each listener had, one of HISTORY_CLASSES [shape=(users,)].
        relevant: played on the test days and not skipped [shape=(users, tracks)].
        heard: plays known before, not skipped [shape=(users, tracks)].
        recommended: in a list of the last 14 nights; None when there was no list [shape=(users, tracks)].
        genres: one column per genre; the track's own is 1 [shape=(tracks, genres)].
        vectors: text and sound of each track, unit rows [shape=(tracks, TEXT_DIM + AUDIO_DIM)].
        bits: self-information of each track among all listeners of the night [shape=(tracks,)].
    """

    users: pl.Series
    tracks: pl.Series
    groups: np.ndarray
    relevant: csr_array
    heard: csr_array
    recommended: csr_array | None
    genres: np.ndarray
    vectors: np.ndarray
    bits: np.ndarray

    def lists(self, ranked: pl.DataFrame, k: int) -> np.ndarray:
        """Track numbers of each listener's first k songs, -1 where there are fewer [shape=(users, k)].

        Args:
            ranked: ``user_id``, ``track_id``, ``rank`` from 1.
        """
        return numbered_lists(ranked, self.users, self.tracks, k)

    def pairs(self, rows: pl.DataFrame) -> csr_array:
        """``user_id`` and ``track_id`` as counts, unknown ones left out [shape=(users, tracks)]."""
        return pair_counts(rows, self.users, self.tracks)

    def score(self, lists: np.ndarray) -> dict[str, np.ndarray]:
        """Every metric of every listener's list, by name; nan where it has none [shape=(users,)]."""
        hits, relevant = beyond.marked(lists, self.relevant), np.diff(self.relevant.indptr)
        listed = beyond.incidence(lists, len(self.tracks)) @ self.genres
        scores = {
            "recall": ranking.recall(hits, relevant),
            "ndcg": ranking.ndcg(hits, relevant),
            "map": ranking.average_precision(hits, relevant),
            "recall_new": self._recall_new(lists),
            "novelty": beyond.novelty(lists, self.bits),
            "diversity": beyond.diversity(lists, self.vectors),
            "calibration": beyond.calibration(self.heard @ self.genres, listed),
            "heard": beyond.share_known(lists, self.heard),
        }
        if self.recommended is not None:
            scores["repeats"] = beyond.share_known(lists, self.recommended)
        return scores

    def _recall_new(self, lists: np.ndarray) -> np.ndarray:
        """Recall of what was never played before; nan where the listener met nothing new."""
        new = self.new
        return ranking.recall(beyond.marked(lists, new), np.diff(new.indptr))

    @property
    def new(self) -> csr_array:
        """Relevant and never played before [shape=(users, tracks)]."""
        from scipy.sparse import csr_array

        known = csr_array(self.relevant.sign() - self.relevant.sign().multiply(self.heard.sign()))
        known.eliminate_zeros()
        return known


def ground_truth(tables: KnownTables, tomorrow: pl.DataFrame, night: Night) -> GroundTruth:
    """Lay out one test.

    Args:
        tables: as known by the end of ``night``.
        tomorrow: plays of the test days.
    """
    tracks = tables.tracks.sort("track_id")
    ids = tracks["track_id"]
    known = tables.taste.select("user_id", "history_class")
    liked = tomorrow.filter(~pl.col("skipped") & pl.col("track_id").is_in(ids.implode()))
    users = known.join(liked, on="user_id", how="semi").sort("user_id")
    plays = tables.plays.filter(~pl.col("skipped") & (pl.col("local_date") <= night.ds))
    past = tables.history.filter(pl.col("ds").is_between(night.days_before(NIGHTS_BACK), night.days_before(1)))
    everyone = plays.select("user_id", "track_id").unique()
    listeners = ids.to_frame().join(everyone.group_by("track_id").len(), on="track_id", how="left")
    counts = listeners.sort("track_id")["len"].fill_null(0).to_numpy()
    return GroundTruth(
        users=users["user_id"],
        tracks=ids,
        groups=users["history_class"].to_numpy(),
        relevant=pair_counts(liked, users["user_id"], ids),
        heard=pair_counts(plays, users["user_id"], ids),
        recommended=pair_counts(past, users["user_id"], ids) if past.height else None,
        genres=tracks["genre"].fill_null("").to_dummies().to_numpy().astype(np.float64),
        vectors=_vectors(tables, ids),
        bits=beyond.self_information(counts, everyone["user_id"].n_unique()),
    )


def groups(of: GroundTruth) -> dict[str, np.ndarray]:
    """Row numbers of everybody, and of each group that is there."""
    named = {name: np.flatnonzero(of.groups == name) for name in HISTORY_CLASSES}
    return {"all": np.arange(len(of.users))} | {name: at for name, at in named.items() if len(at)}


def numbered_lists(ranked: pl.DataFrame, users: pl.Series, tracks: pl.Series, k: int) -> np.ndarray:
    """Track numbers of each listener's first k songs, -1 where there are fewer [shape=(users, k)].

    Args:
        ranked: ``user_id``, ``track_id``, ``rank`` from 1; unknown listeners and tracks are left out.
        users, tracks: ids, sorted.
    """
    found = ranked.filter(pl.col("rank") <= k).pipe(_numbered, users, tracks)
    lists = np.full((len(users), k), -1, np.int64)
    lists[found["u"].to_numpy(), found["rank"].to_numpy().astype(np.int64) - 1] = found["t"].to_numpy()
    return lists


def _numbered(rows: pl.DataFrame, users: pl.Series, tracks: pl.Series) -> pl.DataFrame:
    here = rows.filter(pl.col("user_id").is_in(users.implode()) & pl.col("track_id").is_in(tracks.implode()))
    return here.with_columns(u=pl.Series(positions(here["user_id"], users), dtype=pl.Int64),
                             t=pl.Series(positions(here["track_id"], tracks), dtype=pl.Int64))  # fmt: skip


def pair_counts(rows: pl.DataFrame, users: pl.Series, tracks: pl.Series) -> csr_array:
    """Rows of ``user_id`` and ``track_id`` counted, unknown ones left out [shape=(users, tracks)]."""
    from scipy.sparse import coo_array, csr_array

    found = _numbered(rows.select("user_id", "track_id"), users, tracks)
    cells = (found["u"].to_numpy(), found["t"].to_numpy())
    return csr_array(coo_array((np.ones(found.height), cells), shape=(len(users), len(tracks))))


def _vectors(tables: KnownTables, ids: pl.Series) -> np.ndarray:
    """Text and audio vectors side by side, each of half the weight; a missing one is zero."""
    joint = np.zeros((len(ids), TEXT_DIM + AUDIO_DIM), np.float32)
    for vectors, low, width in ((tables.text_vectors, 0, TEXT_DIM), (tables.audio_vectors, TEXT_DIM, AUDIO_DIM)):
        rows = vectors.filter(pl.col("track_id").is_in(ids.implode()))
        if rows.height:
            at = positions(rows["track_id"], ids)
            joint[at, low : low + width] = rows["vector"].list.to_array(width).to_numpy()
    length = np.linalg.norm(joint, axis=1, keepdims=True)
    unit: np.ndarray = joint / np.where(length > 0, length, 1)
    return unit
