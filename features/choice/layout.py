"""How the choice model's tables lie."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.night import Night
from schemas import TABLES
from schemas.listeners import CHOICE_DIM

_ALWAYS = -(10**6)


def released(ids: pl.Series, tracks: pl.DataFrame, night: Night) -> np.ndarray:
    """Days from ``ds`` from which each track could be heard [shape=(ids,), int64]."""
    dates = ids.to_frame("track_id").join(
        tracks.select("track_id", "release_date"), on="track_id", how="left", maintain_order="left"
    )
    days = (dates["release_date"] - night.ds).dt.total_days()
    return days.fill_null(_ALWAYS).to_numpy().astype(np.int64)


def vectors(table: str, ids: pl.Series, rows: np.ndarray, **more: np.ndarray) -> pl.DataFrame:
    """Rows of a table of vectors, padded with zeros.

    Args:
        more: other columns.
    """
    contract = TABLES[table]
    if not len(ids):
        return contract.empty()
    wide = np.zeros((len(ids), CHOICE_DIM), np.float32)
    wide[:, : rows.shape[1]] = rows
    column = pl.Series(values=wide, dtype=pl.Array(pl.Float32, CHOICE_DIM)).arr.to_list()
    return contract.frame({contract.key[0]: ids, "vector": column, **more})
