"""Stage copy_usage: what a model was asked, what it wrote and what it charged."""

from __future__ import annotations

import polars as pl

from features.words.model import usage
from features.words.model.inputs import CopyUsageInputs
from schemas import TABLES


def run(inputs: CopyUsageInputs) -> dict[str, pl.DataFrame]:
    """COPY_USAGE: one row per kind of text."""
    rows = [
        usage.account("list", inputs.list_copy, inputs.list_asks, inputs.list_plan),
        usage.account("review", inputs.reviews, inputs.review_asks, inputs.review_plan),
    ]
    return {"copy_usage": TABLES["copy_usage"].frame(rows)}
