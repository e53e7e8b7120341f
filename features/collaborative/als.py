"""Implicit-feedback matrix factorisation by alternating least squares.

Hu, Koren, Volinsky (ICDM 2008): preference 1 with confidence 1 + alpha * weight where there
is a weight, preference 0 with confidence 1 elsewhere. ``implicit`` does the first sweeps with
uniform regularisation; the last ones are ours, with regularisation scaled by frequency, which
Rendle et al. ("Revisiting iALS", 2021) found decisive for quality. Both solve each row by a
few steps of conjugate gradient from where it stood (Takács et al., RecSys 2011).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Self

import numpy as np

from features.collaborative.conjugate import half_step
from features.collaborative.model import Arrays, Model, packed, unpacked
from features.collaborative.params import AlsParams

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_FOLD_IN_STEPS = 12  # from zero; the residual of a well-regularised row is then below 1e-4


class Als(Model):
    """Item factors; users are always solved from their history.

    Attributes:
        item_factors: [shape=(items, factors), float32].
        item_trust: factor of each item's weights, 1 on average over the entries; see
            ``AlsParams.popularity_discount`` [shape=(items,), float32].
    """

    kind = "als"
    item_factors: np.ndarray
    item_trust: np.ndarray

    def __init__(self, params: AlsParams) -> None:
        self.params = params

    @classmethod
    def of_factors(cls, params: AlsParams, item_factors: np.ndarray) -> Self:
        """The model with item factors learned elsewhere, every item trusted alike [shape=(items, factors)]."""
        model = cls(params)
        model.item_factors, model.item_trust = item_factors, np.ones(len(item_factors), np.float32)
        return model

    def fit(self, matrix: csr_array) -> Self:
        from threadpoolctl import threadpool_limits

        self.params = settled(self.params, matrix.shape)
        self.item_trust = _trust(matrix, self.params.popularity_discount)
        trusted = self._trusted(matrix)
        by_item = trusted.T.tocsr()
        users, items = _warm(trusted, self.params)
        with threadpool_limits(limits=1, user_api="blas"):
            for _ in range(self.params.own_iterations):
                users = half_step(trusted, users, items, self.params)
                items = half_step(by_item, items, users, self.params)
        self.item_factors = items
        return self

    def fold_in(self, histories: csr_array) -> np.ndarray:
        """Factors of listeners by their histories; zero where a history is empty [shape=(histories, factors)]."""
        from threadpoolctl import threadpool_limits

        start = np.zeros((histories.shape[0], self.item_factors.shape[1]), np.float32)
        exact = replace(self.params, steps=_FOLD_IN_STEPS)
        with threadpool_limits(limits=1, user_api="blas"):
            return half_step(self._trusted(histories), start, self.item_factors, exact)

    def score_folded(self, folded: np.ndarray) -> np.ndarray:
        scores: np.ndarray = folded @ self.item_factors.T
        return scores

    def arrays(self) -> Arrays:
        return {"params": packed(self.params), "item_factors": self.item_factors, "item_trust": self.item_trust}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        model = cls.of_factors(AlsParams(**unpacked(arrays["params"])), arrays["item_factors"])
        model.item_trust = arrays["item_trust"]
        return model

    def _trusted(self, rows: csr_array) -> csr_array:
        from scipy.sparse import csr_array

        weights = (rows.data * self.item_trust[rows.indices]).astype(np.float32)
        return csr_array((weights, rows.indices, rows.indptr), shape=rows.shape)


def settled(params: AlsParams, shape: tuple[int, int]) -> AlsParams:
    """The same with ``regularisation`` worked out from ``relative_regularisation``, where that is given."""
    if params.relative_regularisation is None:
        return params
    size = max(1.0, float(shape[0]) * shape[1])
    return replace(params, regularisation=float(params.relative_regularisation / np.sqrt(size)))


def _trust(matrix: csr_array, discount: float) -> np.ndarray:
    """listeners ** -discount, 1 on average over the entries of the matrix [shape=(items,), float32]."""
    listeners = np.bincount(matrix.indices, minlength=matrix.shape[1])
    trust = np.maximum(listeners, 1.0) ** -discount
    whole = (trust * listeners).sum()
    return (trust * (listeners.sum() / whole if whole else 1.0)).astype(np.float32)


def _warm(matrix: csr_array, params: AlsParams) -> tuple[np.ndarray, np.ndarray]:
    """(user factors, item factors) after the sweeps of ``implicit``."""
    import os

    import implicit.cpu.als
    from scipy.sparse import csr_matrix
    from threadpoolctl import threadpool_limits

    from features.collaborative.conjugate import charge

    users, items = matrix.shape
    # Both sides drawn here, in a fixed order: implicit then starts from them.
    rng = np.random.Generator(np.random.PCG64(params.seed))
    spread = np.float32(0.1 / np.sqrt(params.factors))
    start = [rng.standard_normal((rows, params.factors), dtype=np.float32) * spread for rows in (users, items)]
    confidence = csr_matrix(matrix, dtype=np.float32)
    confidence.data = 1.0 + np.float32(params.alpha) * confidence.data
    with threadpool_limits(limits=1, user_api="blas"):
        model = implicit.cpu.als.AlternatingLeastSquares(
            factors=params.factors,
            regularization=float(min(charge(matrix, params).mean(), charge(matrix.T.tocsr(), params).mean())),
            iterations=params.warm_iterations,
            num_threads=params.threads or os.cpu_count() or 1,
        )
        model.user_factors, model.item_factors = start
        model.fit(confidence, show_progress=False)
    return model.user_factors, model.item_factors
