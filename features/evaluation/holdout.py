"""A model on held-out interactions: fit on train, rank everything not in train, compare with test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from features.collaborative.blend import MODELS, Popularity
from features.collaborative.interactions import Interactions, interactions, positions, row_blocks
from features.evaluation import ranking
from schemas.errors import ContractError

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from features.collaborative.model import Model
    from features.collaborative.params import CollaborativeParams
    from features.seeds import Seeds


@dataclass(frozen=True, slots=True)
class Outcome:
    """Means over test users with their 95 % bootstrap intervals, and the catalogue's share.

    Args:
        users: test users scored.
        items: items of train.
        unknown_items: share of test interactions whose item train does not know (never found).
        recall, ndcg, map: means at k.
        recall_interval, ndcg_interval: (low, high).
        coverage: share of train's items that some list holds.
        gini: inequality of recommendation counts over train's items.
    """

    users: int
    items: int
    unknown_items: float
    recall: float
    recall_interval: tuple[float, float]
    ndcg: float
    ndcg_interval: tuple[float, float]
    map: float
    coverage: float
    gini: float


def evaluate(
    train: pl.DataFrame,
    test: pl.DataFrame,
    *,
    model: str,
    k: int,
    params: CollaborativeParams,
    seeds: Seeds,
    weighted: bool = False,
) -> Outcome:
    """Fit ``model`` on ``train`` and judge its top k on ``test``.

    Train items of a user are never recommended to them; test users unknown to train get
    popular items; test items unknown to train count as missed.

    Args:
        train: columns ``user``, ``item``, ``weight``; rows of weight <= 0 say nothing.
        test: the same, held out.
        model: a name of MODELS.
        k: length of the lists.
        params: of the collaborative models.
        seeds: for the intervals.
        weighted: use the weights (log-damped) instead of 1 for every pair of train.
    """
    for name, frame in (("train", train), ("test", test)):
        if not (frame["weight"] > 0).any():
            raise ContractError(
                f"{name} holds no interaction of weight > 0", "leave weights out, or give positive ones."
            )
    known = interactions(train.filter(pl.col("weight") > 0).unique(["user", "item"]), "user", "item")
    if weighted:
        known = interactions(train, "user", "item", "weight", items=known.items)
        known.matrix.data = np.log1p(known.matrix.data)
    truth = _truth(test, known)
    histories = _histories(known, truth.users)
    fitted = MODELS[model](params).fit(known.matrix)
    lists = recommend(fitted, Popularity().fit(known.matrix), histories, k)
    hits, relevant = _hits(lists, truth), truth.relevant
    scores = {
        "recall": ranking.recall(hits, relevant),
        "ndcg": ranking.ndcg(hits, relevant),
        "map": ranking.average_precision(hits, relevant),
    }
    interval = {name: ranking.bootstrap_interval(v, seeds.rng("evaluate", name)) for name, v in scores.items()}
    mean = {name: float(np.nanmean(v)) if len(v) else float("nan") for name, v in scores.items()}
    items = len(known.items)
    return Outcome(
        users=len(truth.users),
        items=items,
        unknown_items=float(1 - truth.matrix.nnz / relevant.sum()),
        recall=mean["recall"],
        recall_interval=interval["recall"],
        ndcg=mean["ndcg"],
        ndcg_interval=interval["ndcg"],
        map=mean["map"],
        coverage=ranking.coverage(lists, items),
        gini=ranking.gini(lists, items),
    )


def recommend(model: Model, fallback: Model, histories: csr_array, k: int) -> np.ndarray:
    """The k best items of each history that are not in it; ``fallback`` where the history is empty.

    Returns:
        Item positions, best first, -1 where there are fewer [shape=(histories, k)].
    """
    lists = np.full((histories.shape[0], k), -1, np.int64)
    for block in row_blocks(histories):
        rows = histories[block]
        scores = model.score(rows)
        empty = np.diff(rows.indptr) == 0
        if empty.any():
            scores[empty] = fallback.score(rows[np.flatnonzero(empty)])
        scores[np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr)), rows.indices] = -np.inf
        lists[block] = ranking.top_k(scores, k)
    return lists


@dataclass(frozen=True, slots=True)
class _Truth:
    users: pl.Series
    relevant: np.ndarray
    matrix: csr_array


def _truth(test: pl.DataFrame, known: Interactions) -> _Truth:
    """Held-out items per test user, as far as train knows them; ``relevant`` counts them all."""
    pairs = test.filter(pl.col("weight") > 0).unique(["user", "item"])
    counts = pairs.group_by("user").len().sort("user")
    found = interactions(pairs, "user", "item", items=known.items)
    return _Truth(counts["user"], counts["len"].to_numpy(), _rows(found, counts["user"]))


def _histories(known: Interactions, users: pl.Series) -> csr_array:
    return _rows(known, users)


def _rows(of: Interactions, users: pl.Series) -> csr_array:
    """The rows of these users; an empty row for a user ``of`` does not know."""
    from scipy.sparse import csr_array

    here = users.is_in(of.users.implode())
    at = np.flatnonzero(here.to_numpy())
    picked = of.matrix[positions(users.filter(here), of.users)].tocoo()
    shape = (len(users), of.matrix.shape[1])
    return csr_array((picked.data, (at[picked.row], picked.col)), shape=shape)


def _hits(lists: np.ndarray, truth: _Truth) -> np.ndarray:
    """True where the listed item is held out for that user [shape=(users, k)]."""
    row = np.repeat(np.arange(len(lists)), lists.shape[1])
    width = truth.matrix.shape[1]
    cells = truth.matrix.tocoo()
    keys = np.sort(cells.row.astype(np.int64) * width + cells.col)
    asked = np.where(lists.ravel() >= 0, row * width + lists.ravel(), -1)
    if not len(keys):
        return np.zeros(lists.shape, bool)
    at = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
    hits: np.ndarray = (keys[at] == asked).reshape(lists.shape)
    return hits
