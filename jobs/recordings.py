"""Stage ``recordings``: tracks that carry the same recording, across the whole catalogue."""

from __future__ import annotations

import polars as pl

from features.audio.recordings import same_recordings
from schemas import TABLES


def run(*, audio_features: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Compares every track with every other, hence not split."""
    return {"recordings": TABLES["recordings"].frame(same_recordings(audio_features))}
