"""GF-CF: collaborative filtering as a graph filter (Shen et al., CIKM 2021), without training.

A history r is filtered by the normalised co-occurrence of items, R~'R~ (linear filter), plus
its projection on the smoothest signals of the item graph, D^-1/2 V V' D^1/2 (ideal low-pass).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from features.collaborative.params import GraphFilterParams

_OVERSAMPLE = 16


class GraphFilter:
    """Scores by both filters.

    Attributes:
        normalised: R~ = D_user^-1/2 R D_item^-1/2 [shape=(users, items)].
        basis: right singular vectors of R~ [shape=(items, rank)].
        root_degree: square root of each item's degree [shape=(items,)].
    """

    normalised: csr_array
    basis: np.ndarray
    root_degree: np.ndarray

    def __init__(self, params: GraphFilterParams) -> None:
        self.params = params

    def fit(self, matrix: csr_array) -> Self:
        user_root = np.sqrt(np.asarray(matrix.sum(axis=1)).ravel())
        self.root_degree = np.sqrt(np.asarray(matrix.sum(axis=0)).ravel()).astype(np.float32)
        by_user = matrix.multiply(_inverse(user_root)[:, None])
        self.normalised = by_user.multiply(_inverse(self.root_degree)[None, :]).tocsr().astype(np.float32)
        self.basis = smoothest(self.normalised, self.params)
        return self

    def score(self, histories: csr_array) -> np.ndarray:
        linear = (histories @ self.normalised.T).toarray() @ self.normalised
        scaled = histories.multiply(_inverse(self.root_degree)[None, :]).tocsr()
        smooth = ((scaled @ self.basis) @ self.basis.T) * self.root_degree
        scores: np.ndarray = np.asarray(linear + self.params.low_pass * smooth, dtype=np.float32)
        return scores


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
