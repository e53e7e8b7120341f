"""Stage ``ranker``: which weights, and which trees, score tonight's candidates."""

from __future__ import annotations

import polars as pl

from features.lists.params import ListParams
from features.night import Night
from features.ranker.tables import tonight
from features.seeds import Seeds


def run(
    *,
    ranking_history: pl.DataFrame,
    ranker_history: pl.DataFrame,
    plays: pl.DataFrame,
    list_rules: ListParams,
    seeds: Seeds,
    night: Night,
) -> dict[str, pl.DataFrame]:
    """One row of ``ranker`` and what was judged; a first night serves the weights of the settings."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        return tonight(
            ranking_history, ranker_history, plays, list_rules.weights, list_rules.ranker, night, seeds.rng("ranker")
        )
