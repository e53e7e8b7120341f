"""Look-ups by number: pairs of numbers to rows, columns to numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from features.lists.songs import Ints


@dataclass(frozen=True, slots=True)
class PairIndex:
    """Finds the row of a pair of numbers in a table that holds each pair once.

    Args:
        codes: first * width + second, ascending.
        width: more than any second number.
    """

    codes: Ints
    width: int

    @staticmethod
    def of(first: Ints, second: Ints, width: int) -> PairIndex:
        """Of a table sorted by ``first``, then ``second``."""
        return PairIndex(first.astype(np.int64) * width + second, width)

    def rows(self, first: Ints, second: Ints) -> Ints:
        """Row of each pair; -1 where there is none, or a number is negative [shape=(pairs,)]."""
        if not len(self.codes):
            return np.full(len(first), -1, np.int64)
        asked = first.astype(np.int64) * self.width + second
        row = np.minimum(np.searchsorted(self.codes, asked), len(self.codes) - 1)
        held = (self.codes[row] == asked) & (first >= 0) & (second >= 0)
        return np.where(held, row, -1)


def integers(column: pl.Series) -> Ints:
    """A column without nulls as integers."""
    numbers: Ints = column.to_numpy().astype(np.int64)
    return numbers


def numbered(column: pl.Series) -> Ints:
    """A number per distinct value, in order of value; -1 for null and for an empty name."""
    named = column.set(column == "", None)
    numbers: Ints = (named.rank("dense").cast(pl.Int64) - 1).fill_null(-1).to_numpy()
    return numbers


def value_or_zero(values: Ints, row: Ints) -> Ints:
    """Values by row; 0 where there is no row (-1)."""
    if not len(values):
        return np.zeros(len(row), values.dtype)
    return np.where(row >= 0, values[row], 0)
