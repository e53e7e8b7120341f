"""What stage ``ingest`` reads."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class IngestInputs:
    """The tables as delivered, and what no reader could read."""

    landing_tracks: pl.DataFrame
    landing_users: pl.DataFrame
    landing_plays: pl.DataFrame
    landing_feedback: pl.DataFrame
    landing_contexts: pl.DataFrame
    landing_lyrics: pl.DataFrame
    last_tracks: pl.DataFrame
    landing_aliases: pl.DataFrame
    landing_notes: pl.DataFrame
    landing_unreadable: pl.DataFrame
