"""Fitted models as the lake's tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from features.collaborative import content_map
from features.collaborative.interactions import Interactions, interactions, positions
from schemas import TABLES
from schemas.listeners import FACTOR_DIM
from schemas.sound import AUDIO_DIM, TEXT_DIM

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from features.collaborative.params import CollaborativeParams


def training(affinity: pl.DataFrame, users: pl.DataFrame, tracks: pl.DataFrame) -> Interactions:
    """What the models learn from: liking of catalogue tracks, damped by log(1 + weight).

    Users who opted out of personalisation are left out: their plays make no list, their
    own or another's. Blocked pairs say nothing good and are left out too.

    Args:
        affinity, users, tracks: the contracts of these names.
    """
    willing = users.filter("personalised").select("user_id")
    liked = affinity.filter((pl.col("weight") > 0) & ~pl.col("blocked"))
    known = liked.join(willing, on="user_id", how="semi").join(tracks.select("track_id"), on="track_id", how="semi")
    return interactions(known.with_columns(pl.col("weight").log1p()), "user_id", "track_id", "weight")


def track_factors(
    data: Interactions,
    factors: np.ndarray,
    tracks: pl.DataFrame,
    text_vectors: pl.DataFrame,
    audio_vectors: pl.DataFrame,
    params: CollaborativeParams,
) -> pl.DataFrame:
    """One row per track (contract ``cf_track_factors``); empty while nobody has played anything.

    Args:
        data: what was learnt from.
        factors: learnt factors of ``data.items`` [shape=(items, FACTOR_DIM)].
        tracks, text_vectors, audio_vectors: the contracts of these names.
        params: of the content map.
    """
    table = TABLES["cf_track_factors"]
    if not len(data.items):
        return table.empty()
    alone = pl.concat_str(pl.lit("track "), "track_id")  # nobody known, or no album: shared with no other track
    shared = [pl.coalesce(column, alone).alias(column) for column in ("artist_id", "album_id")]
    catalogue = tracks.select("track_id", *shared).sort("track_id")
    ids = catalogue["track_id"]
    at = positions(data.items, ids)
    learnt, support = np.zeros((len(ids), FACTOR_DIM), np.float32), np.zeros(len(ids), np.int64)
    learnt[at] = factors
    support[at] = np.bincount(data.matrix.indices, minlength=len(data.items))
    content = content_map.Content(
        _vectors(text_vectors, ids, TEXT_DIM),
        _vectors(audio_vectors, ids, AUDIO_DIM),
        artist=_numbers(catalogue["artist_id"]),
        album=_numbers(catalogue["album_id"]),
    )
    factors = content_map.mapped_factors(content, learnt, support, params.ridge_penalties, params.map_tracks)
    return table.frame({"track_id": ids, "support": support, "mapped": support == 0, "vector": _column(factors)})


def user_factors(users: pl.Series, factors: np.ndarray) -> pl.DataFrame:
    """One row per user (contract ``cf_user_factors``); factors [shape=(users, FACTOR_DIM)]."""
    table = TABLES["cf_user_factors"]
    return table.frame({"user_id": users, "vector": _column(factors)}) if len(users) else table.empty()


def neighbours(items: pl.Series, similarity: csr_array, heard: csr_array, limit: int) -> pl.DataFrame:
    """One row per track and rank (contract ``cf_neighbours``).

    Args:
        items: track of each row and column.
        similarity: strongest first within a row [shape=(items, items)].
        heard: who played what, as :func:`heard` lays it out [shape=(users, items)].
        limit: ranks kept.
    """
    lengths = np.diff(similarity.indptr)
    own = np.repeat(np.arange(len(items)), lengths)
    rank = np.arange(len(own)) - np.repeat(similarity.indptr[:-1], lengths) + 1
    kept = np.flatnonzero(rank <= limit)
    return TABLES["cf_neighbours"].frame(
        pl.DataFrame(
            {
                "track_id": items.gather(own[kept]),
                "rank": rank[kept],
                "neighbour_id": items.gather(similarity.indices[kept]),
                "similarity": similarity.data[kept],
                "listeners": _common(heard, own[kept], similarity.indices[kept]),
            }
        )
    )


def heard(affinity: pl.DataFrame, users: pl.DataFrame, items: pl.Series) -> csr_array:
    """1 where a user who wants personalisation played an item at least once unskipped [shape=(users, items)].

    Args:
        affinity, users: the contracts of these names; items: sorted track ids.
    """
    willing = users.filter("personalised").select("user_id")
    played = affinity.filter(pl.col("plays") > pl.col("skips")).join(willing, on="user_id", how="semi")
    return interactions(played, "user_id", "track_id", items=items).matrix


def _common(heard: csr_array, own: np.ndarray, other: np.ndarray, block: int = 50_000) -> np.ndarray:
    """Users who played both items of each pair, a block of pairs at a time [shape=(pairs,), int]."""
    by_item = heard.T.tocsr()
    starts = range(0, len(own), block)
    parts = [by_item[own[s : s + block]].multiply(by_item[other[s : s + block]]).sum(axis=1) for s in starts]
    return np.concatenate(parts).astype(np.int64) if parts else np.empty(0, np.int64)


def _numbers(names: pl.Series) -> np.ndarray:
    """0, 1, ... for each name in order [shape=(names,), int]."""
    return names.rank("dense").to_numpy().astype(np.int64) - 1


def _vectors(frame: pl.DataFrame, ids: pl.Series, dim: int) -> np.ndarray:
    """Vectors in the order of ``ids``, zero where a track has none [shape=(ids, dim), float32]."""
    matrix = np.zeros((len(ids), dim), np.float32)
    known = frame.filter(pl.col("track_id").is_in(ids.implode()))
    if known.height:
        matrix[positions(known["track_id"], ids)] = known["vector"].list.to_array(dim).to_numpy()
    return matrix


def _column(vectors: np.ndarray) -> pl.Series:
    return pl.Series(values=vectors.astype(np.float32), dtype=pl.Array(pl.Float32, FACTOR_DIM)).arr.to_list()
