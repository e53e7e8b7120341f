"""What stage ``lists`` reads."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class ListInputs:
    """One bucket of listeners, and the whole catalogue with what was learnt from everybody."""

    users: pl.DataFrame
    candidates: pl.DataFrame
    tracks: pl.DataFrame
    audio_features: pl.DataFrame
    recordings: pl.DataFrame
    emotions: pl.DataFrame
    affinity: pl.DataFrame
    taste: pl.DataFrame
    recent_plays: pl.DataFrame
    contexts: pl.DataFrame
    cf_user_factors: pl.DataFrame
    cf_track_factors: pl.DataFrame
    cf_neighbours: pl.DataFrame
    neighbours: pl.DataFrame
    popularity: pl.DataFrame
    choice_users: pl.DataFrame
    choice_tracks: pl.DataFrame
    satiation: pl.DataFrame
    ranker: pl.DataFrame
    history: pl.DataFrame
