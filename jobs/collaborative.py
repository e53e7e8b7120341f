"""Stage ``collaborative``: what people who play the same songs say about songs and each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from features.collaborative import spark as on_spark
from features.collaborative import tables
from features.collaborative.als import Als
from features.collaborative.item_item import ItemItem
from features.collaborative.nightly import blend_table
from features.collaborative.popularity import popularity

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from features.collaborative.interactions import Interactions
    from features.collaborative.params import CollaborativeParams
    from features.night import Night


def run(
    *,
    affinity: pl.DataFrame,
    plays: pl.DataFrame,
    users: pl.DataFrame,
    tracks: pl.DataFrame,
    text_vectors: pl.DataFrame,
    audio_vectors: pl.DataFrame,
    params: CollaborativeParams,
    night: Night,
) -> dict[str, pl.DataFrame]:
    """ALS by ``implicit`` and ours, item-item by sparse products."""
    data = tables.training(affinity, users, tracks)
    if len(data.items):
        als = Als(params.als).fit(data.matrix)
        similarity = ItemItem(params.item_item).fit(data.matrix).similarity
    else:
        als, similarity = _nothing(params), data.matrix
    content = {"tracks": tracks, "text_vectors": text_vectors, "audio_vectors": audio_vectors}
    counted = popularity(plays, users, night.ds, params.popularity_half_life_days)
    weighed = blend_table(data, affinity, night.ds, params)
    return _outputs(data, als, similarity, content, params) | {"popularity": counted, "cf_blend": weighed}


def run_spark(
    *,
    affinity: pl.DataFrame,
    plays: pl.DataFrame,
    users: pl.DataFrame,
    tracks: pl.DataFrame,
    text_vectors: pl.DataFrame,
    audio_vectors: pl.DataFrame,
    params: CollaborativeParams,
    night: Night,
    spark: Any,
) -> dict[str, pl.DataFrame]:
    """The same tables by MLlib ALS and a Spark join; users are solved from MLlib's item factors."""
    data = tables.training(affinity, users, tracks)
    if len(data.items):
        frame = on_spark.pairs(data.matrix, spark)
        als = Als.of_factors(params.als, on_spark.item_factors(frame, len(data.items), params.als))
        similarity = on_spark.item_neighbours(frame, len(data.items), params.item_item)
        frame.unpersist()
    else:
        als, similarity = _nothing(params), data.matrix
    content = {"tracks": tracks, "text_vectors": text_vectors, "audio_vectors": audio_vectors}
    counted = popularity(plays, users, night.ds, params.popularity_half_life_days)
    weighed = blend_table(data, affinity, night.ds, params)
    return _outputs(data, als, similarity, content, params) | {"popularity": counted, "cf_blend": weighed}


def _outputs(
    data: Interactions, als: Als, similarity: csr_array, content: dict[str, pl.DataFrame], params: CollaborativeParams
) -> dict[str, pl.DataFrame]:
    return {
        "cf_track_factors": tables.track_factors(data, als.item_factors, **content, params=params),
        "cf_user_factors": tables.user_factors(data.users, als.fold_in(data.matrix)),
        "cf_neighbours": tables.neighbours(data.items, similarity, params.neighbours_out),
    }


def _nothing(params: CollaborativeParams) -> Als:
    """What is learned from nobody."""
    import numpy as np

    return Als.of_factors(params.als, np.zeros((0, params.als.factors), np.float32))
