"""All sources of one bucket, cleaned by the rules, bounded and ranked."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.candidates import sources
from features.candidates.blend import BLENDED, kept, space_of, spread_of_proposals
from features.candidates.collaborative import nearest, vectors_of
from features.candidates.fresh import fresh
from features.candidates.inputs import CandidateInputs
from features.candidates.own_artist import own_artist
from features.candidates.popular import popular, popular_near
from features.candidates.setting import Setting, numbered
from features.candidates.sources import CandidateParams, Spans
from features.collaborative.low_pass import low_passed
from features.night import Night
from schemas import TABLES


def collect(
    scene: Setting, inputs: CandidateInputs, params: CandidateParams, spans: Spans, night: Night
) -> pl.DataFrame:
    """One row per user, track and source (contract ``candidates``).

    New and opted-out users get popular_near, popular and fresh only.
    """
    depth = params.bound + params.spare + scene.excluded
    user_factors = inputs.cf_user_factors.join(
        scene.users.filter("personal").select("user_id", "u"), on="user_id"
    ).sort("u")
    track_factors = (
        _low_passed(inputs.cf_track_factors).join(scene.tracks.select("track_id", "t"), on="track_id").sort("t")
    )
    favourites = sources.loved(scene, params)
    proposed = {
        "user_knn": sources.unexplained(numbered(inputs.cf_user_knn, scene.users.filter("personal"), scene.tracks)),
        "own_artist": own_artist(scene, inputs.popularity, depth, params),
        "similar": sources.by_neighbours(favourites, inputs.neighbours, "similarity", scene, params),
        "resting": sources.resting(scene, params, spans, night),
        "fresh": fresh(scene, user_factors, track_factors, depth, params, spans, night),
        "popular_near": popular_near(scene, inputs.popularity, depth),
    }
    bounded = [_bounded(rows, name, scene, params.bound, params.spare) for name, rows in proposed.items()]
    bounded += _collaborative(scene, inputs, favourites, user_factors, track_factors, params)
    deepest = params.popular_bound + params.popular_spare + scene.excluded
    everywhere = popular(scene, inputs.popularity, deepest)
    bounded.append(
        _bounded(everywhere, "popular", scene, params.popular_bound, params.popular_spare, oldest_first=True)
    )
    return _named(_fresh_where_enough(pl.concat(bounded, how="diagonal"), params.enough), scene)


def _collaborative(
    scene: Setting,
    inputs: CandidateInputs,
    favourites: pl.DataFrame,
    user_factors: pl.DataFrame,
    track_factors: pl.DataFrame,
    params: CandidateParams,
) -> list[pl.DataFrame]:
    """als and item_item, each as deep as they are weighed, bounded together by their blend."""
    proposed = {
        "als": nearest(
            scene,
            user_factors["u"].to_numpy().astype(np.int64),
            vectors_of(user_factors),
            track_factors["t"].to_numpy().astype(np.int64),
            vectors_of(track_factors),
            params.blend_depth + params.spare + scene.excluded,
            params.user_block,
        ),
        "item_item": sources.by_neighbours(favourites, inputs.cf_neighbours, "similarity", scene, params),
    }
    bounded = {name: _bounded(proposed[name], name, scene, params.blend_depth, params.spare) for name in BLENDED}
    loose = spread_of_proposals(proposed["item_item"], scene.users.height, track_factors.height)
    weights = dict(inputs.cf_blend.select("model", "weight").iter_rows())
    return kept(bounded, space_of(scene, user_factors, track_factors), loose, weights, params)


def _low_passed(cf_track_factors: pl.DataFrame) -> pl.DataFrame:
    ordered = cf_track_factors.sort("track_id")
    matrix = low_passed(vectors_of(ordered))
    vector = pl.Series("vector", matrix, dtype=pl.Array(pl.Float32, matrix.shape[1])).arr.to_list()
    return ordered.select("track_id", vector)


def _fresh_where_enough(rows: pl.DataFrame, enough: int) -> pl.DataFrame:
    """Drop stale tracks of users who have ``enough`` others: lists repeat only where the catalogue forces them."""
    others = rows.filter(~pl.col("again")).group_by("u").agg(others=pl.col("t").n_unique())
    served = others.filter(pl.col("others") >= enough).select("u", again=pl.lit(True))
    return rows.join(served, on=["u", "again"], how="anti")


def _bounded(
    rows: pl.DataFrame, name: str, scene: Setting, bound: int, spare: int, *, oldest_first: bool = False
) -> pl.DataFrame:
    """Drop what may never be proposed; keep the best ``bound`` and, after them, ``spare`` stale ones."""
    user, track = (rows[name].to_numpy().astype(np.int64) for name in ("u", "t"))
    kept = rows.filter(pl.Series(scene.rights.pairs(user, track)))
    if scene.blocked.height:
        kept = kept.join(scene.blocked, on=["u", "t"], how="anti")
    kept = kept.join(scene.stale, on=["u", "t"], how="left")
    again = pl.col("nights").is_not_null()
    age = pl.col("nights").fill_null(0) if oldest_first else pl.lit(0)
    ordered = kept.with_columns(again=again, age=age).sort(
        "u", "again", "age", "score", "t", descending=[False, False, True, True, False]
    )
    position = pl.int_range(pl.len()).over("u", "again")
    cut = ordered.with_columns(position=position).filter(
        pl.when("again").then(pl.col("position") < spare).otherwise(pl.col("position") < bound)
    )
    rank = pl.int_range(1, pl.len() + 1).over("u")
    return cut.select("u", "t", "score", "because", "because_too", "again", rank=rank, source=pl.lit(name))


def _named(rows: pl.DataFrame, scene: Setting) -> pl.DataFrame:
    """Ids for numbers, in the contract's form and order."""
    tracks = scene.tracks.select("t", "track_id")
    named = (
        rows.join(scene.users.select("u", "user_id"), on="u")
        .join(tracks, on="t")
        .join(tracks.select(because="t", because_track_id="track_id"), on="because", how="left")
        .join(tracks.select(because_too="t", because_too_track_id="track_id"), on="because_too", how="left")
        .rename({"rank": "source_rank", "score": "source_score", "blend": "blend_score"})
    )
    return TABLES["candidates"].frame(named.sort("user_id", "track_id", "source"))
