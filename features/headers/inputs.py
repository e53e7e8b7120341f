"""What the stages of header videos read."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class HeaderPlanInputs:
    """Tonight's lists, the catalogue, and the headers drawn before."""

    daily_lists: pl.DataFrame
    tracks: pl.DataFrame
    audio_features: pl.DataFrame
    emotions: pl.DataFrame
    lyrics: pl.DataFrame
    header_history: pl.DataFrame


@dataclass(frozen=True, slots=True)
class HeaderInputs:
    """One bucket of planned headers, the catalogue, and the headers drawn before."""

    header_plan: pl.DataFrame
    tracks: pl.DataFrame
    audio_features: pl.DataFrame
    emotions: pl.DataFrame
    lyrics: pl.DataFrame
    header_history: pl.DataFrame
