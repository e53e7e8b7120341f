"""A model on held-out interactions: fit on train, rank everything not in train, compare with test."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from features.collaborative.blend import MODELS, Popularity
from features.collaborative.interactions import Interactions, interactions, positions, row_blocks
from features.evaluation import beyond, ranking
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
        recall_interval, ndcg_interval, map_interval: (low, high).
        coverage: share of train's items that some list holds.
        gini: inequality of recommendation counts over train's items.
        novelty: mean self-information of the listed items in train [bits].
        diversity: 1 - mean cosine of two listed items by who has them in train; None for lists of one.
    """

    users: int
    items: int
    unknown_items: float
    recall: float
    recall_interval: tuple[float, float]
    ndcg: float
    ndcg_interval: tuple[float, float]
    map: float
    map_interval: tuple[float, float]
    coverage: float
    gini: float
    novelty: float
    diversity: float | None


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
    known = _known(train, weighted)
    truth = _truth(_positive(test, "test"), known)
    fitted = MODELS[model](params).fit(known.matrix)
    lists = recommend(fitted, Popularity().fit(known.matrix), histories(known, truth.users), k)
    return _judged(lists, truth, known, seeds)


def _positive(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    pairs = frame.filter(pl.col("weight") > 0)
    if pairs.is_empty():
        raise ContractError(f"{name} holds no interaction of weight > 0", "leave weights out, or give positive ones.")
    return pairs


def _known(train: pl.DataFrame, weighted: bool) -> Interactions:
    """What the models learn from: 1 per pair, or log(1 + weight)."""
    known = interactions(_positive(train, "train").unique(["user", "item"]), "user", "item")
    if weighted:
        known = interactions(train, "user", "item", "weight", items=known.items)
        known.matrix.data = np.log1p(known.matrix.data)
    return known


def _judged(lists: np.ndarray, truth: _Truth, known: Interactions, seeds: Seeds) -> Outcome:
    hits, relevant, items = beyond.marked(lists, truth.matrix), truth.relevant, len(known.items)
    scores = {
        "recall": ranking.recall(hits, relevant),
        "ndcg": ranking.ndcg(hits, relevant),
        "map": ranking.average_precision(hits, relevant),
    }
    mean = {name: _mean(values) for name, values in scores.items()}
    interval = {name: ranking.bootstrap_interval(v, seeds.rng("evaluate", name)) for name, v in scores.items()}
    bits = beyond.self_information(np.bincount(known.matrix.indices, minlength=items), len(known.users))
    diversity = beyond.diversity(lists, _by_listeners(known))
    return Outcome(
        users=len(truth.users),
        items=items,
        unknown_items=float(1 - truth.matrix.nnz / relevant.sum()),
        recall=mean["recall"],
        recall_interval=interval["recall"],
        ndcg=mean["ndcg"],
        ndcg_interval=interval["ndcg"],
        map=mean["map"],
        map_interval=interval["map"],
        coverage=ranking.coverage(lists, items),
        gini=ranking.gini(lists, items),
        novelty=_mean(beyond.novelty(lists, bits)),
        diversity=_mean(diversity) if not np.isnan(diversity).all() else None,
    )


def _by_listeners(known: Interactions) -> csr_array:
    """Unit rows of who has each item [shape=(items, users)]."""
    from scipy.sparse import csr_array

    transposed = known.matrix.T.tocsr().astype(np.float32)
    transposed.data[:] = 1.0
    counts = np.diff(transposed.indptr)
    transposed.data /= np.repeat(np.sqrt(counts), counts)
    return csr_array(transposed)


def _mean(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else float("nan")


def recommend(model: Model, fallback: Model, histories: csr_array, k: int, *, again: bool = False) -> np.ndarray:
    """The k best items of each history; ``fallback`` where the history is empty.

    Args:
        again: items of the history may be recommended as well.

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
        if not again:
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
    pairs = test.unique(["user", "item"])
    counts = pairs.group_by("user").len().sort("user")
    found = interactions(pairs, "user", "item", items=known.items)
    return _Truth(counts["user"], counts["len"].to_numpy(), histories(found, counts["user"]))


def histories(of: Interactions, users: pl.Series) -> csr_array:
    """The rows of these users; an empty row for a user ``of`` does not know [shape=(users, items)]."""
    from scipy.sparse import csr_array

    here = users.is_in(of.users.implode())
    at = np.flatnonzero(here.to_numpy())
    picked = of.matrix[positions(users.filter(here), of.users)].tocoo()
    shape = (len(users), of.matrix.shape[1])
    return csr_array((picked.data, (at[picked.row], picked.col)), shape=shape)
