"""Songs like those of a history by what they are, without anyone's listening (Rocchio's profile)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np

from features.collaborative.model import Arrays, Model, packed_sparse, unpacked_sparse

if TYPE_CHECKING:
    from scipy.sparse import csr_array


class ContentProfile(Model):
    """Scores an item by the inner product of its features with the sum over the history.

    Args:
        features: one row per item, e.g. unit text vectors or tf-idf of artists
            [shape=(items, features), float32, dense or sparse].
    """

    kind = "content_profile"

    def __init__(self, features: np.ndarray | csr_array) -> None:
        self.features = features

    def fit(self, matrix: csr_array) -> Self:  # noqa: ARG002  nothing is learned from listening
        return self

    def fold_in(self, histories: csr_array) -> np.ndarray | csr_array:
        """Sum of the features of each history [shape=(histories, features)]."""
        return histories @ self.features

    def score_folded(self, folded: np.ndarray | csr_array) -> np.ndarray:
        scores = folded @ self.features.T
        dense: np.ndarray = scores if isinstance(scores, np.ndarray) else scores.toarray()
        return dense.astype(np.float32, copy=False)

    def arrays(self) -> Arrays:
        if isinstance(self.features, np.ndarray):
            return {"features": self.features}
        return packed_sparse("features", self.features)

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        return cls(arrays["features"] if "features" in arrays else unpacked_sparse("features", arrays))


def rare_terms(terms: list[list[str]]) -> csr_array:
    """Tf-idf of each item's terms, rows of length 1 (0 without terms) [shape=(items, terms), float32].

    Args:
        terms: of each item; a term repeated within an item counts once.
    """
    from scipy.sparse import csr_array

    sets = [sorted(set(own)) for own in terms]
    known = {term: at for at, term in enumerate(sorted({term for own in sets for term in own}))}
    indptr = np.concatenate([[0], np.cumsum([len(own) for own in sets])]).astype(np.int64)
    indices = np.array([known[term] for own in sets for term in own], dtype=np.int64)
    carriers = np.bincount(indices, minlength=len(known))
    weight = np.log1p(len(sets) / np.maximum(carriers, 1))[indices]
    owner = np.repeat(np.arange(len(sets)), np.diff(indptr))
    length = np.sqrt(np.bincount(owner, weight**2, minlength=len(sets)))
    data = (weight / length[owner]).astype(np.float32) if len(indices) else weight.astype(np.float32)
    return csr_array((data, indices, indptr), shape=(len(sets), len(known)))
