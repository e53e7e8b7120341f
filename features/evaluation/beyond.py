"""What accuracy does not see: novelty, diversity, calibration, repetition; per list.

Conventions as in :mod:`features.evaluation.ranking`: a list is padded with -1, a list without
songs has no score (nan).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_array


def self_information(listeners: np.ndarray, people: int) -> np.ndarray:
    """Surprise of meeting each item: -log2 of the share of people who know it, one person added [bits].

    Args:
        listeners: people who know the item [shape=(items,)].
        people: how many there are.
    """
    bits: np.ndarray = -np.log2((listeners + 1) / (people + 1))
    return bits


def novelty(lists: np.ndarray, bits: np.ndarray) -> np.ndarray:
    """Mean self-information of the listed items (Zhou et al. 2010) [shape=(users,), bits]."""
    return _mean(np.where(lists >= 0, bits[lists], 0.0), lists)


def diversity(lists: np.ndarray, vectors: np.ndarray | csr_array) -> np.ndarray:
    """Intra-list diversity: 1 - mean cosine over all pairs of a list (Ziegler et al. 2005) [shape=(users,)].

    Args:
        lists: [shape=(users, k)].
        vectors: unit rows; a zero row resembles nothing [shape=(items, any)].
    """
    chosen = incidence(lists, vectors.shape[0])
    total = chosen @ vectors
    own = chosen @ _squares(vectors)
    count = np.diff(chosen.indptr)
    pairs = count * (count - 1)
    alike = (_squares(total) - own) / np.where(pairs > 0, pairs, 1)
    return np.where(pairs > 0, 1 - alike, np.nan)


def calibration(own: np.ndarray, listed: np.ndarray, blur: float = 0.01) -> np.ndarray:
    """Divergence of a list's mix from its user's: KL(own || listed), the latter blurred by ``own`` (Steck 2018).

    Args:
        own, listed: amounts >= 0 of each genre; a row without any has no mix [shape=(users, genres)].
        blur: share of ``own`` mixed into ``listed``, so that a missing genre stays finite.

    Returns:
        Nats, 0 = the same mix; nan where either has no mix [shape=(users,)].
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        p = own / own.sum(axis=1, keepdims=True)
        q = (1 - blur) * listed / listed.sum(axis=1, keepdims=True) + blur * p
        terms = np.where(p > 0, p * np.log(p / q), p * 0)
    divergence: np.ndarray = terms.sum(axis=1)
    return divergence


def share_known(lists: np.ndarray, known: csr_array) -> np.ndarray:
    """Share of each list that ``known`` marks for its user, e.g. recommended lately [shape=(users,)].

    Args:
        known: entries other than 0 mark pairs [shape=(users, items)].
    """
    return _mean(marked(lists, known).astype(float), lists)


def marked(lists: np.ndarray, pairs: csr_array) -> np.ndarray:
    """True where the listed item is marked for that user [shape=(users, k)]."""
    row = np.repeat(np.arange(len(lists)), lists.shape[1])
    width = pairs.shape[1]
    cells = pairs.tocoo()
    keys = np.sort(cells.row.astype(np.int64) * width + cells.col)
    asked = np.where(lists.ravel() >= 0, row * width + lists.ravel(), -1)
    if not len(keys):
        return np.zeros(lists.shape, bool)
    at = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
    hits: np.ndarray = (keys[at] == asked).reshape(lists.shape)
    return hits


def incidence(lists: np.ndarray, items: int) -> csr_array:
    """Lists as a matrix of 0 and 1 [shape=(users, items)]."""
    from scipy.sparse import csr_array

    row, position = np.nonzero(lists >= 0)
    matrix = csr_array((np.ones(len(row)), (row, lists[row, position])), shape=(len(lists), items))
    matrix.sort_indices()
    return matrix


def _squares(rows: np.ndarray | csr_array) -> np.ndarray:
    """Squared length of each row."""
    if isinstance(rows, np.ndarray):
        lengths: np.ndarray = (rows.astype(np.float64) ** 2).sum(axis=1)
        return lengths
    return np.asarray(rows.multiply(rows).sum(axis=1)).ravel()


def _mean(values: np.ndarray, lists: np.ndarray) -> np.ndarray:
    count = (lists >= 0).sum(axis=1)
    mean: np.ndarray = np.divide(values.sum(axis=1), count, out=np.full(len(lists), np.nan), where=count > 0)
    return mean
