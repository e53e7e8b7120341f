"""Works of the sample catalogue, and the tables drawn from them: what is delivered, and the truth behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from features.sample.people import Album, Artist
from features.sample.plans import SongPlan
from features.sample.scoring import instruments
from schemas import TABLES

CODECS = ("opus", "mp3", "flac", "ogg", "m4a")
TRUTH_SCHEMA: dict[str, Any] = {
    "track_id": pl.String, "style": pl.String, "tempo_bpm": pl.Float64, "tempo_clear": pl.Boolean,
    "key": pl.String, "mode": pl.String, "metre": pl.Int32, "chords": pl.List(pl.String),
    "instruments": pl.List(pl.String), "valence": pl.Float64, "arousal": pl.Float64, "energy": pl.Float64,
    "language": pl.String, "artist_id": pl.String, "release_date": pl.Date, "added_on": pl.Date,
    "appeal": pl.Float64, "duration_s": pl.Float64, "available": pl.Boolean,
    "regions": pl.List(pl.String), "explicit": pl.Boolean,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Work:
    """One track of the catalogue with what is needed to make its files.

    Args:
        plan: its music; None of it says who plays it.
        codec: one of ``CODECS``; None when the catalogue lacks the audio.
        lrc: timed lyrics; None without.
        copy_of: the track whose audio bytes it shares; None when it has its own.
    """

    track_id: str
    title: str
    artist: Artist
    album: Album
    plan: SongPlan
    added_on: date
    featured: tuple[str, ...]
    tags: tuple[str, ...]
    appeal: float
    available: bool
    regions: tuple[str, ...]
    explicit: bool
    codec: str | None
    lrc: str | None
    copy_of: str | None = None

    @property
    def audio_path(self) -> str | None:
        return f"{self.track_id}.{self.codec}" if self.codec else None

    @property
    def lyrics_path(self) -> str | None:
        return f"{self.track_id}.lrc" if self.lrc else None


def tracks_table(works: Sequence[Work]) -> pl.DataFrame:
    """One row per track as an app delivers it: columns of ``tracks`` but for what ingest adds."""
    rows = [
        {
            "track_id": w.track_id,
            "title": w.title,
            "artist_id": w.artist.id,
            "artist_name": w.artist.name,
            "featured_artist_ids": list(w.featured),
            "album_id": w.album.id,
            "album_title": w.album.title,
            "release_date": w.album.release_date,
            "added_on": w.added_on,
            "genre": w.plan.style.id,
            "language": w.plan.language,
            "label": w.artist.label,
            "producer": w.artist.producers[int(w.track_id[1:]) % len(w.artist.producers)],
            "composer": w.artist.composers[int(w.track_id[1:]) % len(w.artist.composers)],
            "lyricist": None if w.plan.language == "instrumental" else w.artist.lyricist,
            "duration_s": w.plan.duration_s,
            "listener_tags": list(w.tags),
            "explicit": w.explicit,
            "regions": list(w.regions),
            "available": w.available,
            "audio_path": w.audio_path,
            "lyrics_path": w.lyrics_path,
        }
        for w in works
    ]
    return TABLES["tracks"].frame(rows).drop("audio_sha256", "audio_shared")


def truth_table(works: Sequence[Work]) -> pl.DataFrame:
    """One row per track, see ``TRUTH_SCHEMA``; never part of the landing."""
    rows = [
        {
            "track_id": w.track_id,
            "style": w.plan.style.id,
            "tempo_bpm": w.plan.tempo_bpm,
            "tempo_clear": w.plan.style.tempo_clear,
            "key": w.plan.key,
            "mode": w.plan.mode,
            "metre": w.plan.style.metre,
            "chords": [c.name for c in w.plan.chords],
            "instruments": list(instruments(w.plan)),
            "valence": w.plan.valence,
            "arousal": w.plan.arousal,
            "energy": w.plan.energy,
            "language": w.plan.language,
            "artist_id": w.artist.id,
            "release_date": w.album.release_date,
            "added_on": w.added_on,
            "appeal": w.appeal,
            "duration_s": w.plan.duration_s,
            "available": w.available,
            "regions": list(w.regions),
            "explicit": w.explicit,
        }
        for w in works
    ]
    return pl.DataFrame(rows, schema=TRUTH_SCHEMA)
