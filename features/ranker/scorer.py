"""The ranker that serves: learnt weights, with trees or without, or the weights of the settings."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from features.ranker.weights import Weights

FEATURES: tuple[str, ...] = tuple(field.name for field in fields(Weights))


@dataclass(frozen=True, slots=True)
class Ranker:
    """Scores rows of features.

    Args:
        kind: settings, linear or trees.
        weights: [shape=(features,), float64].
        trees: LightGBM's text form, or None.
        learnt_until: night, or None.
    """

    kind: str
    weights: np.ndarray
    trees: str | None = None
    learnt_until: date | None = None

    def score(self, rows: np.ndarray) -> np.ndarray:
        """Larger is better; comparable within one user [shape=(pairs,)].

        Args:
            rows: features in the order of FEATURES [shape=(pairs, features)].
        """
        total = np.zeros(len(rows))
        for column, weight in enumerate(self.weights):  # in this order for every pair: no bit depends on the bucket
            total += weight * rows[:, column]
        if self.trees is not None and len(rows):
            import lightgbm

            # As logged: what the trees learnt from is float32.
            total += lightgbm.Booster(model_str=self.trees).predict(
                rows.astype(np.float32), raw_score=True, num_threads=1
            )
        return total


def of_settings(weights: Weights) -> Ranker:
    """The ranker of the settings."""
    return Ranker("settings", np.array([getattr(weights, name) for name in FEATURES]))


def of_row(rows: pl.DataFrame, weights: Weights) -> Ranker:
    """The ranker of a row of contract ``ranker``; the one of the settings when there is none, or it
    was learnt on other features.
    """
    row: dict[str, Any] = rows.row(0, named=True) if rows.height else {"kind": "settings", "features": []}
    if row["kind"] == "settings" or tuple(row["features"]) != FEATURES:
        return of_settings(weights)
    return Ranker(row["kind"], np.array(row["weights"], dtype=np.float64), row["trees"], row["learnt_until"])
