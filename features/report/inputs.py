"""What stage ``report`` reads."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from features.serving.inputs import ServedTables


@dataclass(frozen=True, slots=True)
class ReportInputs(ServedTables):
    """What is served, and what the report tells of how it was made."""

    publication: pl.DataFrame
    audit: pl.DataFrame
    ingest_counts: pl.DataFrame
    quarantine: pl.DataFrame
    plays: pl.DataFrame
    audio_failures: pl.DataFrame
    taste: pl.DataFrame
    candidates: pl.DataFrame
    ranker: pl.DataFrame
    ranker_trials: pl.DataFrame
    source_outcomes: pl.DataFrame
    copy_usage: pl.DataFrame
