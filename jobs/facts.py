"""Stage facts: numbered facts that texts may use."""

from __future__ import annotations

import polars as pl

from features.words import facts
from features.words.params import FactParams
from schemas import TABLES


def run(
    *,
    tracks: pl.DataFrame,
    audio_features: pl.DataFrame,
    emotions: pl.DataFrame,
    lyrics: pl.DataFrame,
    params: FactParams,
) -> dict[str, pl.DataFrame]:
    """One row per (track_id, fact_id); weak facts are kept and marked, never asserted."""
    return {"facts": TABLES["facts"].frame(facts.fact_rows(tracks, audio_features, emotions, lyrics, params))}
