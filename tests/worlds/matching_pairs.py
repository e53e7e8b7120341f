"""Pairs of a listen's names and a catalogue row's, labelled by hand before any matching was written.

``matching_pairs.csv``: ``same`` is 1 where a listener would call the row the recording that was heard (another
mastering or a shorter cut of it is; a live take, a remix or a cover is not). Rows of each ``kind`` alternate between
the half that the matching was tuned on and the half held back. Lengths are in seconds, empty where unknown.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

import polars as pl

HALVES = ("tune", "held_back")


def labelled_pairs(half: str | None = None) -> pl.DataFrame:
    """The pairs of one half, or all; listens of kind ``nfd`` decomposed, as some systems write them."""
    pairs = pl.read_csv(Path(__file__).with_name("matching_pairs.csv"), schema_overrides={"same": pl.Int8})
    names = pl.col("listened_artist", "listened_title")
    decomposed = names.map_elements(lambda text: unicodedata.normalize("NFD", text), pl.String)
    pairs = pairs.with_columns(
        pl.col("listened_s", "duration_s").cast(pl.Float64),
        pl.when(pl.col("kind") == "nfd").then(decomposed).otherwise(names),
    )
    return pairs if half is None else pairs.filter(pl.col("half") == half)
