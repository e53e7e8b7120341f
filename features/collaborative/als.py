"""Implicit-feedback matrix factorisation by alternating least squares.

Hu, Koren, Volinsky (ICDM 2008): preference 1 with confidence 1 + alpha * weight where there
is a weight, preference 0 with confidence 1 elsewhere. ``implicit`` does the first sweeps
(compiled, conjugate gradient); the last ones are closed form with regularisation scaled by
frequency, which Rendle et al. ("Revisiting iALS", 2021) found decisive for quality.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scipy.sparse import csr_array

    from features.collaborative.params import AlsParams

_BLOCK_CELLS = 40_000  # row × history cells gathered at once; times factors, a few tens of MB


class Als:
    """Item factors; users are always solved from their history in closed form.

    Attributes:
        item_factors: [shape=(items, factors), float32].
    """

    item_factors: np.ndarray

    def __init__(self, params: AlsParams) -> None:
        self.params = params

    def fit(self, matrix: csr_array) -> Self:
        import implicit.cpu.als  # noqa: F401  its BLAS must be loaded before the limit is set
        from threadpoolctl import threadpool_limits

        by_item = matrix.T.tocsr()
        with threadpool_limits(limits=1, user_api="blas"):
            items = self._warm(matrix)
            for _ in range(self.params.exact_iterations):
                users = solve(matrix, items, self.params)
                items = solve(by_item, users, self.params)
        self.item_factors = items
        return self

    def fold_in(self, histories: csr_array) -> np.ndarray:
        """Factors of listeners by their histories; zero where a history is empty [shape=(histories, factors)]."""
        from threadpoolctl import threadpool_limits

        with threadpool_limits(limits=1, user_api="blas"):
            return solve(histories, self.item_factors, self.params)

    def score(self, histories: csr_array) -> np.ndarray:
        scores: np.ndarray = self.fold_in(histories) @ self.item_factors.T
        return scores

    def _warm(self, matrix: csr_array) -> np.ndarray:
        import os

        from implicit.cpu.als import AlternatingLeastSquares
        from scipy.sparse import csr_matrix

        confidence = csr_matrix(matrix, dtype=np.float32)
        confidence.data = 1.0 + np.float32(self.params.alpha) * confidence.data
        users, items = matrix.shape
        charges = [charge(matrix, self.params).mean(), charge(matrix.T.tocsr(), self.params).mean()]
        model = AlternatingLeastSquares(
            factors=self.params.factors,
            regularization=float(min(charges)),
            iterations=self.params.warm_iterations,
            num_threads=self.params.threads or os.cpu_count() or 1,
        )
        # Both sides drawn here, in a fixed order: implicit then starts from them.
        rng = np.random.Generator(np.random.PCG64(self.params.seed))
        model.user_factors = rng.random((users, self.params.factors), dtype=np.float32) * 0.01
        model.item_factors = rng.random((items, self.params.factors), dtype=np.float32) * 0.01
        model.fit(confidence, show_progress=False)
        factors: np.ndarray = model.item_factors
        return factors


def charge(rows: csr_array, params: AlsParams) -> np.ndarray:
    """Regularisation of each row: lambda * (alpha * n + N) [shape=(rows,), float32]."""
    counts = np.diff(rows.indptr)
    charges: np.ndarray = (params.regularisation * (params.alpha * counts + rows.shape[1])).astype(np.float32)
    return charges


def solve(rows: csr_array, factors: np.ndarray, params: AlsParams) -> np.ndarray:
    """The closed-form half step: factors of every row given those of the columns.

    Solves (Y'Y + sum_i alpha w_i y_i y_i' + charge I) x = sum_i (1 + alpha w_i) y_i for
    rows of similar length at once.

    Args:
        rows: weights > 0 [shape=(rows, columns)].
        factors: Y [shape=(columns, factors)].
        params: alpha and regularisation.

    Returns:
        [shape=(rows, factors), float32]; zero for a row without entries.
    """
    solved = np.zeros((rows.shape[0], factors.shape[1]), np.float32)
    gram, charges = factors.T @ factors, charge(rows, params)
    diagonal = np.arange(factors.shape[1])
    for block, length in _similar_lengths(np.diff(rows.indptr)):
        cell = np.arange(length)[None, :]
        filled = cell < np.diff(rows.indptr)[block][:, None]
        at = np.where(filled, rows.indptr[block][:, None] + cell, 0)
        weight = np.where(filled, params.alpha * rows.data[at], 0).astype(np.float32)
        vectors = factors[rows.indices[at]] * filled[:, :, None]
        left = np.matmul((vectors * weight[:, :, None]).transpose(0, 2, 1), vectors) + gram
        left[:, diagonal, diagonal] += charges[block][:, None]
        right = np.einsum("bl,blf->bf", 1.0 + weight, vectors)
        solved[block] = np.linalg.solve(left, right[:, :, None])[:, :, 0]
    return solved


def _similar_lengths(counts: np.ndarray) -> Iterator[tuple[np.ndarray, int]]:
    """Non-empty rows in blocks of similar length, with the longest length of each block."""
    order = np.argsort(counts, kind="stable")
    order = order[counts[order] > 0]
    start = 0
    while start < len(order):
        stop = start + 1
        while stop < len(order) and (stop + 1 - start) * counts[order[stop]] <= _BLOCK_CELLS and stop - start < 1000:
            stop += 1
        yield order[start:stop], int(counts[order[stop - 1]])
        start = stop
