"""A habit of weekends, put into plays that have none."""

from __future__ import annotations

import polars as pl


def weekending(plays: pl.DataFrame, emotions: pl.DataFrame, calmer: list[str], livelier: list[str]) -> pl.DataFrame:
    """The same plays on other days: the calmer (livelier) half of what these listeners play on Saturdays, the rest
    on Tuesdays, not after the day it was.
    """
    felt = plays.join(emotions.select("track_id", "arousal"), on="track_id", how="left", maintain_order="left")
    calm = pl.col("arousal").rank("ordinal").over("user_id") <= pl.len().over("user_id") / 2
    saturday = pl.when(pl.col("user_id").is_in(calmer)).then(calm).otherwise(~calm)
    back = (pl.col("local_date").dt.weekday() - pl.when(saturday).then(6).otherwise(2)) % 7
    moved = pl.duration(days=pl.when(pl.col("user_id").is_in([*calmer, *livelier])).then(back).otherwise(0))
    return felt.with_columns(pl.col("local_date") - moved, pl.col("played_at") - moved).drop("arousal")
