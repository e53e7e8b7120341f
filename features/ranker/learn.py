"""Learning from past nights: a conditional logit beside habit, and LambdaMART on top of it.

Conditional logit: McFadden (1974); a listwise softmax over one list (ListNet, Cao et al. 2007).
LambdaMART: Burges (2010), by LightGBM, boosted from the logit's score and the offsets.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from features.ranker.examples import Examples
from features.ranker.params import RankerParams


def fit_linear(given: Examples, around: np.ndarray, params: RankerParams) -> np.ndarray:
    """Weights of the features, drawn to ``around`` where past nights say little [shape=(features,)]."""
    columns = np.hstack([given.features, given.offsets])
    centre = np.concatenate([around, np.zeros(given.offsets.shape[1])])
    charge = np.where(np.arange(len(centre)) < len(around), params.ridge, 1e-6)
    return _logit(columns, given, centre, charge)[: len(around)]


def fit_offsets(score: np.ndarray, given: Examples) -> np.ndarray:
    """Weight of a score, never below 0, and of the offsets beside it, as plays have them [shape=(5,)]."""
    columns = np.column_stack([score, given.offsets])
    free: tuple[float | None, float | None] = (None, None)
    least = [(0.0, None), *[free] * given.offsets.shape[1]]
    return _logit(columns, given, np.zeros(columns.shape[1]), np.full(columns.shape[1], 1e-6), least)


def _logit(
    columns: np.ndarray,
    given: Examples,
    centre: np.ndarray,
    charge: np.ndarray,
    bounds: Sequence[tuple[float | None, float | None]] | None = None,
) -> np.ndarray:
    from scipy.optimize import minimize

    chosen = np.bincount(given.group, given.played)[given.group]
    total = max(1.0, given.played.sum())
    starts = np.flatnonzero(np.r_[True, given.group[1:] != given.group[:-1]])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        score = columns @ weights
        top = np.maximum.reduceat(score, starts)[given.group]
        raised = np.exp(score - top)
        whole = np.add.reduceat(raised, starts)[given.group]
        away = weights - centre
        value = -(given.played * (score - top - np.log(whole))).sum() / total + (charge * away * away).sum()
        slope = -columns.T @ (given.played - raised / whole * chosen) / total + 2 * charge * away
        return float(value), slope

    found = minimize(loss, centre, jac=True, method="L-BFGS-B", bounds=bounds)
    weights: np.ndarray = found.x
    return weights


def fit_trees(given: Examples, score: np.ndarray, params: RankerParams) -> str:
    """Trees that correct ``score`` within lists, habit explained beforehand; in LightGBM's text form.

    Args:
        score: of each pair, to boost from [shape=(pairs,)].
    """
    import lightgbm

    beside = fit_offsets(score, given)
    start = np.column_stack([score, given.offsets]) @ beside
    data = lightgbm.Dataset(
        given.features.astype(np.float32), given.played, group=given.sizes, init_score=start, free_raw_data=True
    )
    settings = {
        "objective": "lambdarank", "num_leaves": params.leaves, "learning_rate": params.learning_rate,
        "min_data_in_leaf": params.leaf_pairs, "lambdarank_truncation_level": 30, "deterministic": True,
        "force_row_wise": True, "num_threads": 1, "verbosity": -1, "seed": 30,
    }  # fmt: skip
    return str(lightgbm.train(settings, data, num_boost_round=params.trees).model_to_string())
