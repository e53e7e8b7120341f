"""What stage ``candidates`` reads."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True)
class CandidateInputs:
    """One bucket of listeners, the whole catalogue, and what was learnt from everybody."""

    users: pl.DataFrame
    affinity: pl.DataFrame
    taste: pl.DataFrame
    tracks: pl.DataFrame
    cf_track_factors: pl.DataFrame
    cf_user_factors: pl.DataFrame
    cf_neighbours: pl.DataFrame
    cf_blend: pl.DataFrame
    cf_user_knn: pl.DataFrame
    neighbours: pl.DataFrame
    popularity: pl.DataFrame
    history: pl.DataFrame
