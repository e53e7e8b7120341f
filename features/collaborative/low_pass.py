"""Fewer directions for fewer tracks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def low_passed(track_vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Track factors with only their strongest directions, as many as the root of their number.

    A few hundred tracks cannot bear 64 directions: the weak ones hold chance. Projecting one
    side is enough, since (Pu)·(Pt) = u·(Pt). From 64 x 64 tracks on nothing changes.

    Args:
        track_vectors: [shape=(tracks, factors)].
    """
    factors = track_vectors.shape[1]
    kept = round(len(track_vectors) ** 0.5)
    if kept >= factors:
        return track_vectors
    whole = track_vectors.astype(np.float64)
    _, directions = np.linalg.eigh(whole.T @ whole)
    strongest = directions[:, factors - kept :]
    projected: NDArray[np.float32] = (whole @ strongest @ strongest.T).astype(np.float32)
    return projected
