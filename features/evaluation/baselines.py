"""What everyone can do: plain recommenders that lists must beat, fitted on the same plays.

All see plays that were not skipped, each counted by its age; none knows a rule of the lists.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from features.collaborative.blend import MODELS
from features.collaborative.interactions import interactions, row_blocks
from features.collaborative.retrieval import hide, top_k
from features.evaluation.holdout import histories

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from features.collaborative.params import CollaborativeParams
    from features.evaluation.afterwards import Afterwards
    from features.night import Night

NO_REPEATS = "item-item cosine, no repeats"
HALF_LIFE_DAYS, HABIT_HALF_LIFE_DAYS = 30.0, 7.0
Score = Callable[["csr_array"], np.ndarray]
"""Decayed plays of some listeners to a score of every track [shape=(listeners, tracks)]."""


@dataclass(frozen=True, slots=True)
class Taught:
    """What the baselines learn from.

    Args:
        everyone: log(1 + plays), a play halved every HALF_LIFE_DAYS, of all who may be learned from
            [shape=(people, tracks)].
        own: the same of the listeners to be served [shape=(listeners, tracks)].
        habits: their plays, halved every HABIT_HALF_LIFE_DAYS [shape=(listeners, tracks)].
        heard: tracks they have ever played [shape=(listeners, tracks)].
    """

    everyone: csr_array
    own: csr_array
    habits: csr_array
    heard: csr_array


def taught(plays: pl.DataFrame, everyone: pl.DataFrame, on: Afterwards, night: Night) -> Taught:
    """What a night teaches.

    Args:
        plays: contract ``plays``; nothing after the night is looked at.
        everyone: contract ``users``; who opted out of personalisation teaches nothing and has no history.
    """
    willing = everyone.filter("personalised").select("user_id")
    known = plays.join(willing, on="user_id", how="semi")
    weighed = decayed(known, night.ds, HALF_LIFE_DAYS).with_columns(pl.col("weight").log1p())
    data = interactions(weighed, "user_id", "track_id", "weight", items=on.tracks)
    habits = interactions(
        decayed(known, night.ds, HABIT_HALF_LIFE_DAYS), "user_id", "track_id", "weight", items=on.tracks
    )
    return Taught(data.matrix, histories(data, on.users), histories(habits, on.users), on.heard)


def decayed(plays: pl.DataFrame, ds: date, half_life_days: float) -> pl.DataFrame:
    """``user_id``, ``track_id``, ``weight``: plays not skipped up to ``ds``, halved with age."""
    age = (pl.lit(ds) - pl.col("local_date")).dt.total_days()
    counted = plays.filter(~pl.col("skipped") & (age >= 0))
    per_day = counted.group_by("user_id", "track_id", age=age).len().sort("user_id", "track_id", "age")
    weight = (pl.col("len") * 0.5 ** (pl.col("age") / half_life_days)).sum()
    return per_day.group_by("user_id", "track_id", maintain_order=True).agg(weight=weight)


def baselines(
    taught: Taught, params: CollaborativeParams, k: int, offered: csr_array | None = None
) -> dict[str, dict[str, np.ndarray]]:
    """Track numbers by name of the baseline: ``new`` of songs never heard, ``all`` of any [shape=(listeners, k)].

    Args:
        params: of the models that the pipeline has as well.
        k: length of the lists; -1 where there are fewer.
        offered: what NO_REPEATS offered in the nights in which lists do not repeat, which it then does not offer
            again; left out without it [shape=(listeners, tracks)].
    """
    popular = np.asarray(taught.everyone.sum(axis=0)).ravel()
    scorers: dict[str, Score] = {
        "popularity": lambda rows: np.repeat(popular[None, :], rows.shape[0], axis=0),
        "item-item cosine": item_cosine(taught.everyone),
        "user-knn": user_cosine(taught.everyone),
    }
    for name, model in (("GF-CF", "gfcf"), ("ALS", "als")):
        fitted = MODELS[model](params).fit(taught.everyone)
        scorers[name] = fitted.score
    found = {
        name: {
            "new": best(score, taught.own, popular, k, without=taught.heard),
            "all": best(score, taught.own, popular, k),
        }
        for name, score in scorers.items()
    }
    if offered is not None:
        without = (taught.heard + offered).tocsr()
        found[NO_REPEATS] = {"new": best(scorers["item-item cosine"], taught.own, popular, k, without=without)}
    return {"own habits": {"all": best(_itself, taught.habits, popular, k)}} | found


def item_cosine(everyone: csr_array) -> Score:
    """The sum of each track's cosine with the tracks of a history, by their weight (Sarwar et al. 2001).

    Every pair of tracks counts, none is cut.
    """
    norms = np.sqrt(np.asarray(everyone.multiply(everyone).sum(axis=0)).ravel())
    scale = np.divide(1.0, norms, out=np.zeros_like(norms), where=norms > 0)
    scaled: Any = everyone.multiply(scale[None, :]).tocsr()

    def score(rows: csr_array) -> np.ndarray:
        # the sum over i of w(u, i) cos(i, j), by way of the people who share i and j: no matrix of tracks is made
        shared: Any = rows.multiply(scale[None, :]).tocsr() @ everyone.T
        scores: np.ndarray = (shared @ scaled).toarray()
        return scores

    return score


def user_cosine(everyone: csr_array) -> Score:
    """What people of like weights play, by the cosine with them."""
    unit = _unit(everyone)

    def score(rows: csr_array) -> np.ndarray:
        scores: np.ndarray = (_unit(rows) @ unit.T @ everyone).toarray()
        return scores

    return score


def best(score: Score, rows: csr_array, popular: np.ndarray, k: int, without: csr_array | None = None) -> np.ndarray:
    """The k best tracks of each row, best first, ties by track; the popular ones where nothing else is known.

    Args:
        rows: what ``score`` is told of each listener [shape=(listeners, tracks)].
        popular: [shape=(tracks,)].
        without: tracks left out [shape=(listeners, tracks)].
    """
    lists = np.full((rows.shape[0], k), -1, np.int64)
    for block in row_blocks(rows):
        scores = np.asarray(score(rows[block]), dtype=np.float64)
        scores[np.diff(rows[block].indptr) == 0] = popular
        if without is not None:
            hide(scores, without[block])
        lists[block] = top_k(scores, k)
    return lists


def _itself(rows: csr_array) -> np.ndarray:
    own: np.ndarray = rows.toarray()
    return np.where(own > 0, own, -np.inf)


def _unit(rows: csr_array) -> Any:
    norms = np.sqrt(np.asarray(rows.multiply(rows).sum(axis=1)).ravel())
    scale = np.divide(1.0, norms, out=np.zeros_like(norms), where=norms > 0)
    return rows.multiply(scale[:, None]).tocsr()
