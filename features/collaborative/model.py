"""The interface every collaborative model keeps.

A listener is nothing but a row of weights: listeners of the training matrix and listeners
met later (fold-in) go through the same calls and get the same scores.
"""

from __future__ import annotations

import json
import math
from abc import ABC, abstractmethod
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, Self, TypeAlias

import numpy as np

from features.collaborative.interactions import row_blocks
from features.collaborative.retrieval import hide, top_k

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scipy.sparse import csr_array

Arrays: TypeAlias = "dict[str, np.ndarray]"
Folded: TypeAlias = Any  # what a model keeps of listeners; its own business


class Model(ABC):
    """Learns from users × items, scores anyone by their own history.

    Attributes:
        most_items: it cannot hold more items than these.
    """

    kind: ClassVar[str]
    most_items: float = math.inf

    @abstractmethod
    def fit(self, matrix: csr_array) -> Self:
        """Learn from weights > 0 [shape=(users, items)]; returns self."""

    @abstractmethod
    def fold_in(self, histories: csr_array) -> Folded:
        """What the model keeps of these listeners [shape=(histories, items)]."""

    @abstractmethod
    def score_folded(self, folded: Folded) -> np.ndarray:
        """Score every item for each folded-in listener, higher = better [shape=(histories, items), float32]."""

    @abstractmethod
    def arrays(self) -> Arrays:
        """All that was learnt and set, as arrays without objects."""

    @classmethod
    @abstractmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        """The model that :meth:`arrays` described."""

    def score(self, histories: csr_array) -> np.ndarray:
        """Score every item for each history, higher = better [shape=(histories, items), float32]."""
        return self.score_folded(self.fold_in(histories))

    def recommend(self, histories: csr_array, k: int, *, unseen: bool = True) -> np.ndarray:
        """The k best items of each history, best first, ties by item; -1 where there are fewer.

        Args:
            histories: weights [shape=(histories, items)].
            k: length of the lists.
            unseen: leave out what is in the history.
        """
        lists = np.full((histories.shape[0], k), -1, np.int64)
        for block in row_blocks(histories):
            rows = histories[block]
            scores = self.score(rows)
            if unseen:
                hide(scores, rows)
            lists[block] = top_k(scores, k)
        return lists

    def save(self, file: BinaryIO) -> None:
        """Write the fitted model as npz: arrays and JSON text, nothing that runs when read."""
        np.savez(file, kind=np.array(self.kind), **self.arrays())  # type: ignore[arg-type]

    @classmethod
    def load(cls, file: BinaryIO) -> Self:
        """Read what :meth:`save` wrote.

        Raises:
            ValueError: the file holds another kind of model.
        """
        with np.load(file, allow_pickle=False) as found:
            arrays = {name: found[name] for name in found.files}
        kind = str(arrays.pop("kind", ""))
        if kind != cls.kind:
            raise ValueError(f"the file holds a model of kind {kind!r}, not {cls.kind!r}")
        return cls.from_arrays(arrays)


def packed(params: Any) -> np.ndarray:
    """A params dataclass as an array of one JSON text."""
    return np.array(json.dumps(asdict(params), sort_keys=True))


def unpacked(text: np.ndarray) -> dict[str, Any]:
    """The fields that :func:`packed` wrote."""
    fields: dict[str, Any] = json.loads(str(text))
    return fields


def packed_sparse(name: str, matrix: csr_array) -> Arrays:
    """A sparse matrix as four arrays named after it."""
    parts = {"data": matrix.data, "indices": matrix.indices, "indptr": matrix.indptr, "shape": np.array(matrix.shape)}
    return {f"{name}.{part}": values for part, values in parts.items()}


def unpacked_sparse(name: str, arrays: Mapping[str, np.ndarray]) -> csr_array:
    """The matrix that :func:`packed_sparse` wrote."""
    from scipy.sparse import csr_array

    data, indices, indptr, shape = (arrays[f"{name}.{part}"] for part in ("data", "indices", "indptr", "shape"))
    return csr_array((data, indices, indptr), shape=tuple(shape))
