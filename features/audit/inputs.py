"""What stage ``audit`` reads."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class AuditInputs:
    """The night as it would be published, and what it was made from."""

    users: pl.DataFrame
    tracks: pl.DataFrame
    plays: pl.DataFrame
    affinity: pl.DataFrame
    taste: pl.DataFrame
    history: pl.DataFrame
    daily_lists: pl.DataFrame
    list_summaries: pl.DataFrame
    evidence: pl.DataFrame
    list_copy: pl.DataFrame
    song_reasons: pl.DataFrame
    reviews: pl.DataFrame
    headers: pl.DataFrame
    ingest_counts: pl.DataFrame
    quarantine: pl.DataFrame
    audio_features: pl.DataFrame
    audio_failures: pl.DataFrame
    emotions: pl.DataFrame
    snippets: pl.DataFrame
