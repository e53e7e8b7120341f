"""Item-item nearest neighbours: cosine of (time-decayed) weights, shrunk where support is thin.

Sarwar et al. (WWW 2001); the shrink term in the denominator as in Dacrema et al. (RecSys 2019).
Age is in the weights that come in: the nightly stage's affinity halves a play every
``TasteParams.half_life_days`` and a like every ``explicit_half_life_days``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np

from features.collaborative.model import Arrays, Model, packed, packed_sparse, unpacked, unpacked_sparse
from features.collaborative.params import ItemItemParams

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scipy.sparse import csr_array

_BLOCK_CELLS = 8_000_000


class ItemItem(Model):
    """Scores an item by its similarity to the items of a history.

    Attributes:
        similarity: row = an item, entries = its neighbours, at most ``neighbours`` a row
            [shape=(items, items), CSR float32].
        votes: its transpose: row = an item of a history, entries = the candidates it speaks for.
    """

    kind = "item_item"
    similarity: csr_array
    votes: csr_array

    def __init__(self, params: ItemItemParams) -> None:
        self.params = params

    def fit(self, matrix: csr_array) -> Self:
        return self.knowing(neighbours(weighted(matrix, self.params), self.params))

    def fold_in(self, histories: csr_array) -> csr_array:
        """A listener is their history."""
        return histories

    def score_folded(self, folded: csr_array) -> np.ndarray:
        # A candidate asks its own neighbours whether the listener knows them.
        scores: np.ndarray = (folded @ self.votes).toarray().astype(np.float32, copy=False)
        return scores

    def arrays(self) -> Arrays:
        return {"params": packed(self.params), **packed_sparse("similarity", self.similarity)}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        return cls(ItemItemParams(**unpacked(arrays["params"]))).knowing(unpacked_sparse("similarity", arrays))

    def knowing(self, similarity: csr_array) -> Self:
        """The model with this similarity of items, as learned."""
        self.similarity, self.votes = similarity, similarity.T.tocsr()
        return self


def weighted(matrix: csr_array, params: ItemItemParams) -> csr_array:
    """The weights as similarity is to see them [shape as given].

    BM25 takes a listener for a document and an item for a term (Robertson, Zaragoza 2009).
    """
    from scipy.sparse import csr_array

    counts = np.diff(matrix.indptr)
    owner = np.repeat(np.arange(matrix.shape[0]), counts)
    data = matrix.data.astype(np.float64)
    if params.weighting == "bm25":
        length = counts[owner] / max(1.0, counts.mean())
        norm = params.bm25_k1 * (1.0 - params.bm25_b + params.bm25_b * length)
        listeners = np.bincount(matrix.indices, minlength=matrix.shape[1])
        rarity = np.log1p((matrix.shape[0] - listeners + 0.5) / (listeners + 0.5))
        data = data * (params.bm25_k1 + 1.0) / (data + norm) * rarity[matrix.indices]
    if params.activity_discount:
        share = np.maximum(counts, 1.0) ** -params.activity_discount
        data *= share[owner] / share[owner].mean() if len(owner) else 1.0
    return csr_array((data.astype(np.float32), matrix.indices, matrix.indptr), shape=matrix.shape)


def neighbours(matrix: csr_array, params: ItemItemParams) -> csr_array:
    """The most similar items of every item, strongest first, ties by column.

    Args:
        matrix: weights [shape=(users, items)].
        params: how many, and how shrunk.

    Returns:
        Similarities in (0, 1], never an item's own [shape=(items, items)].
    """
    norms = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=0)).ravel()).astype(np.float32)
    similar = strongest_products(matrix, norms, params.shrinkage, params.neighbours)
    similar.data = np.minimum(similar.data, np.float32(1.0))
    return similar


def strongest_products(matrix: csr_array, norms: np.ndarray, shrinkage: float, limit: int) -> csr_array:
    """Inner products of columns over the product of norms, the ``limit`` greatest per column, strongest first.

    Args:
        matrix: [shape=(users, items)].
        norms: [shape=(items,), float32].
        shrinkage: added to the product of norms.
        limit: entries kept of each item; its own is never among them.

    Returns:
        [shape=(items, items), CSR float32]; ties by column.
    """
    from scipy.sparse import csr_array

    items = matrix.shape[1]
    by_item = matrix.T.tocsr()
    indptr, columns, values = [0], [np.empty(0, np.int32)], [np.empty(0, np.float32)]
    for block in _blocks(matrix, by_item):
        product = (by_item[block] @ matrix).tocsr()
        product.sort_indices()
        own = np.repeat(np.arange(block.start, block.stop), np.diff(product.indptr))
        cosine = product.data / (norms[own] * norms[product.indices] + np.float32(shrinkage))
        for row, item in enumerate(range(block.start, block.stop)):
            span = slice(product.indptr[row], product.indptr[row + 1])
            kept, strength = _strongest(product.indices[span], cosine[span], item, limit)
            columns.append(kept)
            values.append(strength)
            indptr.append(indptr[-1] + len(kept))
    found = (np.concatenate(values), np.concatenate(columns), np.array(indptr))
    del values, columns
    return csr_array(found, shape=(items, items))


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
