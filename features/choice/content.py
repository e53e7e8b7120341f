"""What a track is, as numbers a listener can have a taste for."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.choice.params import ChoiceParams
from features.measurement import MeasurementPolicy
from schemas.vocabulary import TRACK_LANGUAGES

# Points on Russell's plane and in tempo (octaves from 100 BPM) that a song is near to or far from.
_MOODS = tuple((valence, arousal) for valence in (-0.6, 0.0, 0.6) for arousal in (-0.6, 0.0, 0.6))
_MOOD_WIDTH = 0.5
_TEMPI = (-0.6, -0.3, 0.0, 0.3, 0.6)
_TEMPO_WIDTH = 0.3
CONTENT_FIXED = len(TRACK_LANGUAGES) + len(_MOODS) + len(_TEMPI)


def content(
    tracks: pl.DataFrame,
    emotions: pl.DataFrame,
    audio_features: pl.DataFrame,
    params: ChoiceParams,
    policy: MeasurementPolicy,
) -> np.ndarray:
    """Genre, language, nearness to nine moods and five tempi [shape=(tracks, genres + 18), float32].

    What is not known of a track is 0.

    Args:
        tracks: sorted by ``track_id``; the rows of the result are in this order.
    """
    known = (
        tracks.select("track_id", "genre", "language")
        .join(emotions.select("track_id", "valence", "arousal"), on="track_id", how="left", maintain_order="left")
        .join(
            audio_features.select("track_id", tempo_bpm=policy.used("tempo")),
            on="track_id",
            how="left",
            maintain_order="left",
        )
    )
    genres = _one_hot(known["genre"], _most_frequent(known["genre"], params.genres), params.genres)
    languages = _one_hot(known["language"], list(TRACK_LANGUAGES), len(TRACK_LANGUAGES))
    valence, arousal = _column(known["valence"]), _column(known["arousal"])
    octave = np.log2(_column(known["tempo_bpm"]) / 100)
    moods = [np.exp(-((valence - v) ** 2 + (arousal - a) ** 2) / _MOOD_WIDTH) for v, a in _MOODS]
    tempi = [np.exp(-0.5 * ((octave - centre) / _TEMPO_WIDTH) ** 2) for centre in _TEMPI]
    near = np.nan_to_num(np.stack([*moods, *tempi], axis=1), nan=0.0)
    return np.hstack([genres, languages, near]).astype(np.float32)


def _most_frequent(values: pl.Series, most: int) -> list[str]:
    counted = values.drop_nulls().value_counts().sort("count", values.name, descending=[True, False])
    return counted[values.name].head(most).to_list()


def _one_hot(values: pl.Series, names: list[str], width: int) -> np.ndarray:
    index = {name: at for at, name in enumerate(names)}
    table = np.zeros((len(values), width))
    for row, value in enumerate(values.to_list()):
        if value in index:
            table[row, index[value]] = 1.0
    return table


def _column(values: pl.Series) -> np.ndarray:
    return values.cast(pl.Float64).fill_null(float("nan")).to_numpy()
