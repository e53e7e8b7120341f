"""Nearest songs by FAISS: indexes as bytes, songs like this, and search in a stored index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from features.embeddings.audio_vectors import unit_rows
from features.embeddings.params import SimilarityParams
from schemas import TABLES

_SIMILARITY_DIGITS = 6  # float32 products differ beyond it by operand shape; ties are then broken by track


@dataclass(frozen=True, slots=True)
class Vectors:
    """Unit vectors of tracks.

    Args:
        track_ids: sorted, unique [shape=(tracks,)].
        matrix: rows of norm 1, or 0 where a track has none [shape=(tracks, dim), float32].
        model: what made them.
    """

    track_ids: pl.Series
    matrix: np.ndarray
    model: str


def vectors_of(frame: pl.DataFrame, dim: int, model: str) -> Vectors:
    """The ``vector`` column of a table; ``model`` names the column that says what made it."""
    ordered = frame.sort("track_id")
    if ordered.is_empty():
        return Vectors(ordered["track_id"], np.zeros((0, dim), np.float32), "")
    matrix = ordered["vector"].list.to_array(dim).to_numpy().astype(np.float32)
    return Vectors(ordered["track_id"], np.ascontiguousarray(matrix), "|".join(ordered[model].unique().sort()))


def aligned(vectors: Vectors, track_ids: pl.Series) -> np.ndarray:
    """Rows for these tracks, zero where a track has no vector [shape=(track_ids, dim), float32]."""
    matrix = np.zeros((len(track_ids), vectors.matrix.shape[1]), np.float32)
    at = pl.DataFrame({"track_id": vectors.track_ids, "at": np.arange(len(vectors.track_ids))})
    found = pl.DataFrame({"track_id": track_ids}).join(at, on="track_id", how="left", maintain_order="left")["at"]
    here = found.is_not_null().to_numpy()
    matrix[here] = vectors.matrix[found.drop_nulls().to_numpy()]
    return matrix


def joint(text: Vectors, audio: Vectors, audio_share: float) -> Vectors:
    """Sound and words together, for every track that has either [shape=(tracks, AUDIO_DIM + TEXT_DIM)].

    Texts about songs resemble each other; so the catalogue's mean text is taken away first.
    """
    ids = pl.concat([text.track_ids, audio.track_ids]).unique().sort()
    words = aligned(text, ids)
    present = np.any(words != 0, axis=1)
    if present.sum() > 1:
        words[present] -= words[present].mean(axis=0, dtype=np.float64).astype(np.float32)
    sound = np.sqrt(audio_share) * aligned(audio, ids)
    both = np.hstack([sound, np.sqrt(1.0 - audio_share) * unit_rows(words)])
    return Vectors(ids, unit_rows(both), f"{text.model}+{audio.model}")


def build(matrix: np.ndarray, params: SimilarityParams) -> Any:
    """An inner-product index: exact up to ``flat_limit`` rows, an inverted file beyond."""
    import faiss

    rows, dim = matrix.shape
    large = rows > params.flat_limit
    kind = f"IVF{int(4 * np.sqrt(rows))},Flat" if large else "Flat"
    index: Any = faiss.index_factory(dim, kind, faiss.METRIC_INNER_PRODUCT)
    if large:
        index.train(matrix)
        index.nprobe = params.probes
    if rows:
        index.add(matrix)
    return index


def index_rows(named: dict[str, Vectors], params: SimilarityParams) -> pl.DataFrame:
    """One row per index (contract ``search_index``)."""
    import faiss

    faiss.omp_set_num_threads(1)  # the same bytes on any machine
    rows = [
        {
            "name": name,
            "dim": vectors.matrix.shape[1],
            "model": vectors.model,
            "track_ids": vectors.track_ids.to_list(),
            "payload": faiss.serialize_index(build(vectors.matrix, params)).tobytes(),
        }
        for name, vectors in sorted(named.items())
    ]
    return TABLES["search_index"].frame(rows)


def neighbours(
    both: Vectors, text: Vectors, audio: Vectors, recording_of: dict[str, str], params: SimilarityParams
) -> pl.DataFrame:
    """One row per track and rank (contract ``neighbours``): never itself, never the same recording.

    Args:
        both: joint vectors.
        text, audio: the parts, for their own similarities.
        recording_of: track_id to recording_id, for tracks whose recording is known.
        params: how many.
    """
    own, other = _near(both, recording_of, params)
    pairs = pl.DataFrame({"own": own, "other": other, "similarity": _cosines(both.matrix, own, other)})
    ranked = pairs.sort("own", "similarity", "other", descending=[False, True, False]).with_columns(
        rank=pl.int_range(1, pl.len() + 1).over("own")
    )
    kept = ranked.filter(pl.col("rank") <= params.neighbours)
    a, b = kept["own"].to_numpy(), kept["other"].to_numpy()
    return TABLES["neighbours"].frame(
        kept.select(
            both.track_ids.gather(a).alias("track_id"),
            "rank",
            both.track_ids.gather(b).alias("neighbour_id"),
            "similarity",
            _part(audio, both.track_ids, a, b).alias("audio_similarity"),
            _part(text, both.track_ids, a, b).alias("text_similarity"),
        )
    )


def _near(both: Vectors, recording_of: dict[str, str], params: SimilarityParams) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of different recordings near one another [shape=(n,) each]: enough of each that copies may go."""
    import faiss

    faiss.omp_set_num_threads(1)
    ids = both.track_ids.to_list()
    recording = (
        np.unique([recording_of.get(t, f"\x1f{t}") for t in ids], return_inverse=True)[1] if ids else np.empty(0)
    )
    copies = int(np.bincount(recording).max()) if ids else 0
    asked = min(len(ids), params.neighbours + copies)
    if asked < 2:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    found = build(both.matrix, params).search(both.matrix, asked)[1]
    own = np.repeat(np.arange(len(ids)), asked)
    other = found.ravel()
    lawful = (other >= 0) & (recording[own] != recording[other])
    return own[lawful], other[lawful]


def _part(part: Vectors, track_ids: pl.Series, own: np.ndarray, other: np.ndarray) -> pl.Series:
    """Cosine of one part's vectors, null where either track has none."""
    matrix = aligned(part, track_ids)
    has = np.any(matrix != 0, axis=1)
    cosines = _cosines(matrix, own, other)
    return pl.Series(np.where(has[own] & has[other], cosines, np.nan)).fill_nan(None)


def _cosines(matrix: np.ndarray, own: np.ndarray, other: np.ndarray, block: int = 100_000) -> np.ndarray:
    """Rounded products of pairs of rows, a block of pairs at a time [shape=(pairs,)]."""
    starts = range(0, len(own), block)
    parts = [
        np.einsum("pd,pd->p", matrix[own[s : s + block]], matrix[other[s : s + block]], dtype=np.float64)
        for s in starts
    ]
    return np.round(np.concatenate(parts), _SIMILARITY_DIGITS) if parts else np.empty(0)


def search(payload: bytes, queries: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The k nearest rows of a stored index.

    Args:
        payload: as in ``search_index``.
        queries: unit vectors [shape=(queries, dim), float32].
        k: how many.

    Returns:
        Similarities and row numbers, best first; -1 where there are fewer [shape=(queries, k)].
    """
    import faiss

    index = faiss.deserialize_index(np.frombuffer(payload, dtype=np.uint8))
    similarity, rows = index.search(np.ascontiguousarray(queries, dtype=np.float32), k)
    return similarity, rows
