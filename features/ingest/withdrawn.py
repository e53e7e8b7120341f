"""Tracks that the night before knew and today's deliveries lack: kept, not available, so that their plays stay."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from features.ingest.aliases import renamed
from features.ingest.sieve import Rule, Sieved, sieve, with_defaults

EARLIER = "(the night before)"
"""Stands where a delivered row has its file."""
WAS_AVAILABLE = "_was_available"


def with_withdrawn(tracks: Sieved, earlier: pl.DataFrame, aliases: pl.DataFrame, rules: list[Rule]) -> Sieved:
    """Tracks and, not available, those of the night before that are neither among them nor of a later day.

    Args:
        earlier: contract ``last_tracks``.
        rules: those that the delivered tracks were held to.
    """
    mine = renamed(with_defaults(earlier, "tracks"), "track_id", aliases).unique("track_id", keep="first")
    here = pl.concat([tracks.kept.select("track_id"), tracks.later.select("track_id")])
    gone = mine.join(here, on="track_id", how="anti").sort("track_id")
    told = gone.with_columns(
        pl.col("available").alias(WAS_AVAILABLE),
        available=pl.lit(False),
        source_file=pl.lit(EARLIER),
        source_row=pl.int_range(1, pl.len() + 1, dtype=pl.Int64),
    )
    lawful = sieve(told, "tracks", rules).kept
    return replace(tracks, kept=pl.concat([tracks.kept, lawful], how="diagonal"), withdrawn=lawful)
