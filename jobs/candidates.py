"""Songs that might make the list, from several sources."""

from __future__ import annotations

import polars as pl

from features.candidates.collect import Models, collect
from features.candidates.setting import setting
from features.candidates.sources import CandidateParams
from features.night import Night


def run(
    *,
    users: pl.DataFrame,
    affinity: pl.DataFrame,
    taste: pl.DataFrame,
    tracks: pl.DataFrame,
    cf_track_factors: pl.DataFrame,
    cf_user_factors: pl.DataFrame,
    cf_neighbours: pl.DataFrame,
    cf_blend: pl.DataFrame,
    neighbours: pl.DataFrame,
    popularity: pl.DataFrame,
    history: pl.DataFrame,
    params: CandidateParams,
    night: Night,
) -> dict[str, pl.DataFrame]:
    """``candidates``: one row per user, track and source."""
    scene = setting(users, tracks, affinity, taste, history, night)
    models = Models(cf_track_factors, cf_user_factors, cf_neighbours, cf_blend, neighbours, popularity)
    return {"candidates": collect(scene, models, params, night)}
