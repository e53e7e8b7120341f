"""GF-CF: collaborative filtering as a graph filter (Shen et al., CIKM 2021), without training.

A history r is filtered by the normalised co-occurrence of items, R~'R~ (linear filter), plus
its projection on the smoothest signals of the item graph, D^-1/2 V V' D^1/2 (ideal low-pass).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np

from features.collaborative.item_item import strongest_products
from features.collaborative.model import Arrays, Folded, Model, packed, packed_sparse, unpacked, unpacked_sparse
from features.collaborative.params import GraphFilterParams

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_OVERSAMPLE = 16


class GraphFilter(Model):
    """Scores by both filters.

    The linear filter is kept as its strongest entries per item, without an item's own: that
    one speaks only for what the listener knows already.

    Attributes:
        linear: of R~'R~, R~ = D_user^-1/2 R D_item^-1/2; row = an item of a history
            [shape=(items, items), CSR float32].
        basis: right singular vectors of R~ [shape=(items, rank)].
        root_degree: square root of each item's degree [shape=(items,)].
    """

    kind = "gfcf"
    linear: csr_array
    basis: np.ndarray
    root_degree: np.ndarray

    def __init__(self, params: GraphFilterParams) -> None:
        self.params = params

    def fit(self, matrix: csr_array) -> Self:
        user_root = np.sqrt(np.asarray(matrix.sum(axis=1)).ravel())
        self.root_degree = np.sqrt(np.asarray(matrix.sum(axis=0)).ravel()).astype(np.float32)
        by_user = matrix.multiply(_inverse(user_root)[:, None])
        normalised = by_user.multiply(_inverse(self.root_degree)[None, :]).tocsr().astype(np.float32)
        ones = np.ones(matrix.shape[1], np.float32)
        self.linear = strongest_products(normalised, ones, 0.0, self.params.neighbours).T.tocsr()
        self.basis = smoothest(normalised, self.params)
        return self

    def fold_in(self, histories: csr_array) -> tuple[csr_array, np.ndarray]:
        """The history, and its projection on the basis [shape=(histories, rank)]."""
        scaled = histories.multiply(_inverse(self.root_degree)[None, :]).tocsr()
        return histories, scaled @ self.basis

    def score_folded(self, folded: Folded) -> np.ndarray:
        histories, smooth = folded
        scores: np.ndarray = (smooth * np.float32(self.params.low_pass)) @ (self.basis * self.root_degree[:, None]).T
        scores += (histories @ self.linear).toarray()
        return scores.astype(np.float32, copy=False)

    def arrays(self) -> Arrays:
        learnt = {"basis": self.basis, "root_degree": self.root_degree, **packed_sparse("linear", self.linear)}
        return {"params": packed(self.params), **learnt}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        model = cls(GraphFilterParams(**unpacked(arrays["params"])))
        model.linear = unpacked_sparse("linear", arrays)
        model.basis, model.root_degree = arrays["basis"], arrays["root_degree"]
        return model


def smoothest(normalised: csr_array, params: GraphFilterParams) -> np.ndarray:
    """Leading right singular vectors by randomised subspace iteration (Halko et al. 2011).

    Args:
        normalised: [shape=(users, items)].
        params: rank, power iterations and seed.

    Returns:
        Orthonormal columns [shape=(items, min(rank, users, items)), float32].
    """
    from threadpoolctl import threadpool_limits

    users, items = normalised.shape
    rank = min(params.rank, users, items)
    width = min(rank + _OVERSAMPLE, users, items)
    rng = np.random.Generator(np.random.PCG64(params.seed))
    with threadpool_limits(limits=1, user_api="blas"):
        block = np.linalg.qr(rng.standard_normal((items, width)).astype(np.float32))[0]
        for _ in range(params.power_iterations):
            block = np.linalg.qr(normalised.T @ (normalised @ block))[0]
        image = normalised @ block
        values, rotation = np.linalg.eigh(image.T @ image)
        basis: np.ndarray = (block @ rotation[:, np.argsort(-values)[:rank]]).astype(np.float32)
    return basis


def _inverse(values: np.ndarray) -> np.ndarray:
    """1 / x, and 0 where x is 0 [float32]."""
    inverse: np.ndarray = np.divide(1.0, values, out=np.zeros(len(values)), where=values > 0).astype(np.float32)
    return inverse
