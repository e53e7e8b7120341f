"""Stage ``collaborative``: what people who play the same songs say about songs and each other."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import polars as pl

from features.collaborative import spark as on_spark
from features.collaborative import tables
from features.collaborative.als import Als
from features.collaborative.inputs import CollaborativeInputs
from features.collaborative.item_item import ItemItem
from features.collaborative.listeners import user_knn
from features.collaborative.nightly import blend_table
from features.collaborative.popularity import popularity

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from features.collaborative.params import CollaborativeParams
    from features.night import Night

    Fit = Callable[[csr_array, CollaborativeParams], tuple[Als, csr_array]]
    """Plays [shape=(users, items)] to factors and the items' similarity, strongest first [shape=(items, items)]."""


def run(inputs: CollaborativeInputs, *, params: CollaborativeParams, night: Night) -> dict[str, pl.DataFrame]:
    """ALS by ``implicit`` and ours, item-item by sparse products."""
    return _learnt(inputs, params, night, _fit)


def run_spark(
    inputs: CollaborativeInputs, *, params: CollaborativeParams, night: Night, spark: Any
) -> dict[str, pl.DataFrame]:
    """The same tables by MLlib ALS and a Spark join; users are solved from MLlib's item factors."""
    return _learnt(inputs, params, night, partial(_fit_on_spark, spark))


def _learnt(
    inputs: CollaborativeInputs, params: CollaborativeParams, night: Night, fit: Fit
) -> dict[str, pl.DataFrame]:
    """The stage's tables by whatever fits its models; empty factors while nobody has played anything."""
    data = tables.training(inputs.affinity, inputs.users, inputs.tracks)
    als, similarity = fit(data.matrix, params) if len(data.items) else (_nothing(params), data.matrix)
    heard = tables.heard(inputs.affinity, inputs.users, data.items)
    content = inputs.tracks, inputs.text_vectors, inputs.audio_vectors
    return {
        "cf_track_factors": tables.track_factors(data, als.item_factors, *content, params),
        "cf_user_factors": tables.user_factors(data.users, als.fold_in(data.matrix)),
        "cf_neighbours": tables.neighbours(data.items, similarity, heard, params.neighbours_out),
        "popularity": popularity(inputs.affinity, inputs.users, night.ds, params.popularity_half_life_days),
        "cf_blend": blend_table(data, inputs.affinity, night.ds, params),
        "cf_user_knn": user_knn(data, inputs.affinity, params.user_knn),  # the largest: nothing is made beside it
    }


def _fit(matrix: csr_array, params: CollaborativeParams) -> tuple[Als, csr_array]:
    return Als(params.als).fit(matrix), ItemItem(params.item_item).fit(matrix).similarity


def _fit_on_spark(spark: Any, matrix: csr_array, params: CollaborativeParams) -> tuple[Als, csr_array]:
    items = matrix.shape[1]
    frame = on_spark.pairs(matrix, spark)
    als = Als.of_factors(params.als, on_spark.item_factors(frame, items, params.als))
    similarity = on_spark.item_neighbours(frame, items, params.item_item)
    frame.unpersist()
    return als, similarity


def _nothing(params: CollaborativeParams) -> Als:
    """What is learned from nobody."""
    import numpy as np

    return Als.of_factors(params.als, np.zeros((0, params.als.factors), np.float32))
