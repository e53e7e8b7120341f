"""Stage ``emotions``: valence, arousal, mood and scene tags of every track."""

from __future__ import annotations

import polars as pl

from features.emotions.describe import SoundReader, describe
from features.reading import readable
from schemas import TABLES


def run(
    *, tracks: pl.DataFrame, audio_features: pl.DataFrame, lyrics: pl.DataFrame, emotion_model: SoundReader | None
) -> dict[str, pl.DataFrame]:
    """One row per track; tracks without audio or lyrics rest on what is left."""
    heard = {row["track_id"]: row for row in audio_features.iter_rows(named=True)}
    sung = {t: readable(lines, told) for t, lines, told in lyrics.select("track_id", "lines", "language").iter_rows()}
    rows = [
        describe(track, heard.get(track["track_id"]), sung.get(track["track_id"]), emotion_model)
        for track in tracks.sort("track_id").iter_rows(named=True)
    ]
    return {"emotions": TABLES["emotions"].frame(rows)}
