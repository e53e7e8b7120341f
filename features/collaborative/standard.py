"""Scores of different models made comparable."""

from __future__ import annotations

import numpy as np


def standardised(scores: np.ndarray) -> np.ndarray:
    """Mean 0, deviation 1 per row; a constant row becomes 0 [shape as given]."""
    centred: np.ndarray = scores - scores.mean(axis=1, keepdims=True)
    spread = np.sqrt(np.einsum("ui,ui->u", centred, centred)[:, None] / max(1, scores.shape[1]))
    # A constant row is not quite constant in float32: rounding must not be blown up to size 1.
    noise = 1e-6 * np.abs(scores).max(axis=1, keepdims=True, initial=0.0)
    centred *= np.divide(1.0, spread, out=np.zeros_like(spread), where=spread > noise)
    return centred
