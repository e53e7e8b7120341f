"""What stage ``publish`` reads."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class ServedTables:
    """The tables that lists and reviews of a published version are made of."""

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
class PublishedTables(ServedTables):
    """With what is served of songs alone, and no list says."""

    neighbours: pl.DataFrame


@dataclass(frozen=True, slots=True)
class PublishInputs(PublishedTables):
    """What is published, and whether the audit lets it."""

    audit: pl.DataFrame
