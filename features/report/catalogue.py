"""The catalogue in pictures: moods, tempo, keys, genres."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from features.report.charts import Bar, Tick, bars, histogram, ticks
from features.words.terms import forms
from schemas.vocabulary import KEYS, MODES

_TEMPO = (40.0, 220.0, 36)
_SURE = 0.3


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Plots over all tracks.

    Args:
        tempo, tempo_ticks: histogram of tempo; tracks whose tempo is a guess are left out.
        keys: (tonic, major, minor) with bars on one scale.
    """

    tracks: int
    moods: list[Bar]
    tempo: list[Bar]
    tempo_ticks: list[Tick]
    tempo_unsure: int
    keys: list[tuple[str, Bar, Bar]]
    genres: list[Bar]


def catalogue(tracks: pl.DataFrame, audio_features: pl.DataFrame, emotions: pl.DataFrame) -> Catalogue:
    """Lay out the plots."""
    sure = audio_features.filter(pl.col("tempo_bpm").is_not_null() & (pl.col("tempo_confidence") >= _SURE))
    genres = tracks.group_by(pl.col("genre").fill_null("—")).len().sort("len", "genre", descending=[True, False])
    moods = (
        emotions.select(mood=pl.col("moods").list.first())
        .drop_nulls()
        .group_by("mood")
        .len()
        .sort("len", "mood", descending=[True, False])
    )
    return Catalogue(
        tracks=tracks.height,
        moods=bars([(_both(mood), float(n), str(n)) for mood, n in moods.head(12).rows()]),
        tempo=histogram(sure["tempo_bpm"].to_list(), *_TEMPO, "BPM"),
        tempo_ticks=ticks(_TEMPO[0], _TEMPO[1], [60, 80, 100, 120, 140, 160, 180, 200]),
        tempo_unsure=audio_features.height - sure.height,
        keys=_keys(audio_features),
        genres=bars([(genre.replace("_", " "), float(n), str(n)) for genre, n in genres.head(14).rows()]),
    )


def _both(mood: str) -> str:
    return f"{forms.mood(mood, 'zh')} {forms.mood(mood, 'en')}"


def _keys(audio_features: pl.DataFrame) -> list[tuple[str, Bar, Bar]]:
    known = audio_features.drop_nulls("key").group_by("key", "mode").len()
    counted = {(key, mode): n for key, mode, n in known.rows()}
    rows = [
        (forms.key_name(f"{key} {mode}", "en"), float(counted.get((key, mode), 0)), str(counted.get((key, mode), 0)))
        for key in KEYS
        for mode in MODES
    ]
    laid = bars(rows)
    return [(_tonics(key), laid[2 * i], laid[2 * i + 1]) for i, key in enumerate(KEYS)]


def _tonics(key: str) -> str:
    """The tonic, as its major and its minor key spell it where they differ: ``Db/C#``."""
    spelled = [forms.key_name(f"{key} {mode}", "en").split()[0] for mode in MODES]
    return "/".join(dict.fromkeys(spelled))
