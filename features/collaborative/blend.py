"""Popularity, the weighted sum of standardised scores of several models, and every model by name."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Self

import numpy as np

from features.collaborative.als import Als
from features.collaborative.content_profile import ContentProfile
from features.collaborative.ease import Ease
from features.collaborative.fusion import Fusion, learn, parted
from features.collaborative.graph_filter import GraphFilter
from features.collaborative.item_item import ItemItem
from features.collaborative.model import Arrays, Folded, Model, packed, unpacked
from features.collaborative.params import BlendParams, CollaborativeParams
from features.collaborative.standard import standardised

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scipy.sparse import csr_array

    Builders = Mapping[str, Callable[[], Model]]


class Popularity(Model):
    """The same scores for everyone: how many users have each item.

    Attributes:
        listeners: [shape=(items,), float32].
    """

    kind = "popularity"
    listeners: np.ndarray

    def fit(self, matrix: csr_array) -> Self:
        self.listeners = np.bincount(matrix.indices, minlength=matrix.shape[1]).astype(np.float32)
        return self

    def fold_in(self, histories: csr_array) -> int:
        """How many they are; nothing else counts."""
        return int(histories.shape[0])

    def score_folded(self, folded: int) -> np.ndarray:
        return np.repeat(self.listeners[None, :], folded, axis=0)

    def arrays(self) -> Arrays:
        return {"listeners": self.listeners}

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        model = cls()
        model.listeners = arrays["listeners"]
        return model


class Blend(Model):
    """Weighted sum of each part's scores, standardised per listener (z-score over items).

    Args:
        builders: parts by name, not yet fitted.
        params: how weights are learned, and what they are where little is known.

    Attributes:
        fusion: the weights, and what they were learned from.
        parts: fitted models of weight > 0, by name.
    """

    kind = "blend"
    fusion: Fusion
    parts: dict[str, Model]

    def __init__(self, builders: Builders, params: BlendParams) -> None:
        self.builders, self.params = builders, params

    def fit(self, matrix: csr_array) -> Self:
        """Learn weights on pairs held out of the matrix, then the parts from the whole."""
        return self.fit_with(matrix, learn(parted(matrix, self.params), self.able_builders(matrix), self.params))

    def able_builders(self, matrix: csr_array) -> Builders:
        """The parts that can hold a matrix of this size."""
        return {name: build for name, build in self.builders.items() if build().most_items >= matrix.shape[1]}

    def fit_with(self, matrix: csr_array, fusion: Fusion) -> Self:
        """Learn the parts, with weights already known."""
        self.fusion = fusion
        self.parts = {n: self.builders[n]().fit(matrix) for n, w in sorted(fusion.weights.items()) if w > 0}
        return self

    def fold_in(self, histories: csr_array) -> dict[str, Folded]:
        """What each part keeps of the listeners."""
        return {name: part.fold_in(histories) for name, part in self.parts.items()}

    def score_folded(self, folded: dict[str, Folded]) -> np.ndarray:
        total: np.ndarray | None = None
        for name, part in self.parts.items():
            scores = standardised(part.score_folded(folded[name]))
            scores *= np.float32(self.fusion.weights[name])
            total = scores if total is None else np.add(total, scores, out=total)
        if total is None:
            raise ValueError("a blend needs a part of weight > 0")
        return total

    def arrays(self) -> Arrays:
        found = {"params": packed(self.params), "fusion": packed(self.fusion)}
        for name, part in self.parts.items():
            found |= {f"{name}/kind": np.array(part.kind)} | {f"{name}/{k}": v for k, v in part.arrays().items()}
        return found

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Self:
        model = cls({}, BlendParams(**unpacked(arrays["params"])))
        model.fusion = Fusion(**unpacked(arrays["fusion"]))
        model.parts = {}
        for name in sorted(key.removesuffix("/kind") for key in arrays if key.endswith("/kind")):
            own = {key.removeprefix(f"{name}/"): v for key, v in arrays.items() if key.startswith(f"{name}/")}
            model.parts[name] = _KINDS[str(own.pop("kind"))].from_arrays(own)
        return model


class BestPart(Blend):
    """The one part that alone is best on pairs held out of the matrix; the first by name where too little is known."""

    def fit(self, matrix: csr_array) -> Self:
        able = self.able_builders(matrix)
        fusion = learn(parted(matrix, self.params), able, self.params)
        best = max(sorted(able), key=lambda name: fusion.quality.get(name, 0.0))
        return self.fit_with(matrix, replace(fusion, weights={best: 1.0}))


_KINDS: dict[str, type[Model]] = {
    kind.kind: kind for kind in (Popularity, ItemItem, Als, GraphFilter, Ease, ContentProfile)
}


def builders(params: CollaborativeParams) -> dict[str, Callable[[], Model]]:
    """The parts of the blend by name."""
    found: dict[str, Callable[[], Model]] = {
        "item_item": lambda: ItemItem(params.item_item),
        "gfcf": lambda: GraphFilter(params.graph_filter),
        "ease": lambda: Ease(params.ease),
    }
    found |= {name: lambda own=own: ItemItem(own) for name, own in params.blend.item_item.items()}  # type: ignore[misc]
    return found | {name: lambda own=own: Als(own) for name, own in params.blend.als.items()}


def als_builders(params: CollaborativeParams) -> dict[str, Callable[[], Model]]:
    """The ALS of the nights and those of the blend: which suits depends on how dense and how large a set is."""
    return {name: partial(Als, own) for name, own in {"als": params.als, **params.blend.als}.items()}


MODELS: dict[str, Callable[[CollaborativeParams], Model]] = {
    "popularity": lambda _: Popularity(),
    "item_item": lambda params: ItemItem(params.item_item),
    "als": lambda params: BestPart(als_builders(params), params.blend),
    "gfcf": lambda params: GraphFilter(params.graph_filter),
    "ease": lambda params: Ease(params.ease),
    "blend": lambda params: Blend(builders(params), params.blend),
}
