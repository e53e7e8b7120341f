"""Ranking metrics per user, and of a whole set of lists.

Conventions: a list is padded with -1; a user without relevant items has no score (nan) and
is left out of means; binary nDCG follows LightGCN's evaluation: the ideal list holds
min(k, relevant) hits.
"""

from __future__ import annotations

import numpy as np


def discounts(k: int) -> np.ndarray:
    """1 / log2(rank + 1) for ranks 1..k [shape=(k,)]."""
    return 1.0 / np.log2(np.arange(2, k + 2))


def recall(hits: np.ndarray, relevant: np.ndarray) -> np.ndarray:
    """Share of the relevant items that the list holds.

    Args:
        hits: True where the item at that rank is relevant [shape=(users, k)].
        relevant: number of relevant items [shape=(users,)].
    """
    return _per_user(hits.sum(axis=1), relevant)


def ndcg(hits: np.ndarray, relevant: np.ndarray) -> np.ndarray:
    """Normalised discounted cumulative gain of binary relevance [shape=(users,)]; args as :func:`recall`."""
    k = hits.shape[1]
    ideal = np.concatenate([[0.0], np.cumsum(discounts(k))])[np.minimum(relevant, k)]
    return _per_user(hits @ discounts(k), ideal)


def graded_ndcg(gains: np.ndarray, ideal_gains: np.ndarray) -> np.ndarray:
    """nDCG of graded relevance with linear gain.

    Args:
        gains: gain >= 0 of the item at each rank [shape=(users, k)].
        ideal_gains: the user's greatest gains, descending, 0-padded [shape=(users, k)].
    """
    weight = discounts(gains.shape[1])
    return _per_user(gains @ weight, ideal_gains @ weight)


def average_precision(hits: np.ndarray, relevant: np.ndarray) -> np.ndarray:
    """Mean of precision at each hit, over min(k, relevant) [shape=(users,)]; args as :func:`recall`."""
    k = hits.shape[1]
    precision = np.cumsum(hits, axis=1) / np.arange(1, k + 1)
    return _per_user((precision * hits).sum(axis=1), np.minimum(relevant, k))


def coverage(lists: np.ndarray, items: int) -> float:
    """Share of all items that some list holds.

    Args:
        lists: item positions, -1 = nothing [shape=(users, k)].
        items: size of the catalogue.
    """
    return len(np.unique(lists[lists >= 0])) / items if items else 0.0


def gini(lists: np.ndarray, items: int) -> float:
    """Inequality of how often items are recommended: 0 all alike .. 1 one item takes all; args as :func:`coverage`."""
    counts = np.sort(np.bincount(lists[lists >= 0], minlength=items)).astype(float)
    if not counts.sum():
        return 0.0
    rank = np.arange(1, items + 1)
    return float(((2 * rank - items - 1) * counts).sum() / (items * counts.sum()))


def bootstrap_interval(
    values: np.ndarray, rng: np.random.Generator, *, level: float = 0.95, rounds: int = 1000
) -> tuple[float, float]:
    """Percentile bootstrap interval of the mean over users; (nan, nan) without any value.

    Args:
        values: one per user; nan = no score.
        rng: the stream to resample with.
        level: coverage of the interval.
        rounds: resamples.
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return (float("nan"), float("nan"))
    at_once = max(1, 1_000_000 // len(known))
    blocks = (min(at_once, rounds - done) for done in range(0, rounds, at_once))
    means = np.concatenate([known[rng.integers(0, len(known), (size, len(known)))].mean(axis=1) for size in blocks])
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return (float(low), float(high))


def top_k(scores: np.ndarray, k: int) -> np.ndarray:
    """Positions of the k best finite scores, best first, ties by position, -1 where there are fewer.

    Args:
        scores: -inf = not allowed [shape=(users, items)].
        k: length of the lists.
    """
    users, items = scores.shape
    width = min(k, items)
    lists = np.full((users, k), -1, np.int64)
    if not width:
        return lists
    part = np.argpartition(-scores, width - 1, axis=1)[:, :width]
    bar = np.take_along_axis(scores, part, axis=1).min(axis=1)
    for row in range(users):  # every item at the bar competes, so that ties do not depend on argpartition
        candidates = np.flatnonzero((scores[row] >= bar[row]) & (scores[row] > -np.inf))
        best = candidates[np.lexsort((candidates, -scores[row, candidates]))[:width]]
        lists[row, : len(best)] = best
    return lists


def _per_user(value: np.ndarray, best: np.ndarray) -> np.ndarray:
    """value / best, nan where nothing could be reached."""
    result: np.ndarray = np.divide(value, best, out=np.full(len(best), np.nan), where=np.asarray(best) > 0)
    return result
