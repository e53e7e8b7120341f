"""How many of a list's songs are new: between what the ranking would give and what people play.

Songs known and songs new are never weighed against each other when the ranker learns (see
:mod:`features.ranker.examples`), so a learnt score says nothing of one kind against the other.
The weight of feature ``unheard`` is the one number that does. It is set so that, over the lists it
learnt on, the share of new songs among the best thirty lies between the ranking's own and that of
the different songs which people went on to play: their plays say more of habit than of love.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from features.ranker.params import RankerParams
from features.ranker.scorer import Ranker
from schemas.daily import SONGS_PER_LIST
from schemas.ranker import RANKING_FEATURES

_LIST = ["ds", "user_id"]


def balanced(
    ranker: Ranker, names: Sequence[str], logged: pl.DataFrame, plays: pl.DataFrame, days: int, params: RankerParams
) -> Ranker:
    """The ranker with its weight of ``unheard`` set; as it is where nobody played anything.

    Args:
        names: of the features, in order.
        logged: ``ds``, ``user_id``, ``track_id``, ``features`` of every candidate.
        plays: contract ``plays``.
        days: after each list whose plays count.
    """
    people = new_share(logged, plays, days)
    if people is None:
        return ranker
    ordered = logged.sort(*_LIST, "track_id")
    rows = ordered["features"].list.to_array(RANKING_FEATURES).to_numpy().reshape(-1, RANKING_FEATURES)
    group = ordered.select(pl.struct(_LIST).rle_id()).to_series().to_numpy().astype(np.int64)
    unheard = names.index("unheard")
    shift = shift_to(people, ranker.score(rows.astype(np.float64)), group, rows[:, unheard] > 0, params)
    weights = ranker.weights.copy()
    weights[unheard] += shift
    return replace(ranker, weights=weights)


def new_share(logged: pl.DataFrame, plays: pl.DataFrame, days: int) -> float | None:
    """Share of new songs in the different songs played after a list, mean over the lists; None without any."""
    lists = logged.select(*_LIST).unique()
    told = plays.select("user_id", "track_id", "local_date", "skipped")
    heard = told.join(lists.select("user_id"), on="user_id", how="semi").filter(~pl.col("skipped"))
    first = heard.group_by("user_id", "track_id").agg(first=pl.col("local_date").min())
    since = heard.filter(pl.col("local_date") > logged["ds"].min()).select("user_id", "track_id", "local_date").unique()
    age = (pl.col("local_date") - pl.col("ds")).dt.total_days()
    after = since.join(lists, on="user_id").filter(age.is_between(1, days)).select(*_LIST, "track_id").unique()
    known = after.join(first, on=["user_id", "track_id"])
    shares = known.group_by(_LIST).agg(new=(pl.col("first") > pl.col("ds")).mean()).sort(_LIST)["new"]
    mean = shares.mean()
    return float(mean) if isinstance(mean, float) else None


def shift_to(people: float, score: np.ndarray, group: np.ndarray, new: np.ndarray, params: RankerParams) -> float:
    """What to add to the score of every new song; 0 where that changes nothing.

    The k-th best new song is among a list's best n once the shift lifts it over the known song at
    place n + 1 - k, so the share of new songs as a function of the shift is the weighted distribution
    of these differences.

    Args:
        people: share of new songs in what people play.
        score, new: of each candidate [shape=(pairs,)]; group: number of its list, ascending, from 0.
    """
    best_new, best_known = (_best(score, group, side) for side in (new, ~new))
    with np.errstate(invalid="ignore"):
        needed = best_known[:, ::-1] - best_new  # a missing known song never stands in the way: -inf
    needed[np.isneginf(best_new)] = np.inf
    size = np.minimum(np.bincount(group), SONGS_PER_LIST)
    weight = np.repeat(1.0 / size / len(size), SONGS_PER_LIST)
    flat = needed.ravel()
    own = float(weight[flat <= 0].sum())
    wanted = own + params.habit * (people - own)
    order = np.argsort(flat, kind="stable")
    reached = np.cumsum(weight[order])
    open_ = np.isfinite(flat[order])
    if not open_.any():
        return 0.0
    at = int(np.clip(np.searchsorted(reached, wanted), *np.flatnonzero(open_)[[0, -1]]))
    return float(flat[order][at])


def _best(score: np.ndarray, group: np.ndarray, side: np.ndarray) -> np.ndarray:
    """Scores of each list's best songs of one kind, best first, -inf where there are fewer [shape=(lists, songs)]."""
    table = np.full((int(group[-1]) + 1, SONGS_PER_LIST), -np.inf)
    own, theirs = group[side], score[side]
    order = np.lexsort((-theirs, own))
    starts = np.r_[0, np.flatnonzero(np.diff(own[order])) + 1] if len(own) else np.zeros(0, np.int64)
    place = np.arange(len(own)) - np.repeat(starts, np.diff(np.r_[starts, len(own)]))
    kept = place < SONGS_PER_LIST
    table[own[order][kept], place[kept]] = theirs[order][kept]
    return table
