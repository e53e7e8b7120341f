"""Nearest tracks in collaborative space: blocked matrix products with a partial sort."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.candidates.eligibility import Ints
from features.candidates.setting import Setting
from features.candidates.sources import PROPOSAL, unexplained
from schemas.listeners import FACTOR_DIM

Floats = NDArray[np.float32]
# Pairs whose float32 products differ by rounding only must not swap at the cut: reach past it.
_MARGIN = 16


def nearest(
    scene: Setting, users: Ints, user_vectors: Floats, tracks: Ints, track_vectors: Floats, depth: int, block: int
) -> pl.DataFrame:
    """The ``depth`` nearest allowed tracks of each user, by inner product.

    A matrix product's last bits depend on the shape of its operands, hence on the bucket;
    so it only selects, and the scores are computed again pair by pair.

    Args:
        users: user numbers [shape=(n,)]; ``user_vectors`` [shape=(n, FACTOR_DIM)].
        tracks: track numbers [shape=(m,)]; ``track_vectors`` [shape=(m, FACTOR_DIM)].
        depth: how many each user gets, blocked and stale ones included.
        block: users per product; memory is block x m x 4 bytes.
    """
    if len(users) == 0 or len(tracks) == 0:
        return pl.DataFrame(schema=PROPOSAL)
    taken = min(depth + _MARGIN, len(tracks))
    allowed = scene.rights.allowed[:, tracks]
    found = [
        _block(scene, users[lo : lo + block], user_vectors[lo : lo + block], tracks, track_vectors, allowed, taken)
        for lo in range(0, len(users), block)
    ]
    return pl.concat(found)


def _block(
    scene: Setting, users: Ints, vectors: Floats, tracks: Ints, track_vectors: Floats, allowed: NDArray[np.bool_],
    taken: int,
) -> pl.DataFrame:  # fmt: skip
    scores = vectors @ track_vectors.T
    scores[~allowed[scene.rights.user_class[users]]] = -np.inf
    if taken < len(tracks):
        best = np.argpartition(-scores, taken - 1, axis=1)[:, :taken]
    else:
        best = np.broadcast_to(np.arange(len(tracks)), scores.shape)
    lawful = np.isfinite(np.take_along_axis(scores, best, axis=1)).ravel()
    row = np.repeat(np.arange(len(users)), best.shape[1])[lawful]
    column = best.ravel()[lawful]
    exact = np.multiply(vectors[row], track_vectors[column], dtype=np.float64).sum(axis=1)
    pairs = {"u": users[row], "t": tracks[column], "score": exact}
    return unexplained(pl.DataFrame(pairs))


def vectors_of(rows: pl.DataFrame) -> Floats:
    """The ``vector`` column as a matrix [shape=(rows, FACTOR_DIM)]."""
    matrix: Floats = rows["vector"].list.to_array(FACTOR_DIM).to_numpy().astype(np.float32)
    return matrix.reshape(-1, FACTOR_DIM)
