"""The interface every collaborative model keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    import numpy as np
    from scipy.sparse import csr_array


class Model(Protocol):
    """Learns from users × items, scores anyone by their own history.

    A user is nothing but a row of weights: listeners of the training matrix and listeners
    met later (fold-in) are scored by the same call.
    """

    def fit(self, matrix: csr_array) -> Self:
        """Learn from weights > 0 [shape=(users, items)]; returns self."""

    def score(self, histories: csr_array) -> np.ndarray:
        """Score every item for each history, higher = better [shape=(histories, items), float32]."""
