"""Fresh releases: by collaborative space (content-mapped factors) or, failing that, by age."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.candidates.collaborative import nearest, vectors_of
from features.candidates.popular import by_rights
from features.candidates.setting import Setting
from features.candidates.sources import CandidateParams, Spans, is_fresh, recency
from features.night import Night


def fresh(
    scene: Setting,
    user_factors: pl.DataFrame,
    track_factors: pl.DataFrame,
    depth: int,
    params: CandidateParams,
    spans: Spans,
    night: Night,
) -> pl.DataFrame:
    """Fresh tracks for everyone: nearest first where both sides have factors, else newest first.

    Args:
        user_factors: ``u``, ``vector`` of personal users; ``track_factors``: ``t``, ``vector``.
    """
    new = scene.tracks.filter(is_fresh(params, spans, night)).with_columns(score=recency(night)).sort("t")
    with_vector = track_factors.join(new.select("t"), on="t", how="semi").sort("t")
    near = nearest(
        scene,
        user_factors["u"].to_numpy().astype(np.int64),
        vectors_of(user_factors),
        with_vector["t"].to_numpy().astype(np.int64),
        vectors_of(with_vector),
        depth,
        params.user_block,
    )
    others = scene.users.join(near.select("u").unique(), on="u", how="anti")["u"].to_numpy().astype(np.int64)
    newest = new.sort("score", "t", descending=[True, False]).select("t", "score")
    return pl.concat([near, by_rights(scene, others, newest, depth)])
