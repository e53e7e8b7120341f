"""What stage ``facts`` reads."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class FactInputs:
    """One bucket of tracks."""

    tracks: pl.DataFrame
    audio_features: pl.DataFrame
    emotions: pl.DataFrame
    lyrics: pl.DataFrame
    song_links: pl.DataFrame
