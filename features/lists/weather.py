"""Which songs fit which weather: by the moods and scenes we are confident of."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.lists.songs import Floats, Songs
from schemas.vocabulary import MOOD_IDS, WEATHER

# Moods that suit a day's weather, the most fitting first.
MOODS_OF: dict[str, tuple[str, ...]] = {
    "sunny": ("fresh", "happy", "hopeful", "playful"),
    "cloudy": ("dreamy", "nostalgic", "healing"),
    "rain": ("quiet", "melancholic", "tender", "healing"),
    "snow": ("calm", "romantic", "healing", "quiet"),
    "fog": ("dreamy", "quiet", "lonely"),
    "wind": ("hopeful", "nostalgic", "groovy"),
}


def fits() -> Floats:
    """1 where a mood suits a weather [shape=(weathers + 1, moods)]; the last row is unknown weather."""
    table = np.zeros((len(WEATHER) + 1, len(MOOD_IDS)))
    for row, weather in enumerate(WEATHER):
        for mood in MOODS_OF[weather]:
            table[row, MOOD_IDS.index(mood)] = 1.0
    return table


def weather_fit(weather: pl.Series, user: np.ndarray, songs: Songs, track: np.ndarray) -> Floats:
    """Probability of the song's best mood that suits the weather of the user's day; 0 when unknown."""
    numbers = {name: place for place, name in enumerate(WEATHER)}
    row = weather.replace_strict(numbers, default=len(WEATHER), return_dtype=pl.Int64).fill_null(len(WEATHER))
    fit: Floats = (songs.moods[:, None, :] * fits()[None, :, :]).max(axis=2)
    found: Floats = fit[track, row.to_numpy()[user]]
    return found
