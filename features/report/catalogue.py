"""The catalogue in pictures: mood map, tempo, keys, genres."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from features.report.charts import Bar, Dot, Tick, bars, histogram, place, ticks
from features.words import forms
from schemas.vocabulary import KEYS, MODES, MOODS

MOST_DOTS = 1_500
_TEMPO = (40.0, 220.0, 36)
_SURE = 0.3


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Plots over all tracks.

    Args:
        dots: valence (x) and arousal (y) of the tracks that are listed most.
        tempo, tempo_ticks: histogram of tempo; tracks whose tempo is a guess are left out.
        keys: (tonic, major, minor) with bars on one scale.
    """

    tracks: int
    dots: list[Dot]
    moods: list[Bar]
    tempo: list[Bar]
    tempo_ticks: list[Tick]
    tempo_unsure: int
    keys: list[tuple[str, Bar, Bar]]
    genres: list[Bar]


def catalogue(
    tracks: pl.DataFrame, audio_features: pl.DataFrame, emotions: pl.DataFrame, daily_lists: pl.DataFrame
) -> Catalogue:
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
        dots=_dots(tracks, emotions, daily_lists),
        moods=bars([(_both(mood), float(n), str(n)) for mood, n in moods.head(12).rows()]),
        tempo=histogram(sure["tempo_bpm"].to_list(), *_TEMPO, "BPM"),
        tempo_ticks=ticks(_TEMPO[0], _TEMPO[1], [60, 80, 100, 120, 140, 160, 180, 200]),
        tempo_unsure=audio_features.height - sure.height,
        keys=_keys(audio_features),
        genres=bars([(genre.replace("_", " "), float(n), str(n)) for genre, n in genres.head(14).rows()]),
    )


def _both(mood: str) -> str:
    return f"{forms.mood(mood, 'zh')} {forms.mood(mood, 'en')}"


def _dots(tracks: pl.DataFrame, emotions: pl.DataFrame, daily_lists: pl.DataFrame) -> list[Dot]:
    listed = daily_lists.group_by("track_id").len("lists")
    rows = (
        tracks.select("track_id", "title", "artist_name", "genre")
        .join(emotions.select("track_id", "valence", "arousal", mood=pl.col("moods").list.first()), on="track_id")
        .join(listed, on="track_id", how="left")
        .with_columns(pl.col("lists").fill_null(0))
        .sort("lists", "track_id", descending=[True, False])
        .head(MOST_DOTS)
    )
    most = max(1, int(rows["lists"].max() or 0)) if rows.height else 1  # type: ignore[arg-type]
    return [_dot(row, most) for row in rows.iter_rows(named=True)]


def _dot(row: dict[str, object], most: int) -> Dot:
    valence, arousal, lists = float(row["valence"]), float(row["arousal"]), int(row["lists"])  # type: ignore[arg-type, call-overload]
    mood = str(row["mood"] or "")
    words = f"{_both(mood)} · " if mood else ""
    detail = f"{words}valence {valence:+.2f}, arousal {arousal:+.2f} · in {lists} lists"
    size = round((lists / most) ** 0.5, 3)
    title = f"{row['title']} — {row['artist_name']}"
    return Dot(place(valence, -1, 1), place(arousal, -1, 1), size, title, detail, _tone(valence, arousal))


def _tone(valence: float, arousal: float) -> str:
    if arousal >= 0:
        return "bright" if valence >= 0 else "tense"
    return "calm" if valence >= 0 else "sad"


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


MOOD_PLACES = [
    (mood.zh, mood.en, place(mood.valence, -1, 1), place(mood.arousal, -1, 1))
    for mood in MOODS
    if mood.id in ("happy", "tense", "sad", "calm", "romantic", "dark", "dreamy", "rousing")
]
