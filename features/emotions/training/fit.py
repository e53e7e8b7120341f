"""Fitting the readers of the emotion model on several corpora at once.

Labels are standardised within each corpus, since a "5" or a "+" means something else in each:
what is learnt is what makes one recording livelier or brighter than others of its corpus.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.emotions import forest
from features.emotions.audio_model import Readers, standardise
from features.emotions.theory import HEEDED_ALONE, SIGNS
from features.emotions.training.examples import LABEL_SPREAD, Doubles, Examples

UNSURE = np.array([LABEL_SPREAD, 0.0, 0.0, 0.0, 0.0])


@dataclass(frozen=True, slots=True)
class FitParams:
    """How strongly the readers are held back.

    Args:
        ridge: penalty of the linear reader, in recordings.
        kernel_ridge: penalty of the kernel reader.
        gamma: kernel width times the number of descriptors.
        trees: trees per axis.
        leaf: least recordings in a leaf.
        share: share of descriptors tried at each split.
        folds: folds of the cross-validation, also of the one behind the expected errors.
        seed: of trees and folds.
    """

    ridge: float = 100.0
    kernel_ridge: float = 1.5
    gamma: float = 0.25
    trees: int = 150
    leaf: int = 3
    share: float = 0.3
    folds: int = 8
    seed: int = 20260101


@dataclass(frozen=True, slots=True)
class Pool:
    """The recordings of all corpora that are labelled on one axis, standardised.

    Args:
        rows: standardised descriptors [shape=(n, d)].
        targets: standardised labels [shape=(n,)].
        weights: of each recording [shape=(n,)].
    """

    rows: Doubles
    targets: Doubles
    weights: Doubles


def scaling(corpora: Sequence[Examples]) -> tuple[Doubles, Doubles]:
    """Centre and spread of the descriptors over all recordings [shape=(d,) each]."""
    features = np.concatenate([c.features for c in corpora])
    spread = features.std(axis=0)
    return features.mean(axis=0), np.maximum(spread, 1e-9)


def pool(corpora: Sequence[Examples], axis: int, centre: Doubles, spread: Doubles) -> Pool:
    """All recordings labelled on an axis."""
    rows, targets, weights = [], [], []
    for corpus in corpora:
        known = np.isfinite(corpus.labels[:, axis])
        if known.sum() < 2:
            continue
        part = corpus.take(known)
        rows.append(standardise(part.features, centre, spread))
        targets.append(part.standard(axis))
        weights.append(np.full(len(part), part.weight))
    return Pool(np.concatenate(rows), np.concatenate(targets), np.concatenate(weights))


def fit(everything: Pool, axis: str, names: Sequence[str], params: FitParams, error: Doubles = UNSURE) -> Readers:
    """The readers of one axis; ``error`` as :func:`expect_errors` found it.

    Args:
        names: of the descriptors, in order.
    """
    signs = SIGNS[axis]
    columns = np.array([at for at, name in enumerate(names) if name in signs or not HEEDED_ALONE[axis]])
    data = Pool(everything.rows[:, columns], everything.targets, everything.weights)
    return Readers(
        columns=columns,
        theory=_theory(data, np.array([signs.get(names[at], 0) for at in columns], dtype=np.float64)),
        ridge=_ridge(data, params.ridge),
        support=data.rows,
        dual=_kernel_ridge(data, params),
        gamma=params.gamma / data.rows.shape[1],
        trees=_trees(data, params),
        scale=LABEL_SPREAD,
        error=error,
    )


def expect_errors(readers: Sequence[Readers], rows: Sequence[Doubles], targets: Doubles) -> Doubles:
    """Coefficients of the expected error, from answers about recordings not seen in training.

    Least squares of the absolute error on the doubts, none of which may make an answer surer
    than its absence, except the size of the answer.
    """
    from scipy.optimize import lsq_linear

    reasons, errors = [], []
    for reader, row, target in zip(readers, rows, targets, strict=True):
        reasons.append(reader.doubts(row))
        errors.append(abs(LABEL_SPREAD * target - reader.read(row).value))
    design, seen = np.array(reasons), np.array(errors)
    penalty = np.sqrt(len(seen)) * 0.1 * np.diag([0.0, 1.0, 1.0, 1.0, 1.0])  # draws towards one error for all
    bounds = ([0.0, 0.0, 0.0, 0.0, -np.inf], [np.inf] * 5)
    found = lsq_linear(np.vstack([design, penalty]), np.concatenate([seen, np.zeros(5)]), bounds)
    coefficients: Doubles = found.x
    return coefficients


def _theory(data: Pool, signs: Doubles) -> Doubles:
    """Equal weights by sign, scaled by the one factor that fits best."""
    predicted = data.rows @ signs
    factor = float(
        (data.weights * predicted * data.targets).sum() / max(float((data.weights * predicted * predicted).sum()), 1e-9)
    )
    weights: Doubles = max(factor, 0.0) * signs
    return weights


def _ridge(data: Pool, penalty: float) -> Doubles:
    """Weighted ridge regression with a free intercept, in closed form."""
    design = np.column_stack([data.rows, np.ones(len(data.rows))])
    held = penalty * np.eye(design.shape[1])
    held[-1, -1] = 0.0
    weighted = design * data.weights[:, None]
    return np.asarray(np.linalg.solve(design.T @ weighted + held, weighted.T @ data.targets), dtype=np.float64)


def _kernel_ridge(data: Pool, params: FitParams) -> Doubles:
    """Weighted kernel ridge regression around the mean label, in closed form."""
    squares = np.square(data.rows).sum(axis=1)
    apart = squares[:, None] + squares - 2 * data.rows @ data.rows.T
    kernel = np.exp(-params.gamma / data.rows.shape[1] * np.maximum(apart, 0))
    mean = float(np.average(data.targets, weights=data.weights))
    dual = np.linalg.solve(kernel + params.kernel_ridge * np.diag(1 / data.weights), data.targets - mean)
    return np.append(dual, mean)


def _trees(data: Pool, params: FitParams) -> forest.Forest:
    from sklearn.ensemble import ExtraTreesRegressor

    grown = ExtraTreesRegressor(
        params.trees,
        max_features=params.share,
        min_samples_leaf=params.leaf,
        random_state=params.seed % 2**32,
        n_jobs=1,
    ).fit(data.rows, data.targets, sample_weight=data.weights)
    return flatten([tree.tree_ for tree in grown.estimators_])


def flatten(trees: Sequence[Any]) -> forest.Forest:
    """scikit-learn's trees as one row of nodes, the right child always next to the left one."""
    roots: list[int] = []
    nodes: list[tuple[int, float, int, float]] = []  # feature, threshold, left, value
    for tree in trees:
        roots.append(len(nodes))
        nodes.append((-1, 0.0, 0, 0.0))
        waiting = [(0, roots[-1])]
        while waiting:
            theirs, ours = waiting.pop()
            value = float(tree.value[theirs].ravel()[0])
            left = int(tree.children_left[theirs])
            if left < 0:
                nodes[ours] = (-1, 0.0, 0, value)
                continue
            at = len(nodes)
            nodes[ours] = (int(tree.feature[theirs]), _float32_floor(float(tree.threshold[theirs])), at, value)
            nodes += [(-1, 0.0, 0, 0.0)] * 2
            waiting += [(left, at), (int(tree.children_right[theirs]), at + 1)]
    feature, threshold, left_child, value_of = zip(*nodes, strict=True)
    return forest.Forest(
        np.array(roots, np.int32), np.array(feature, np.int16), np.array(threshold, np.float32),
        np.array(left_child, np.int32), np.array(value_of, np.float32),
    )  # fmt: skip


def _float32_floor(value: float) -> float:
    """The greatest 32-bit number up to ``value``: comparisons of 32-bit features stay the same."""
    near = np.float32(value)
    return float(near if near <= value else np.nextafter(near, np.float32(-np.inf)))


def arrays(readers: dict[str, Readers], centre: Doubles, spread: Doubles) -> dict[str, NDArray[Any]]:
    """What the weights file holds; float16 is enough for what the kernel remembers."""
    stored: dict[str, NDArray[Any]] = {"centre": centre.astype(np.float32), "spread": spread.astype(np.float32)}
    for axis, reader in readers.items():
        stored |= {
            f"{axis}/columns": reader.columns.astype(np.int16),
            f"{axis}/theory": reader.theory.astype(np.float32),
            f"{axis}/ridge": reader.ridge.astype(np.float32),
            f"{axis}/support": reader.support.astype(np.float16),
            f"{axis}/dual": reader.dual.astype(np.float32),
            f"{axis}/gamma": np.array(reader.gamma),
            f"{axis}/scale": np.array(reader.scale),
            f"{axis}/error": reader.error,
            **reader.trees.arrays(f"{axis}/"),
        }
    return stored
