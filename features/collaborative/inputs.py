"""What stage ``collaborative`` reads."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class CollaborativeInputs:
    """What everybody is drawn to, and the catalogue with its vectors."""

    affinity: pl.DataFrame
    users: pl.DataFrame
    tracks: pl.DataFrame
    text_vectors: pl.DataFrame
    audio_vectors: pl.DataFrame
