"""Weights of a blend, learned on held-out pairs by coordinate search.

Recall and nDCG do not have gradients, so weights are moved one at a time and a move is kept
if it makes their mean better. The search starts from the best of: the fallback, all alike, each
part alone. It is deterministic: same matrix, same weights.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from features.collaborative.interactions import row_blocks
from features.collaborative.retrieval import hide, top_k
from features.collaborative.standard import standardised

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from scipy.sparse import csr_array

    from features.collaborative.model import Model
    from features.collaborative.params import BlendParams

    Builders = Mapping[str, Callable[[], Model]]

_STEPS = (0.5, 0.25, 0.1)
_ROUNDS = 4
_GAIN = 2e-4  # a move must earn this much, or chance would be learned


@dataclass(frozen=True, slots=True)
class Fusion:
    """Weights and how they came about.

    Args:
        weights: of each part, >= 0, sum 1.
        learned: False where too little was known and the fallback stayed.
        listeners: judged while learning.
        quality: (weighted) mean of recall and nDCG on the held-out pairs, of each part alone and of the "blend".
    """

    weights: dict[str, float]
    learned: bool
    listeners: int
    quality: dict[str, float] = field(default_factory=dict)


def parted(matrix: csr_array, params: BlendParams) -> Iterator[tuple[csr_array, csr_array]]:
    """``params.draws`` splits (rest, held out); each pair is held out with probability ``params.share``."""
    rng = np.random.Generator(np.random.PCG64(params.seed))
    for _ in range(params.draws):
        held = rng.random(matrix.nnz) < params.share
        yield _only(matrix, ~held), _only(matrix, held)


def learn(splits: Iterable[tuple[csr_array, csr_array]], builders: Builders, params: BlendParams) -> Fusion:
    """Weights under which parts that know one side of each split best find the other.

    Args:
        splits: (known, held): weights to learn the parts from, and later or held-out pairs of the
            same users [shape=(users, items) each]. Taken until ``params.users`` listeners are judged.
        builders: parts by name.
        params: how many listeners, how deep, and the fallback.
    """
    names, pools, judged = sorted(builders), [], 0
    for known, held in splits:
        able = _judged(known, held, params)
        if judged + len(able) < params.users_from:
            break
        judged += len(able)
        parts = [builders[name]().fit(known) for name in names]
        pools.append(_pool(parts, known[able], held[able], params))
        if judged >= params.users:
            break
    if not pools:
        return Fusion(_shares(params.fallback), learned=False, listeners=judged)
    exam = _exam(pools, params)
    starts = [np.array([params.fallback.get(n, 0.0) for n in names]), np.ones(len(names)), *np.eye(len(names))]
    starts = [start for start in starts if start.any()]
    marks = [exam(start) for start in starts]
    best = _climb(exam, starts[int(np.argmax(marks))])
    quality = dict(zip(names, marks[-len(names) :], strict=True)) | {"blend": exam(best)}
    return Fusion(_shares(dict(zip(names, best.tolist(), strict=True))), True, judged, quality)


def _judged(known: csr_array, held: csr_array, params: BlendParams) -> np.ndarray:
    """Listeners with something known and something held out, ``params.users`` at most, sorted."""
    able = np.flatnonzero((np.diff(known.indptr) > 0) & (np.diff(held.indptr) > 0))
    if len(able) <= params.users:
        return able
    rng = np.random.Generator(np.random.PCG64(params.seed + 1))
    return np.sort(rng.choice(able, params.users, replace=False))


@dataclass(frozen=True, slots=True)
class _Pool:
    """Candidates of each judged listener, what each part thinks of them, and which were held out.

    Args:
        scores: standardised; -inf = not allowed [shape=(listeners, depth, parts), float32].
        hits: True where held out [shape=(listeners, depth)].
        relevant: held-out items [shape=(listeners,)].
    """

    scores: np.ndarray
    hits: np.ndarray
    relevant: np.ndarray


def _pool(parts: list[Model], histories: csr_array, held: csr_array, params: BlendParams) -> _Pool:
    """The best of each listener by the mean of the parts, ``params.depth`` in all."""
    depth = min(params.depth, histories.shape[1])
    scores = np.empty((histories.shape[0], depth, len(parts)), np.float32)
    items = np.empty((histories.shape[0], depth), np.int64)
    for block in row_blocks(histories, cells=6_000_000):
        rows = histories[block]
        tables = [standardised(part.score(rows)) for part in parts]
        mean = np.sum(tables, axis=0)
        hide(mean, rows)
        best = top_k(mean, depth)
        nothing, best = best < 0, np.maximum(best, 0)
        shown = np.stack([np.take_along_axis(table, best, axis=1) for table in tables], axis=2)
        shown[nothing] = -np.inf
        items[block] = np.where(nothing, -1, best)
        scores[block] = shown
    return _Pool(scores, _held_in(items, held), np.diff(held.indptr))


def _exam(pools: list[_Pool], params: BlendParams) -> Callable[[np.ndarray], float]:
    """The function from weights to the weighted mean of recall@k and nDCG@k, mean over listeners."""
    scores = np.concatenate([pool.scores for pool in pools])
    hits = np.concatenate([pool.hits for pool in pools])
    relevant = np.concatenate([pool.relevant for pool in pools])
    k, share = min(params.k, scores.shape[1]), params.recall_share
    discount = 1.0 / np.log2(np.arange(2, k + 2))
    ideal = np.cumsum(discount)[np.minimum(relevant, k) - 1]

    def mark(weights: np.ndarray) -> float:
        used = np.flatnonzero(weights)
        total = scores[:, :, used] @ weights[used].astype(np.float32)
        lists = top_k(total, k)
        found = np.take_along_axis(hits, np.maximum(lists, 0), axis=1) & (lists >= 0)
        recall, ndcg = found.sum(axis=1) / relevant, found @ discount / ideal
        return float((share * recall + (1 - share) * ndcg).mean())

    return mark


def _held_in(items: np.ndarray, held: csr_array) -> np.ndarray:
    """True where the item is held out for that listener [shape as items]."""
    hits = np.zeros(items.shape, bool)
    for row in range(len(items)):
        hits[row] = np.isin(items[row], held.indices[held.indptr[row] : held.indptr[row + 1]])
    return hits


def _climb(exam: Callable[[np.ndarray], float], start: np.ndarray) -> np.ndarray:
    """The weights reached from ``start`` by moves of one weight at a time, ever smaller."""
    weights: np.ndarray = start / start.sum()
    best = exam(weights)
    for step in _STEPS:
        for _ in range(_ROUNDS):
            before = best
            for part in range(len(weights)):
                for move in (step, -step):
                    tried = weights.copy()
                    tried[part] = max(0.0, tried[part] + move * max(weights.max(), 0.1))
                    if tried.sum() <= 0:
                        continue
                    mark = exam(tried)
                    if mark > best + _GAIN:
                        weights, best = tried / tried.sum(), mark
            if best == before:
                break
    return weights


def _shares(weights: Mapping[str, float]) -> dict[str, float]:
    """The same, summing to 1, rounded to what the search can tell apart."""
    whole = sum(weights.values())
    return {name: round(weight / whole, 4) for name, weight in sorted(weights.items()) if weight > 0}


def _only(matrix: csr_array, kept: np.ndarray) -> csr_array:
    from scipy.sparse import csr_array

    ends = np.concatenate([[0], np.cumsum(kept)])
    return csr_array((matrix.data[kept], matrix.indices[kept], ends[matrix.indptr]), shape=matrix.shape)
