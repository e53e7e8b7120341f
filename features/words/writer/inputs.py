"""What the stages read that write words."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class BriefTables:
    """What the words of lists are made of; ``copy_history`` covers the nights before."""

    users: pl.DataFrame
    daily_lists: pl.DataFrame
    list_summaries: pl.DataFrame
    evidence: pl.DataFrame
    taste: pl.DataFrame
    recent_plays: pl.DataFrame
    affinity: pl.DataFrame
    tracks: pl.DataFrame
    facts: pl.DataFrame
    emotions: pl.DataFrame
    contexts: pl.DataFrame
    copy_history: pl.DataFrame


@dataclass(frozen=True, slots=True)
class CopyInputs(BriefTables):
    """One bucket of listeners with their lists, the whole catalogue, and whose words a model may write."""

    list_plan: pl.DataFrame


@dataclass(frozen=True, slots=True)
class ReviewInputs:
    """Tonight's lists, the catalogue, what notes say, and the reviews planned and written before."""

    daily_lists: pl.DataFrame
    users: pl.DataFrame
    tracks: pl.DataFrame
    facts: pl.DataFrame
    neighbours: pl.DataFrame
    snippets: pl.DataFrame
    review_plan: pl.DataFrame
    review_history: pl.DataFrame
