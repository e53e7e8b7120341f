"""Regression trees as plain arrays: grown elsewhere, asked here with NumPy alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Forest:
    """Binary regression trees, all nodes in one row; the estimate is the mean over trees.

    Args:
        roots: node at which each tree starts [shape=(trees,)].
        feature: feature asked at a node, -1 at a leaf [shape=(nodes,)].
        threshold: values up to it go left [shape=(nodes,)].
        left: the left child, absolute; the right one follows it directly [shape=(nodes,)].
        value: estimate at the node [shape=(nodes,)].
    """

    roots: NDArray[np.int32]
    feature: NDArray[np.int16]
    threshold: NDArray[np.float32]
    left: NDArray[np.int32]
    value: NDArray[np.float32]

    def each(self, features: Doubles) -> Doubles:
        """Estimate of every tree [shape=(trees,)] for one standardised row [shape=(features,)]."""
        row = np.asarray(features, dtype=np.float32)
        at = self.roots.copy()
        while True:
            asked = self.feature[at]
            inner = asked >= 0
            if not inner.any():
                return self.value[at].astype(np.float64)
            below = row[asked] <= self.threshold[at]
            at = np.where(inner, self.left[at] + ~below, at).astype(np.int32)

    def arrays(self, prefix: str) -> dict[str, NDArray[np.generic]]:
        """The arrays by name, as they are stored."""
        return {f"{prefix}{name}": getattr(self, name) for name in FIELDS}


FIELDS = ("roots", "feature", "threshold", "left", "value")


def read(arrays: Mapping[str, NDArray[np.generic]], prefix: str) -> Forest:
    """The forest stored under ``prefix``."""
    return Forest(**{name: arrays[f"{prefix}{name}"] for name in FIELDS})  # type: ignore[arg-type]
