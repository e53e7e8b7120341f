"""Popularity, and the weighted sum of standardised scores of several models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np

from features.collaborative.als import Als
from features.collaborative.graph_filter import GraphFilter
from features.collaborative.item_item import ItemItem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scipy.sparse import csr_array

    from features.collaborative.model import Model
    from features.collaborative.params import CollaborativeParams


class Popularity:
    """The same scores for everyone: how many users have each item.

    Attributes:
        listeners: [shape=(items,), float32].
    """

    listeners: np.ndarray

    def fit(self, matrix: csr_array) -> Self:
        self.listeners = np.bincount(matrix.indices, minlength=matrix.shape[1]).astype(np.float32)
        return self

    def score(self, histories: csr_array) -> np.ndarray:
        return np.repeat(self.listeners[None, :], histories.shape[0], axis=0)


class Blend:
    """Weighted sum of each model's scores, standardised per listener (z-score over items).

    Args:
        parts: models and their weights.
    """

    def __init__(self, parts: Mapping[str, tuple[Model, float]]) -> None:
        self.parts = dict(parts)

    def fit(self, matrix: csr_array) -> Self:
        for model, _ in self.parts.values():
            model.fit(matrix)
        return self

    def score(self, histories: csr_array) -> np.ndarray:
        total = np.zeros(histories.shape, np.float32)
        for model, weight in self.parts.values():
            total += np.float32(weight) * standardised(model.score(histories))
        return total


def standardised(scores: np.ndarray) -> np.ndarray:
    """Mean 0, deviation 1 per row; a constant row becomes 0 [shape as given]."""
    centred = scores - scores.mean(axis=1, keepdims=True)
    spread = centred.std(axis=1, keepdims=True)
    result: np.ndarray = centred / np.where(spread > 0, spread, 1.0)
    return result


MODELS: dict[str, Callable[[CollaborativeParams], Model]] = {
    "popularity": lambda _: Popularity(),
    "item_item": lambda params: ItemItem(params.item_item),
    "als": lambda params: Als(params.als),
    "gfcf": lambda params: GraphFilter(params.graph_filter),
    "blend": lambda params: Blend({n: (MODELS[n](params), w) for n, w in sorted(params.blend_weights.items())}),
}
