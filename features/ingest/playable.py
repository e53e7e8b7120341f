"""Which songs the app can play: a song that only listens name is none of them, unless there is nothing else."""

from __future__ import annotations

from typing import Literal

import polars as pl

from schemas.delivery import LISTENED_FILES

Playable = Literal["auto", "audio", "all"]


def with_playable(tracks: pl.DataFrame, choice: Playable) -> pl.DataFrame:
    """Add ``playable``.

    Args:
        tracks: rows of ``tracks`` with ``source_file``.
        choice: ``all`` songs; those with ``audio``; or ``auto``: songs with audio and songs that a catalogue delivers,
            and all of a home whose songs are known from listens alone.
    """
    audio = pl.col("audio_path").is_not_null()
    if choice == "all":
        return tracks.with_columns(playable=pl.lit(True))
    if choice == "audio":
        return tracks.with_columns(playable=audio)
    delivered = ~pl.col("source_file").str.contains(LISTENED_FILES)
    nothing_else = ~(pl.col("available") & (audio | delivered)).any()
    return tracks.with_columns(playable=audio | delivered | nothing_else)
