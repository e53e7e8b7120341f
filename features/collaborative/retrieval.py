"""The k best of each row of scores, exactly and with ties by item."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_array


def hide(scores: np.ndarray, histories: csr_array) -> None:
    """Set the scores of what is in the histories to -inf, in place [shape=(histories, items)]."""
    rows = np.repeat(np.arange(histories.shape[0]), np.diff(histories.indptr))
    scores[rows, histories.indices] = -np.inf


def top_k(scores: np.ndarray, k: int) -> np.ndarray:
    """Positions of the k best finite scores, best first, ties by position, -1 where there are fewer.

    A partial sort finds the best; where the last of them ties with an item left out, the row
    is done again with all that tie, so that the cut does not depend on the sort.

    Args:
        scores: -inf = not allowed [shape=(users, items), float].
        k: length of the lists.

    Returns:
        [shape=(users, k), int64].
    """
    users, items = scores.shape
    width = min(k, items)
    lists = np.full((users, k), -1, np.int64)
    if not width or not users:
        return lists
    best = np.argpartition(scores, items - width, axis=1)[:, items - width :]
    best.sort(axis=1)  # by position, so that the stable sort below breaks ties by position
    values = np.take_along_axis(scores, best, axis=1)
    order = np.argsort(-values, axis=1, kind="stable")
    lists[:, :width] = np.take_along_axis(best, order, axis=1)
    values = np.take_along_axis(values, order, axis=1)
    bar = values[:, -1]
    tied = np.flatnonzero(((scores >= bar[:, None]).sum(axis=1) > width) & (bar > -np.inf))
    for row in tied:
        candidates = np.flatnonzero(scores[row] >= bar[row])
        lists[row, :width] = candidates[np.lexsort((candidates, -scores[row, candidates]))[:width]]
    lists[:, :width][values == -np.inf] = -1
    return lists
