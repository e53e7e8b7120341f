"""What last night's candidates and lists came to today: per listener in buckets, then per source."""

from __future__ import annotations

import polars as pl

from features.evaluation.outcomes import per_listener, per_source, played_on
from features.night import Night
from schemas import TABLES


def run(
    *, last_candidates: pl.DataFrame, last_lists: pl.DataFrame, plays: pl.DataFrame, night: Night
) -> dict[str, pl.DataFrame]:
    """``user_outcomes``: one row per user with candidates and source."""
    judged = plays.join(last_candidates, on="user_id", how="semi")
    wanted = played_on(judged, pl.col("local_date") == night.ds)
    return {"user_outcomes": TABLES["user_outcomes"].frame(per_listener(last_candidates, wanted, last_lists))}


def total(*, user_outcomes: pl.DataFrame, night: Night) -> dict[str, pl.DataFrame]:
    """``source_outcomes``: one row per source, none where there was no night before."""
    table = TABLES["source_outcomes"]
    if user_outcomes.is_empty():
        return {"source_outcomes": table.empty()}
    told = per_source(user_outcomes).with_columns(of_night=pl.lit(night.days_before(1)))
    return {"source_outcomes": table.frame(told)}
