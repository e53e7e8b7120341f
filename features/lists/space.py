"""How near each pair is in collaborative space, whoever proposed it."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.candidates.collaborative import vectors_of
from features.collaborative.low_pass import low_passed
from features.lists.songs import Floats, Ints
from schemas.listeners import FACTOR_DIM

# Pairs whose factors are held at a time; they fit a core's cache.
_PAIRS = 4096


def closeness(
    user: Ints,
    track: Ints,
    people: pl.DataFrame,
    catalogue: pl.DataFrame,
    cf_user_factors: pl.DataFrame,
    cf_track_factors: pl.DataFrame,
) -> Floats:
    """Inner product of the factors on the scale of the user's best pair, 0 below 0 or when unknown.

    Args:
        user, track: numbers of the pairs [shape=(pairs,)].
        people: ``u``, ``user_id``; catalogue: ``t``, ``track_id``.
    """
    mine = placed(people.select("user_id"), cf_user_factors)
    ordered = cf_track_factors.sort("track_id")
    kept = low_passed(vectors_of(ordered))
    strong = ordered.select("track_id", _column(kept))
    its = placed(catalogue.select("track_id"), strong)
    near = np.zeros(len(user))
    for low in range(0, len(user), _PAIRS):
        part = slice(low, low + _PAIRS)
        # Each pair's products are summed by themselves: no bit depends on the bucket, as in a matrix product.
        near[part] = (mine[user[part]] * its[track[part]]).sum(axis=1)
    near = np.maximum(near, 0)
    best = np.zeros(people.height)
    np.maximum.at(best, user, near)
    scaled: Floats = near / np.where(best > 0, best, 1)[user]
    return scaled


def placed(ids: pl.DataFrame, vectors: pl.DataFrame) -> NDArray[np.float32]:
    """Vectors in the order of ``ids``; zeros where there is none [shape=(ids, FACTOR_DIM)].

    Args:
        ids: one column, the key of ``vectors``.
    """
    (key,) = ids.columns
    known = ids.with_row_index("row").join(vectors.select(key, "vector"), on=key)
    table = np.zeros((ids.height, FACTOR_DIM), dtype=np.float32)
    table[known["row"].to_numpy()] = vectors_of(known)
    return table


def _column(matrix: np.ndarray) -> pl.Series:
    return pl.Series("vector", matrix, dtype=pl.Array(pl.Float32, FACTOR_DIM)).arr.to_list()
