"""The sample app's listeners: latent tastes, sixty days of plays, and what each would love tomorrow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from features.sample.listeners.days import FATIGUE, Calendar, Life, live
from features.sample.listeners.liking import Songs, lasting_liking, of_the_hour
from features.sample.listeners.people import Listener, draw, users_table
from features.sample.listeners.places import contexts
from features.seeds import Seeds

# Graded love of tomorrow: the best 8 songs are 3, the next 12 are 2, the next 20 are 1.
GRADES = ((8, 3), (12, 2), (20, 1))


@dataclass(frozen=True, slots=True)
class Listening:
    """Frames in landing form, and the truth about their makers.

    Args:
        truth_users: one row per user: archetypes, tempo, mood, novelty, style weights.
        truth_tomorrow: one row per user and track with relevance 1..3 on the day after ``until``.
    """

    users: pl.DataFrame
    plays: pl.DataFrame
    feedback: pl.DataFrame
    contexts: pl.DataFrame
    truth_users: pl.DataFrame
    truth_tomorrow: pl.DataFrame


def simulate(songs: pl.DataFrame, *, users: int, days: int, until: date, seeds: Seeds) -> Listening:
    """Let ``users`` listeners live ``days`` days up to ``until`` on this catalogue.

    Args:
        songs: the catalogue's truth, one row per track (see ``features.sample.catalogue``).
    """
    catalogue = Songs.of(songs, seeds)
    weather = contexts(days, until, seeds)
    listeners = draw(users, days, until, catalogue.styles, seeds)
    calendars = _calendars(weather)
    lives = [live(x, catalogue, calendars[x.city.name], days, until, seeds) for x in listeners]
    plays = _plays(lives)
    return Listening(
        users=users_table(listeners),
        plays=_with_delivery_faults(plays, seeds),
        feedback=_feedback(lives),
        contexts=weather,
        truth_users=_truth_users(listeners, catalogue),
        truth_tomorrow=_tomorrow(listeners, lives, catalogue, calendars, until + timedelta(days=1), seeds),
    )


def _calendars(weather: pl.DataFrame) -> dict[str, Calendar]:
    found: dict[str, dict[date, tuple[str, bool]]] = {}
    for row in weather.iter_rows(named=True):
        found.setdefault(row["city"], {})[row["local_date"]] = (row["weather"], row["holiday"])
    return {city: Calendar(days) for city, days in found.items()}


def _plays(lives: list[Life]) -> pl.DataFrame:
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "user_id": pl.String,
        "played_at": pl.Datetime("us", "UTC"),
        "track_id": pl.String,
        "listened_s": pl.Float32,
        "skipped": pl.Boolean,
        "origin": pl.String,
    }
    rows = [play for life in lives for play in life.plays]
    return pl.DataFrame(rows, schema=schema, orient="row").sort("played_at", "user_id", "track_id")


def _with_delivery_faults(plays: pl.DataFrame, seeds: Seeds) -> pl.DataFrame:
    """Real deliveries repeat rows and hold a few bad ones: 0.3 % repeats, 6 rows of unknown tracks, 4 impossible."""
    rng = seeds.rng("delivery")
    if plays.height < 100:
        return plays
    repeated = plays[np.sort(rng.choice(plays.height, plays.height * 3 // 1000, replace=False))]
    odd = plays[np.sort(rng.choice(plays.height, 10, replace=False))]
    unknown = odd[:6].with_columns(track_id=pl.lit("t99999"))
    impossible = odd[6:].with_columns(listened_s=pl.lit(-1.0, pl.Float32))
    return pl.concat([plays, repeated, unknown, impossible]).sort("played_at", "user_id", "track_id")


def _feedback(lives: list[Life]) -> pl.DataFrame:
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "user_id": pl.String,
        "event_at": pl.Datetime("us", "UTC"),
        "kind": pl.String,
        "subject_id": pl.String,
    }
    rows = [event for life in lives for event in life.feedback]
    return pl.DataFrame(rows, schema=schema, orient="row").unique().sort("event_at", "user_id", "kind", "subject_id")


def _truth_users(listeners: list[Listener], songs: Songs) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "user_id": x.user_id,
                "archetypes": list(x.archetypes),
                "tempo_bpm": x.tempo_bpm,
                "valence": float(x.mood[1][0]),
                "arousal": float(x.mood[1][1]),
                "novelty": x.novelty,
                "activity": x.activity,
                "styles": songs.styles,
                "style_weights": [float(w) for w in x.style_taste[1]],
            }
            for x in listeners
        ]
    )


def _tomorrow(
    listeners: list[Listener],
    lives: list[Life],
    songs: Songs,
    calendars: dict[str, Calendar],
    day: date,
    seeds: Seeds,
) -> pl.DataFrame:
    """Relevance 1..3 of the songs each listener would love on ``day``; songs worn out lately drop."""
    rows: list[tuple[str, str, int]] = []
    for listener, life in zip(listeners, lives, strict=True):
        weather, _ = calendars[listener.city.name].days[day]
        hour = int(np.argmax(listener.hours))
        love = lasting_liking(listener, songs, 1.0) + of_the_hour(listener, songs, 1.0, hour, weather)
        love -= 0.05 * np.log1p(life.heard) + FATIGUE * life.tired
        love += seeds.rng("tomorrow", listener.user_id).normal(0, 0.15, len(love))
        love[~songs.allowed(listener, day.toordinal()) | life.blocked] = -np.inf
        best = iter(np.argsort(-love, kind="stable"))
        for count, grade in GRADES:
            picked = [int(next(best)) for _ in range(min(count, len(songs.ids) // 5))]
            rows += [(listener.user_id, songs.ids[t], grade) for t in picked if np.isfinite(love[t])]
    schema = {"user_id": pl.String, "track_id": pl.String, "relevance": pl.Int32}
    return pl.DataFrame(rows, schema=schema, orient="row").sort("user_id", "track_id")


__all__ = ["GRADES", "Listening", "simulate"]
