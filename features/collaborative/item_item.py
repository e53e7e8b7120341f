"""Item-item nearest neighbours: cosine of (time-decayed) weights, shrunk where support is thin.

Sarwar et al. (WWW 2001); the shrink term in the denominator as in Dacrema et al. (RecSys 2019).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scipy.sparse import csr_array

    from features.collaborative.params import ItemItemParams

_BLOCK_CELLS = 8_000_000


class ItemItem:
    """Scores an item by its similarity to the items of a history.

    Attributes:
        similarity: row = an item, entries = its neighbours, at most ``neighbours`` a row
            [shape=(items, items), CSR float32].
    """

    similarity: csr_array

    def __init__(self, params: ItemItemParams) -> None:
        self.params = params

    def fit(self, matrix: csr_array) -> Self:
        self.similarity = neighbours(matrix, self.params)
        return self

    def score(self, histories: csr_array) -> np.ndarray:
        # A candidate asks its own neighbours whether the listener knows them.
        scores: np.ndarray = (histories @ self.similarity.T).toarray().astype(np.float32)
        return scores


def neighbours(matrix: csr_array, params: ItemItemParams) -> csr_array:
    """The most similar items of every item, strongest first, ties by column.

    Args:
        matrix: weights [shape=(users, items)].
        params: how many, and how shrunk.

    Returns:
        Similarities in (0, 1], never an item's own [shape=(items, items)].
    """
    from scipy.sparse import csr_array

    items = matrix.shape[1]
    by_item = matrix.T.tocsr()
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=0)).ravel()).astype(np.float32)
    indptr, columns, values = [0], [np.empty(0, np.int32)], [np.empty(0, np.float32)]
    for block in _blocks(matrix, by_item):
        product = (by_item[block] @ matrix).tocsr()
        product.sort_indices()
        own = np.repeat(np.arange(block.start, block.stop), np.diff(product.indptr))
        cosine = product.data / (norms[own] * norms[product.indices] + params.shrinkage)
        for row, item in enumerate(range(block.start, block.stop)):
            span = slice(product.indptr[row], product.indptr[row + 1])
            kept, strength = _strongest(product.indices[span], cosine[span], item, params.neighbours)
            columns.append(kept)
            values.append(strength)
            indptr.append(indptr[-1] + len(kept))
    data = np.minimum(np.concatenate(values), 1.0).astype(np.float32)
    return csr_array((data, np.concatenate(columns), np.array(indptr)), shape=(items, items))


def _blocks(matrix: csr_array, by_item: csr_array) -> Iterator[slice]:
    """Blocks of items whose co-occurrences number at most ``_BLOCK_CELLS``, so memory stays bounded."""
    cells = np.concatenate([[0], np.cumsum(np.diff(matrix.indptr)[by_item.indices])])
    cost = np.diff(cells[by_item.indptr])
    start, used = 0, 0.0
    for item, added in enumerate(cost):
        if item > start and used + added > _BLOCK_CELLS:
            yield slice(start, item)
            start, used = item, 0.0
        used += added
    if len(cost):
        yield slice(start, len(cost))


def _strongest(items: np.ndarray, strength: np.ndarray, own: int, limit: int) -> tuple[np.ndarray, np.ndarray]:
    """The ``limit`` strongest other items, strongest first, ties by item."""
    lawful = (items != own) & (strength > 0)
    items, strength = items[lawful], strength[lawful]
    if len(items) > limit:
        bar = np.partition(strength, -limit)[-limit]
        items, strength = items[strength >= bar], strength[strength >= bar]
    order = np.lexsort((items, -strength))[:limit]
    return items[order], strength[order]
