"""EASE: a full-rank linear model of items on items (Steck, WWW 2019), in closed form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np

from features.collaborative.model import Arrays, Model, packed, unpacked
from features.collaborative.params import EaseParams
from schemas.errors import ContractError

if TYPE_CHECKING:
    from scipy.sparse import csr_array


class Ease(Model):
    """Scores a history by X B, where B has an empty diagonal and least squared error of X B against X plus ridge.

    Attributes:
        weights: B, row = an item of a history [shape=(items, items), float32].
    """

    kind = "ease"
    weights: np.ndarray

    def __init__(self, params: EaseParams) -> None:
        self.params, self.most_items = params, params.most_items

    def fit(self, matrix: csr_array) -> Self:
        """As every model does.

        Raises:
            ContractError: there are too many items to hold items x items.
        """
        if matrix.shape[1] > self.most_items:
            raise ContractError(
                f"ease holds items x items, and {matrix.shape[1]:,} items are more than {self.most_items:,}",
                "choose the model blend, which leaves ease out where it does not fit.",
            )
        products = (matrix.T @ matrix).toarray().astype(np.float64)
        np.fill_diagonal(products, products.diagonal() + self.params.charge * np.sqrt(max(matrix.nnz, 1)))
        inverse = _inverse(products)
        inverse /= -inverse.diagonal()
        np.fill_diagonal(inverse, 0.0)
        self.weights = inverse.astype(np.float32)
        return self

    def fold_in(self, histories: csr_array) -> csr_array:
        """The histories as they are."""
        return histories

    def score_folded(self, folded: csr_array) -> np.ndarray:
        scores: np.ndarray = np.asarray(folded @ self.weights, dtype=np.float32)
        return scores

    def arrays(self) -> Arrays:
        return {"params": packed(self.params), "weights": self.weights}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        model = cls(EaseParams(**unpacked(arrays["params"])))
        model.weights = arrays["weights"]
        return model


def _inverse(positive: np.ndarray) -> np.ndarray:
    """Of a symmetric positive definite matrix, by Cholesky, in its own memory; the bytes do not depend on the cores."""
    from scipy.linalg import lapack
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1, user_api="blas"):  # symmetric: its transpose, which LAPACK overwrites, is itself
        factor, _ = lapack.dpotrf(positive.T, lower=0, overwrite_a=1)
        inverse, _ = lapack.dpotri(factor, lower=0, overwrite_c=1)
    whole: np.ndarray = inverse
    for row in range(1, len(whole)):  # LAPACK fills the upper half only
        whole[row, :row] = whole[:row, row]
    return whole
