"""Labelled recordings as arrays, and folds that keep groups together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
AXES = ("valence", "arousal")
LABEL_SPREAD = 0.45  # what one standard deviation of a corpus's labels means in [-1, 1]


@dataclass(frozen=True, slots=True)
class Examples:
    """One corpus: descriptors and labels on its own scale, NaN where an axis is not labelled.

    Args:
        name: of the corpus.
        signs: whether labels only say plus or minus.
        weight: how much one of its recordings counts in training; weak labels count less than 1.
        features: descriptors [shape=(n, d)].
        labels: valence and arousal [shape=(n, 2)].
        groups: recordings that must stay on one side of a split [shape=(n,)].
        clips: name of each recording [shape=(n,)].
    """

    name: str
    signs: bool
    weight: float
    features: Doubles
    labels: Doubles
    groups: NDArray[np.str_]
    clips: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.labels)

    def standard(self, axis: int) -> Doubles:
        """Labels of an axis with mean 0 and deviation 1 within the corpus."""
        labels = self.labels[:, axis]
        spread = float(np.nanstd(labels))
        standard: Doubles = (labels - np.nanmean(labels)) / (spread if spread > 0 else 1.0)
        return standard

    def take(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> Examples:
        """Some of the recordings."""
        picked = (self.features[rows], self.labels[rows], self.groups[rows], self.clips[rows])
        return Examples(self.name, self.signs, self.weight, *picked)


def folds(groups: NDArray[np.str_], count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Fold 0..count-1 of each recording; whole groups, folds of about equal size.

    Groups are drawn in random order, the larger ones of a draw first to the emptiest fold.
    """
    names, sizes = np.unique(groups, return_counts=True)
    order = rng.permutation(len(names))
    order = order[np.argsort(-sizes[order], kind="stable")]
    filled = np.zeros(count, dtype=np.int64)
    fold_of: dict[str, int] = {}
    for index in order:
        emptiest = int(filled.argmin())
        fold_of[str(names[index])] = emptiest
        filled[emptiest] += sizes[index]
    return np.array([fold_of[str(group)] for group in groups], dtype=np.int64)
