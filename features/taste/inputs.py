"""What stage ``taste`` reads."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class TasteInputs:
    """One bucket of listeners with what they played and judged, and the whole catalogue."""

    users: pl.DataFrame
    plays: pl.DataFrame
    feedback: pl.DataFrame
    tracks: pl.DataFrame
    audio_features: pl.DataFrame
    emotions: pl.DataFrame
    text_vectors: pl.DataFrame
    contexts: pl.DataFrame
