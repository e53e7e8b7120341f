"""What stage ``choice`` reads."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class ChoiceInputs:
    """Everybody's plays, the catalogue, and the days they fall on."""

    plays: pl.DataFrame
    users: pl.DataFrame
    tracks: pl.DataFrame
    emotions: pl.DataFrame
    audio_features: pl.DataFrame
    contexts: pl.DataFrame
