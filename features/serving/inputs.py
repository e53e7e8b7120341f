"""What stage ``publish`` reads."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class ServedTables:
    """The tables a published version is made of."""

    users: pl.DataFrame
    tracks: pl.DataFrame
    audio_features: pl.DataFrame
    emotions: pl.DataFrame
    daily_lists: pl.DataFrame
    list_summaries: pl.DataFrame
    evidence: pl.DataFrame
    list_copy: pl.DataFrame
    song_reasons: pl.DataFrame
    reviews: pl.DataFrame
    headers: pl.DataFrame


@dataclass(frozen=True, slots=True)
class PublishInputs(ServedTables):
    """What is served, and whether the audit lets it."""

    audit: pl.DataFrame
