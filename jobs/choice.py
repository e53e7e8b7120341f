"""Stage ``choice``: what each listener would choose, habit and satiation taken out."""

from __future__ import annotations

import polars as pl

from features.choice.params import ChoiceParams
from features.choice.tables import learnt
from features.night import Night
from features.seeds import Seeds


def run(
    *,
    plays: pl.DataFrame,
    users: pl.DataFrame,
    tracks: pl.DataFrame,
    emotions: pl.DataFrame,
    audio_features: pl.DataFrame,
    contexts: pl.DataFrame,
    params: ChoiceParams,
    seeds: Seeds,
    night: Night,
) -> dict[str, pl.DataFrame]:
    """Learns from listeners who allow personalisation only; all others have no row."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1, user_api="blas"):  # so that the bytes do not depend on the cores
        return learnt(plays, users, tracks, emotions, audio_features, contexts, params, night, seeds.rng("choice"))
