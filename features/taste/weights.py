"""What a play, a like or a block is worth, and how it fades.

A repeat has no weight of its own: every play counts, so a song completed n times in a day
weighs n completed plays, and the collaborative models damp the sum by log(1 + weight).

Weights are summed in whole micro-units (:data:`MICRO`): sums of integers do not depend on
the order of rows, so permuted inputs, other buckets and any thread count give equal bytes.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from features.night import Night

MICRO = 1_000_000


@dataclass(frozen=True, slots=True)
class TasteParams:
    """Weights of the signals, their fading, and from where a signal counts.

    Args:
        half_life_days: age at which a play counts half.
        explicit_half_life_days: age at which a like or a playlist addition counts half.
        completed: a play heard to ``completed_from`` or beyond (share of the track).
        completed_from: completion from which a play counts as completed.
        partial: a play left before, without a skip, heard at least ``partial_from``.
        partial_from: completion below which an unskipped play says nothing.
        skipped: a skipped play; negative.
        origin_organic, origin_search, origin_playlist, origin_radio, origin_recommended:
            factor of a positive play by what started it; a song the user went for says
            more than one we put there.
        liked: a standing like; ``unliked`` a like taken back (negative).
        playlisted: a track put in a playlist.
        blocked: a blocked track or artist; never fades.
        light_from, regular_from, heavy_from: plays known from which a user's
            ``history_class`` is light, regular, heavy; below ``light_from`` it is new.
        loop_plays: plays within 7 days from which a track counts as looped.
        rotation_days: days over which artists in rotation are counted.
        discovery_days: days over which the share of first-heard tracks is taken.
    """

    half_life_days: float = 12.0
    explicit_half_life_days: float = 120.0
    completed: float = 1.0
    completed_from: float = 0.8
    partial: float = 0.4
    partial_from: float = 0.2
    skipped: float = -1.0
    origin_organic: float = 1.0
    origin_search: float = 1.2
    origin_playlist: float = 0.9
    origin_radio: float = 0.6
    origin_recommended: float = 0.6
    liked: float = 3.0
    unliked: float = -1.0
    playlisted: float = 2.0
    blocked: float = -20.0
    light_from: int = 5
    regular_from: int = 60
    heavy_from: int = 600
    loop_plays: int = 3
    rotation_days: int = 30
    discovery_days: int = 14


def age_days(column: str, night: Night) -> pl.Expr:
    """Whole days from a date column to ``ds``; 0 on ds."""
    return (pl.lit(night.ds) - pl.col(column)).dt.total_days().clip(0)


def faded(weight: pl.Expr, age: pl.Expr, half_life_days: float) -> pl.Expr:
    """``weight`` after ``age`` days, in whole micro-units."""
    return (weight * pl.lit(0.5).pow(age / half_life_days) * MICRO).round().cast(pl.Int64)


def weigh_plays(plays: pl.DataFrame, params: TasteParams, night: Night) -> pl.DataFrame:
    """``plays`` with ``age`` (days) and ``micro``: the play's faded weight in micro-units."""
    origin = pl.lit(1.0)
    for name in ("organic", "search", "playlist", "radio", "recommended"):
        factor = getattr(params, f"origin_{name}")
        origin = pl.when(pl.col("origin") == name).then(pl.lit(factor)).otherwise(origin)
    worth = (
        pl.when(pl.col("skipped"))
        .then(pl.lit(params.skipped))
        .when(pl.col("completion") >= params.completed_from)
        .then(params.completed * origin)
        .when(pl.col("completion") >= params.partial_from)
        .then(params.partial * origin)
        .otherwise(0.0)
    )
    aged = plays.with_columns(age=age_days("local_date", night))
    return aged.with_columns(micro=faded(worth, pl.col("age"), params.half_life_days))
