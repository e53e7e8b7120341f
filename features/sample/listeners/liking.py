"""How much a listener would enjoy each song on a day: the truth the pipeline has to guess."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from features.sample.listeners.people import HIDDEN, Listener
from features.seeds import Seeds

SUNG = ("zh", "en", "instrumental")
# What weather does to the arousal a listener wants.
WEATHER_AROUSAL = {"rain": -0.25, "fog": -0.15, "snow": -0.2, "sunny": 0.1, "cloudy": 0.0, "wind": 0.05}


@dataclass(frozen=True, slots=True)
class Songs:
    """The catalogue's truth as arrays, one element per track.

    Args:
        hidden: what content does not explain, shape (n, HIDDEN); songs of one artist resemble each other.
        released: ordinal of the first day the track may be played.
    """

    ids: list[str]
    artist: np.ndarray
    style: np.ndarray
    styles: list[str]
    valence: np.ndarray
    arousal: np.ndarray
    tempo_bpm: np.ndarray
    appeal: np.ndarray
    sung: np.ndarray
    duration_s: np.ndarray
    hidden: np.ndarray
    released: np.ndarray
    playable: np.ndarray
    explicit: np.ndarray
    regions: list[list[str]]

    @classmethod
    def of(cls, truth: pl.DataFrame, seeds: Seeds) -> Songs:
        """From the catalogue's truth frame, one row per track."""
        frame = truth.sort("track_id")
        styles = sorted(frame["style"].unique().to_list())
        artists = frame["artist_id"].to_list()
        ids = frame["track_id"].to_list()
        hidden = np.stack(
            [
                0.8 * seeds.rng("artist", a).normal(0, 1, HIDDEN) + 0.6 * seeds.rng("song", t).normal(0, 1, HIDDEN)
                for a, t in zip(artists, ids, strict=True)
            ]
        )
        released = np.maximum(_ordinals(frame["release_date"]), _ordinals(frame["added_on"]))
        return cls(
            ids=ids,
            artist=np.array(artists),
            style=np.array([styles.index(s) for s in frame["style"]]),
            styles=styles,
            valence=frame["valence"].to_numpy().astype(float),
            arousal=frame["arousal"].to_numpy().astype(float),
            tempo_bpm=frame["tempo_bpm"].to_numpy().astype(float),
            appeal=frame["appeal"].to_numpy().astype(float),
            sung=np.array([SUNG.index(x) if x in SUNG else 2 for x in frame["language"]]),
            duration_s=frame["duration_s"].to_numpy().astype(float),
            hidden=hidden,
            released=released,
            playable=frame["available"].to_numpy().astype(bool),
            explicit=frame["explicit"].to_numpy().astype(bool),
            regions=frame["regions"].to_list(),
        )

    def allowed(self, listener: Listener, day: int) -> np.ndarray:
        """Tracks this listener could hear on a day (ordinal), shape (n,), bool."""
        country = listener.city.country
        here = np.array([not r or country in r for r in self.regions])
        clean = ~self.explicit | listener.explicit_ok
        return np.asarray(self.playable & here & clean & (self.released <= day))


def _ordinals(days: pl.Series) -> np.ndarray:
    return np.array([d.toordinal() for d in days.to_list()])


def lasting_liking(listener: Listener, songs: Songs, progress: float) -> np.ndarray:
    """Lasting liking of every track, about -1.5 .. 3; ``progress`` 0..1 says how far taste has drifted."""
    style = (1 - progress) * listener.style_taste[0] + progress * listener.style_taste[1]
    mood = mood_wanted(listener, progress)
    distance = (songs.valence - mood[0]) ** 2 + (songs.arousal - mood[1]) ** 2
    tempo = np.exp(-0.5 * ((np.log2(songs.tempo_bpm / listener.tempo_bpm)) / 0.35) ** 2)
    return np.asarray(
        1.3 * style[songs.style]
        + 0.7 * np.exp(-distance / 0.5)
        + 0.35 * tempo
        + 0.6 * listener.sung[songs.sung]
        + 0.55 * songs.hidden @ listener.hidden
        + 0.9 * songs.appeal
        - 1.4
    )


def mood_wanted(listener: Listener, progress: float) -> np.ndarray:
    """Preferred (valence, arousal) at this point of the drift, shape (2,)."""
    return np.asarray((1 - progress) * listener.mood[0] + progress * listener.mood[1])


def of_the_hour(listener: Listener, songs: Songs, progress: float, hour: int, weather: str) -> np.ndarray:
    """What hour and weather add or take, shape (n,): calmer at night and in the rain, livelier by day."""
    shift = WEATHER_AROUSAL[weather] + (-0.35 if hour >= 22 or hour < 5 else 0.15 if 7 <= hour <= 19 else 0.0)
    wanted = mood_wanted(listener, progress)[1] + shift
    return np.asarray(-0.5 * (np.abs(songs.arousal - wanted) - np.abs(songs.arousal - (wanted - shift))))
