"""The catalogue in pictures: moods, tempo, keys, genres."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import polars as pl

from features.measurement import MeasurementPolicy
from features.report.charts import Bar, Tick, bars, histogram, ticks
from features.words.terms import forms
from schemas.vocabulary import KEYS, MODES

_TEMPO = (40.0, 220.0, 36)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Plots over all tracks.

    Args:
        unplayable: tracks that nothing can play: known from listens only.
        moods: leading moods, where they may be said.
        tempo, tempo_ticks: histogram of the tempi that may be said; ``tempo_unsure`` tracks have none.
        keys: (tonic, major, minor) with bars on one scale; keys that may be said.
    """

    tracks: int
    unplayable: int
    moods: list[Bar]
    tempo: list[Bar]
    tempo_ticks: list[Tick]
    tempo_unsure: int
    keys: list[tuple[str, Bar, Bar]]
    genres: list[Bar]


def catalogue(
    tracks: pl.DataFrame, audio_features: pl.DataFrame, emotions: pl.DataFrame, policy: MeasurementPolicy
) -> Catalogue:
    """Lay out the plots."""
    tempi = audio_features.select(policy.said("tempo"))["tempo"].drop_nulls()
    told = pl.col("genre").fill_null("no genre told")
    genres = tracks.group_by(told).len().sort("len", "genre", descending=[True, False])
    moods = (
        emotions.select(policy.said("mood"))
        .drop_nulls()
        .group_by("mood")
        .len()
        .sort("len", "mood", descending=[True, False])
    )
    return Catalogue(
        tracks=tracks.height,
        unplayable=int((~tracks.get_column("playable").fill_null(True)).sum()),
        moods=bars([(_both(mood), float(n), str(n)) for mood, n in moods.head(12).rows()]),
        tempo=histogram(tempi.to_list(), *_TEMPO, "BPM"),
        tempo_ticks=ticks(_TEMPO[0], _TEMPO[1], [60, 80, 100, 120, 140, 160, 180, 200]),
        tempo_unsure=audio_features.height - len(tempi),
        keys=_keys(audio_features, policy),
        genres=bars([(genre.replace("_", " "), float(n), str(n)) for genre, n in genres.head(14).rows()]),
    )


def _both(mood: str) -> str:
    return f"{forms.mood(mood, 'zh')} {forms.mood(mood, 'en')}"


def _keys(audio_features: pl.DataFrame, policy: MeasurementPolicy) -> list[tuple[str, Bar, Bar]]:
    counted = Counter(audio_features.select(policy.said("key"))["key"].drop_nulls().to_list())
    names = [f"{key} {mode}" for key in KEYS for mode in MODES]
    laid = bars([(forms.key_name(name, "en"), float(counted[name]), str(counted[name])) for name in names])
    return [(_tonics(key), laid[2 * i], laid[2 * i + 1]) for i, key in enumerate(KEYS)]


def _tonics(key: str) -> str:
    """The tonic, as its major and its minor key spell it where they differ: ``Db/C#``."""
    spelled = [forms.key_name(f"{key} {mode}", "en").split()[0] for mode in MODES]
    return "/".join(dict.fromkeys(spelled))
