"""Who likes what, as a sparse matrix whose rows and columns do not depend on arrival order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scipy.sparse import csr_array


@dataclass(frozen=True, slots=True)
class Interactions:
    """Positive weights of users on items.

    Args:
        users: user ids, sorted [shape=(users,)].
        items: item ids, sorted [shape=(items,)].
        matrix: float32 weights > 0, canonical CSR [shape=(users, items)].
    """

    users: pl.Series
    items: pl.Series
    matrix: csr_array


def interactions(
    frame: pl.DataFrame, user: str, item: str, weight: str | None = None, items: pl.Series | None = None
) -> Interactions:
    """Build :class:`Interactions` from one row per user and item; repeated pairs are added up.

    Args:
        frame: pairs in any order; rows of weight <= 0 are left out.
        user: name of the user column.
        item: name of the item column.
        weight: name of the weight column; every pair weighs 1 without it.
        items: the columns to use (sorted, unique); rows of other items are left out.
    """
    value = pl.lit(1.0) if weight is None else pl.col(weight)
    pairs = frame.select(pl.col(user).alias("u"), pl.col(item).alias("i"), value.cast(pl.Float64).alias("w"))
    pairs = pairs.filter(pl.col("w") > 0).sort("u", "i", "w")
    if items is not None:
        pairs = pairs.filter(pl.col("i").is_in(items.implode()))
    columns = pairs["i"].unique().sort() if items is None else items
    rows = pairs["u"].unique().sort()
    return Interactions(rows, columns, _matrix(pairs, rows, columns))


def _matrix(pairs: pl.DataFrame, users: pl.Series, items: pl.Series) -> csr_array:
    from scipy.sparse import coo_array

    row, column = positions(pairs["u"], users), positions(pairs["i"], items)
    shape = (len(users), len(items))
    matrix = coo_array((pairs["w"].to_numpy(), (row, column)), shape=shape).tocsr()  # adds repeated pairs up
    matrix.sort_indices()
    return matrix.astype(np.float32)


def positions(values: pl.Series, known: pl.Series) -> np.ndarray:
    """Index in ``known`` (unique) of each value; all values must be known [shape=(values,)]."""
    index = pl.DataFrame({"key": known, "at": np.arange(len(known), dtype=np.int64)})
    found = pl.DataFrame({"key": values}).join(index, on="key", how="left", maintain_order="left")
    return found["at"].to_numpy()


def row_blocks(matrix: csr_array, cells: int = 20_000_000) -> Iterator[slice]:
    """Slices of rows so that a dense block of them holds at most ``cells`` numbers (at least one row)."""
    rows, columns = matrix.shape
    step = max(1, cells // max(1, columns))
    for start in range(0, rows, step):
        yield slice(start, min(rows, start + step))
