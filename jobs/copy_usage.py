"""Stage copy_usage: what a model was asked, what it wrote and what it charged."""

from __future__ import annotations

import polars as pl

from features.words.model import usage
from schemas import TABLES


def run(
    *,
    list_copy: pl.DataFrame,
    list_asks: pl.DataFrame,
    list_plan: pl.DataFrame,
    reviews: pl.DataFrame,
    review_asks: pl.DataFrame,
    review_plan: pl.DataFrame,
) -> dict[str, pl.DataFrame]:
    """COPY_USAGE: one row per kind of text."""
    rows = [
        usage.account("list", list_copy, list_asks, list_plan),
        usage.account("review", reviews, review_asks, review_plan),
    ]
    return {"copy_usage": TABLES["copy_usage"].frame(rows)}
