"""Pairs of a listen's names and a catalogue row's, labelled by hand before the matching was seen to judge them.

``matching_pairs.csv``: ``same`` is 1 where a listener would call the row the recording that was heard (another
mastering or a shorter cut of it is; a live take, a remix or a cover is not). Rows of each ``kind`` alternate between
the half that the matching was tuned on and the half held back, first and later; those of ``last`` were all held back.
Lengths are in seconds, empty where unknown. The pairs of ``matching_pairs_once.csv`` were looked at once and nothing
was tuned on them. One label of ``later_tune`` (a file without an artist, titled
``Burial - Intro``) was a slip and was set right after it was looked at.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

import polars as pl

HALVES = ("tune", "held_back", "later_tune", "later_held_back", "last")


ONCE = "once"


def labelled_pairs(half: str | None = None) -> pl.DataFrame:
    """The pairs of one of :data:`HALVES`, of :data:`ONCE`, or of all halves.

    Listens of kind ``nfd`` are decomposed, as some systems write them.
    """
    types = {"same": pl.Int8, "title": pl.String}
    file = "matching_pairs_once.csv" if half == ONCE else "matching_pairs.csv"
    pairs = pl.read_csv(Path(__file__).with_name(file), schema_overrides=types)
    names = pl.col("listened_artist", "listened_title")
    decomposed = names.map_elements(lambda text: unicodedata.normalize("NFD", text), pl.String)
    pairs = pairs.with_columns(
        pl.col("listened_s", "duration_s").cast(pl.Float64),
        pl.when(pl.col("kind") == "nfd").then(decomposed).otherwise(names),
    )
    return pairs if half is None else pairs.filter(pl.col("half") == half)
