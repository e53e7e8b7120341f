"""What the stages read that plan and account for what a model writes."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class CopyPlanInputs:
    """Tonight's lists, the catalogue, what notes say, and the reviews written before."""

    users: pl.DataFrame
    daily_lists: pl.DataFrame
    taste: pl.DataFrame
    tracks: pl.DataFrame
    facts: pl.DataFrame
    neighbours: pl.DataFrame
    snippets: pl.DataFrame
    review_history: pl.DataFrame


@dataclass(frozen=True, slots=True)
class CopyUsageInputs:
    """What was planned, what came of each question, and the texts of the night."""

    list_copy: pl.DataFrame
    list_asks: pl.DataFrame
    list_plan: pl.DataFrame
    reviews: pl.DataFrame
    review_asks: pl.DataFrame
    review_plan: pl.DataFrame
