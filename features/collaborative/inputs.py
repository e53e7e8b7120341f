"""What stage ``collaborative`` reads."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class CollaborativeInputs:
    """Everybody's listening, and the catalogue with its vectors."""

    affinity: pl.DataFrame
    plays: pl.DataFrame
    users: pl.DataFrame
    tracks: pl.DataFrame
    text_vectors: pl.DataFrame
    audio_vectors: pl.DataFrame
