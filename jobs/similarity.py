"""Stage ``similarity``: audio vectors on the catalogue's scale, songs like this, FAISS indexes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from features.embeddings import index
from features.embeddings.audio_vectors import audio_vectors
from schemas.sound import AUDIO_DIM, TEXT_DIM

if TYPE_CHECKING:
    from features.embeddings.params import SimilarityParams


def run(
    *, audio_features: pl.DataFrame, recordings: pl.DataFrame, text_vectors: pl.DataFrame, params: SimilarityParams
) -> dict[str, pl.DataFrame]:
    """Standardises over the whole catalogue, hence not split."""
    sounds = audio_vectors(audio_features)
    text = index.vectors_of(text_vectors, TEXT_DIM, "model")
    audio = index.vectors_of(sounds, AUDIO_DIM, "extractor_version")
    both = index.joint(text, audio, params.audio_share)
    recording_of = dict(recordings.select("track_id", "recording_id").iter_rows())
    return {
        "audio_vectors": sounds,
        "neighbours": index.neighbours(both, text, audio, recording_of, params),
        "search_index": index.index_rows({"text": text, "audio": audio, "joint": both}, params),
    }
