"""Stage ``embeddings``: a sentence vector per song; unchanged songs keep theirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import polars as pl

from features.embeddings.documents import FACETS, content_key, documents, mixed
from schemas import TABLES
from schemas.sound import TEXT_DIM

if TYPE_CHECKING:
    import numpy as np


class TextEncoder(Protocol):
    """Texts to unit vectors; equal texts get equal vectors whatever else is encoded."""

    name: str

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """[shape=(texts, TEXT_DIM), float32]."""


def run(
    *,
    tracks: pl.DataFrame,
    lyrics: pl.DataFrame,
    emotions: pl.DataFrame,
    text_encoder: TextEncoder,
    carried: pl.DataFrame,
) -> dict[str, pl.DataFrame]:
    """One row per track: the mix of its facets' vectors, computed or carried over under the same content key."""
    table = TABLES["text_vectors"]
    wanted = documents(tracks, lyrics, emotions)
    keys = [content_key(texts, text_encoder.name) for texts in wanted.select(*FACETS).iter_rows()]
    keyed = wanted.with_columns(pl.Series("content_key", keys, dtype=pl.String), model=pl.lit(text_encoder.name))
    had = carried.select("content_key", "vector").unique("content_key", keep="any")
    reused = keyed.join(had, on="content_key")
    new = keyed.join(had, on="content_key", how="anti").sort("track_id")
    if new.is_empty():
        return {"text_vectors": table.frame(reused).sort("track_id")}
    vectors = mixed({facet: text_encoder.encode(new[facet].to_list()) for facet in FACETS}, new)
    column = pl.Series("vector", vectors, dtype=pl.Array(pl.Float32, TEXT_DIM)).arr.to_list()
    made = table.frame(new.with_columns(column))
    return {"text_vectors": pl.concat([made, table.frame(reused)]).sort("track_id")}
