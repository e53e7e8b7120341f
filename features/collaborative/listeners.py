"""User-based nearest neighbours: what a listener has not heard and the listeners nearest to them play.

Of two listeners the nearness is the inner product of what the one is drawn to (log of the decayed
weight) with what the other plays (plays saturated to 0..1, discounted for listeners of many songs);
a song's score is the nearness of its listeners, over a power of its norm so that what everybody plays
does not win everywhere (Aiolli, RecSys 2013, with asymmetric weights).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from features.collaborative.interactions import Interactions, positions
from schemas import TABLES

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_CELLS = 8_000_000  # nearnesses held at a time; bounds memory


@dataclass(frozen=True, slots=True)
class UserKnnParams:
    """User-based nearest neighbours.

    Args:
        neighbours: nearest listeners whose songs count.
        kept: songs kept per listener.
        saturation: plays at which a song counts half of what it can.
        activity_discount: a listener of n songs counts n ** -activity_discount.
        popularity_discount: power of a song's norm over listeners that divides its score.
        listeners: most listeners anybody is compared with, evenly spread over the order of their ids;
            bounds the time.
    """

    neighbours: int = 100
    kept: int = 150
    saturation: float = 1.0
    activity_discount: float = 0.5
    popularity_discount: float = 0.75
    listeners: int = 20_000


def user_knn(data: Interactions, affinity: pl.DataFrame, params: UserKnnParams) -> pl.DataFrame:
    """One row per listener and song they never played (contract ``cf_user_knn``).

    Args:
        data: what the collaborative models learn from.
        affinity: the contract of this name, for the plays of each pair.
        params: how many, and how discounted.
    """
    table = TABLES["cf_user_knn"]
    if not len(data.items):
        return table.empty()
    plays, skips = (_counts(data, affinity, column) for column in ("plays", "skips"))
    heard = plays.astype(bool)
    played = (plays - skips).maximum(0)
    user, item, score = unheard_of_neighbours(data.matrix, played, heard, params)
    rows = pl.DataFrame({"user_id": data.users.gather(user), "track_id": data.items.gather(item), "score": score})
    return table.frame(rows)


def unheard_of_neighbours(
    drawn: csr_array, played: csr_array, heard: csr_array, params: UserKnnParams
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(row, column, score > 0) of each listener's best songs, in order of row, then column.

    Args:
        drawn: weights of liking [shape=(users, items)]; played: unskipped plays; heard: songs never proposed.
    """
    listens = saturated(played, params)
    norms = np.sqrt(np.asarray(listens.multiply(listens).sum(axis=0)).ravel())
    over = np.power(norms, -params.popularity_discount, out=np.zeros_like(norms), where=norms > 0)
    others = _spread(drawn.shape[0], params.listeners)
    of_others = listens[others]
    songs_of_others = (of_others.multiply(over[None, :])).tocsr()
    transposed = of_others.T.tocsr()
    step = max(1, _CELLS // max(1, len(others), drawn.shape[1]))
    parts = []
    for low in range(0, drawn.shape[0], step):
        block = np.arange(low, min(low + step, drawn.shape[0]))
        near = (drawn[block].astype(np.float64) @ transposed).tocsr()
        near.data[others[near.indices] == np.repeat(block, np.diff(near.indptr))] = 0.0  # nobody is near themselves
        near.eliminate_zeros()
        scores = (_nearest(near, params.neighbours) @ songs_of_others).tocsr()
        parts.append(_best(scores, heard[block].toarray(), low, params.kept))
    user, item, score = (np.concatenate(column) for column in zip(*parts, strict=True))
    return user, item, score


def saturated(played: csr_array, params: UserKnnParams) -> csr_array:
    """Plays n as n / (n + saturation), each listener discounted by their number of songs [shape=(users, items)]."""
    from scipy.sparse import csr_array, diags_array

    own = played.astype(np.float64)
    own.eliminate_zeros()
    own.data /= own.data + params.saturation
    songs = np.maximum(np.diff(own.indptr), 1)
    return csr_array(diags_array(songs**-params.activity_discount) @ own)


def _counts(data: Interactions, affinity: pl.DataFrame, column: str) -> csr_array:
    """A count of ``affinity`` over the listeners and songs of ``data`` [shape=(users, items)]."""
    from scipy.sparse import csr_array

    rows = affinity.filter(
        (pl.col(column) > 0)
        & pl.col("user_id").is_in(data.users.implode())
        & pl.col("track_id").is_in(data.items.implode())
    )
    place = positions(rows["user_id"], data.users), positions(rows["track_id"], data.items)
    return csr_array((rows[column].to_numpy().astype(np.float64), place), shape=data.matrix.shape)


def _spread(users: int, most: int) -> np.ndarray:
    return np.unique(np.linspace(0, users - 1, min(most, users)).astype(np.int64))


def _nearest(near: csr_array, neighbours: int) -> csr_array:
    """Nearness of the ``neighbours`` nearest, shares of 1 [shape as ``near``]; equals at the cut all stay."""
    from scipy.sparse import csr_array

    kept = np.flatnonzero(_among_best(near.indptr, near.data, neighbours))
    bounds = np.searchsorted(kept, near.indptr)
    nearest = csr_array((near.data[kept], near.indices[kept], bounds), shape=near.shape)
    nearest.sort_indices()
    whole = nearest.toarray().sum(axis=1)
    nearest.data = nearest.data / np.repeat(np.where(whole > 0, whole, 1.0), np.diff(bounds))
    return nearest


def _among_best(bounds: np.ndarray, values: np.ndarray, most: int) -> np.ndarray:
    """Whether a value is among the ``most`` greatest of its row, equals at the cut included [shape=(values,)].

    Args:
        bounds: row ``n`` is ``values[bounds[n]:bounds[n + 1]]``.
    """
    kept = np.ones(len(values), dtype=bool)
    for row in np.flatnonzero(np.diff(bounds) > most).tolist():
        own = slice(bounds[row], bounds[row + 1])
        kept[own] = values[own] >= np.partition(values[own], -most)[-most]
    return kept


def _best(scores: csr_array, heard: np.ndarray, low: int, kept: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The best ``kept`` unheard songs of each row, by column; ``low`` is the number of the first row."""
    row = np.repeat(np.arange(scores.shape[0]), np.diff(scores.indptr))
    new = np.flatnonzero(~heard[row, scores.indices] & (scores.data > 0))
    row, item, score = row[new], scores.indices[new].astype(np.int64), scores.data[new]
    inside = _among_best(np.searchsorted(row, np.arange(scores.shape[0] + 1)), score, kept)
    row, item, score = row[inside], item[inside], score[inside]
    order = np.lexsort((item, -score, row))
    row, item, score = row[order], item[order], score[order]
    place = np.arange(len(row)) - np.searchsorted(row, row)
    inside = place < kept
    row, item, score = row[inside], item[inside], score[inside]
    by_item = np.lexsort((item, row))
    # Of 100,000 listeners there are 14 million: small numbers.
    return (row[by_item] + low).astype(np.int32), item[by_item].astype(np.int32), score[by_item].astype(np.float32)
