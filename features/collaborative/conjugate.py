"""Half a sweep of alternating least squares: every row's factors given the columns', by conjugate gradient."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scipy.sparse import csr_array

    from features.collaborative.params import AlsParams

_BLOCK_FLOATS = 12_000_000  # gathered at once, per thread
_TINY = np.float32(1e-20)


def charge(rows: csr_array, params: AlsParams) -> np.ndarray:
    """Regularisation of each row: lambda * (alpha * n + N) [shape=(rows,), float32]."""
    counts = np.diff(rows.indptr)
    charges: np.ndarray = (params.regularisation * (params.alpha * counts + rows.shape[1])).astype(np.float32)
    return charges


def half_step(rows: csr_array, start: np.ndarray, factors: np.ndarray, params: AlsParams) -> np.ndarray:
    """Factors of every row given those of the columns.

    Approaches the solution of (Y'Y + sum_i alpha w_i y_i y_i' + charge I) x = sum_i (1 + alpha w_i) y_i
    in ``params.steps`` steps of conjugate gradient. Rows are done in blocks whose bounds depend
    on the rows alone, so any number of threads gives the same bytes.

    Args:
        rows: weights > 0 [shape=(rows, columns)].
        start: where each row stands [shape=(rows, factors)].
        factors: Y [shape=(columns, factors)].
        params: alpha, regularisation, steps and threads.

    Returns:
        [shape=(rows, factors), float32]; zero for a row without entries.
    """
    import os

    gram, charges = factors.T @ factors, charge(rows, params)
    solved = np.empty_like(start)

    def solve(block: slice) -> None:
        solved[block] = _Block(rows[block], factors, gram, charges[block], params.alpha).solve(
            start[block], params.steps
        )

    with ThreadPoolExecutor(params.threads or os.cpu_count() or 1) as pool:
        for _ in pool.map(solve, _blocks(rows.indptr, factors.shape[1])):
            pass
    return solved


class _Block:
    """The normal equations of a few rows."""

    def __init__(
        self, rows: csr_array, factors: np.ndarray, gram: np.ndarray, charges: np.ndarray, alpha: float
    ) -> None:
        self.rows, self.factors, self.gram, self.charges = rows, factors, gram, charges[:, None]
        self.near = factors[rows.indices]
        self.owner = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
        self.weight = np.float32(alpha) * rows.data

    def solve(self, start: np.ndarray, steps: int) -> np.ndarray:
        """``start`` after so many steps; zero for rows without entries."""
        found = start.copy()
        residual = self._sum(1.0 + self.weight) - self._apply(found)
        direction, length = residual.copy(), _squares(residual)
        for _ in range(steps):
            image = self._apply(direction)
            step = length / np.maximum(np.einsum("rf,rf->r", direction, image), _TINY)
            found += step[:, None] * direction
            residual -= step[:, None] * image
            before, length = length, _squares(residual)
            direction = residual + (length / np.maximum(before, _TINY))[:, None] * direction
        found[np.diff(self.rows.indptr) == 0] = 0.0
        return found

    def _apply(self, vectors: np.ndarray) -> np.ndarray:
        inner = np.einsum("nf,nf->n", self.near, vectors[self.owner])
        image: np.ndarray = vectors @ self.gram + self._sum(self.weight * inner) + self.charges * vectors
        return image

    def _sum(self, weights: np.ndarray) -> np.ndarray:
        """Each row's weighted sum of its columns' factors [shape=(rows, factors)]."""
        from scipy.sparse import csr_array

        total: np.ndarray = (
            csr_array((weights, self.rows.indices, self.rows.indptr), shape=self.rows.shape) @ self.factors
        )
        return total


def _squares(vectors: np.ndarray) -> np.ndarray:
    squares: np.ndarray = np.einsum("rf,rf->r", vectors, vectors)
    return squares


def _blocks(indptr: np.ndarray, factors: int) -> Iterator[slice]:
    """Slices of rows that hold about ``_BLOCK_FLOATS`` gathered numbers, at least one row each."""
    cost = (np.asarray(indptr, np.int64) + np.arange(len(indptr))) * factors
    start, rows = 0, len(indptr) - 1
    while start < rows:
        stop = int(np.searchsorted(cost, cost[start] + _BLOCK_FLOATS, side="right")) - 1
        stop = min(max(stop, start + 1), rows)
        yield slice(start, stop)
        start = stop
