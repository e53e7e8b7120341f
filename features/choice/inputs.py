"""What the choice stages read."""

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


@dataclass(frozen=True, slots=True)
class ListeningInputs:
    """Some listeners and their plays, and what is everybody's."""

    users: pl.DataFrame
    plays: pl.DataFrame
    contexts: pl.DataFrame
    tracks: pl.DataFrame
    choice_tracks: pl.DataFrame
    choice_days: pl.DataFrame
    choice_terms: pl.DataFrame
