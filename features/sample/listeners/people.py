"""Listeners with latent tastes: who they are, what they lean to, how they listen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from features.sample.listeners.places import CITIES, City
from features.seeds import Seeds

HIDDEN = 8
# What kinds of listeners there are: weights on styles, and a place on the mood plane.
ARCHETYPES: dict[str, tuple[dict[str, float], float, float]] = {
    "late_night": ({"ballad": 3, "lofi": 3, "rnb": 2, "ambient": 2, "jazz": 1}, -0.1, -0.5),
    "runner": ({"electronic": 4, "rock": 3, "city_pop": 1}, 0.4, 0.7),
    "poet": ({"guofeng": 4, "folk": 3, "ballad": 2, "orchestral": 1}, 0.0, -0.3),
    "cafe": ({"jazz": 3, "bossa_nova": 3, "city_pop": 2, "waltz": 1}, 0.5, -0.1),
    "wanderer": ({"folk": 4, "rock": 2, "waltz": 1, "bossa_nova": 1}, 0.2, 0.0),
    "neon": ({"city_pop": 4, "electronic": 2, "rnb": 2, "lofi": 1}, 0.5, 0.3),
    "dreamer": ({"ambient": 3, "orchestral": 3, "waltz": 2, "lofi": 1}, 0.1, -0.4),
    "sunshine": ({"playful": 3, "city_pop": 2, "folk": 2, "bossa_nova": 2}, 0.8, 0.4),
    "storm": ({"rock": 4, "orchestral": 2, "electronic": 2}, -0.3, 0.6),
}


@dataclass(frozen=True, slots=True)
class Listener:
    """One user and the truth about them.

    Args:
        style_taste: weight per style, shape (2, n_styles): at the start and at the end of the days.
        mood: preferred (valence, arousal), shape (2, 2): start and end.
        hidden: liking not explained by content, shape (HIDDEN,).
        tempo_bpm: preferred tempo.
        sung: liking of tracks sung in zh, en, instrumental, shape (3,).
        activity: mean plays on an ordinary day.
        novelty: share of choices outside the known, 0..1.
        hours: probability of a session per local hour, shape (24,).
    """

    user_id: str
    archetypes: tuple[str, str]
    city: City
    language: str
    created_on: date
    personalised: bool
    explicit_ok: bool
    style_taste: np.ndarray
    mood: np.ndarray
    hidden: np.ndarray
    tempo_bpm: float
    sung: np.ndarray
    activity: float
    novelty: float
    hours: np.ndarray


def draw(
    users: int, days: int, until: date, styles: list[str], seeds: Seeds, only: range | None = None
) -> list[Listener]:
    """Draw ``users`` listeners; the last 6 % are brand new, every 20th has opted out of personalisation.

    Args:
        only: numbers (from 0) of those to draw; all when not given.
    """
    new_from = users - max(1, round(users * 0.06))
    return [_listener(i, i >= new_from, days, until, styles, seeds) for i in only or range(users)]


def users_table(listeners: Sequence[Listener]) -> pl.DataFrame:
    """One row per listener, as an app delivers it."""
    return pl.DataFrame(
        [
            {
                "user_id": x.user_id,
                "created_on": x.created_on,
                "language": x.language,
                "city": x.city.name,
                "country": x.city.country,
                "timezone": x.city.timezone,
                "personalised": x.personalised,
                "explicit_ok": x.explicit_ok,
            }
            for x in listeners
        ]
    )


def _listener(index: int, new: bool, days: int, until: date, styles: list[str], seeds: Seeds) -> Listener:
    user_id = f"u{index + 1:05d}"
    rng = seeds.rng("listener", user_id)
    city = CITIES[int(rng.choice(len(CITIES), p=[c.weight for c in CITIES]))]
    names = sorted(ARCHETYPES)
    first, second = (names[int(i)] for i in rng.choice(len(names), size=2, replace=False))
    lean = float(rng.uniform(0.6, 0.95))
    later = float(np.clip(lean + rng.normal(-0.1, 0.15), 0.2, 1.0))
    age_days = int(rng.integers(0, 3)) if new else int(rng.integers(days, days + 1500))
    reads_zh = rng.random() < city.zh_share
    return Listener(
        user_id=user_id,
        archetypes=(first, second),
        city=city,
        language="zh" if reads_zh else "en",
        created_on=until - timedelta(days=age_days),
        personalised=index % 20 != 7,
        explicit_ok=bool(rng.random() < 0.7),
        style_taste=np.stack([_styles(first, second, w, styles, rng) for w in (lean, later)]),
        mood=np.stack([_mood(first, second, w, rng) for w in (lean, later)]),
        hidden=rng.normal(0, 1, HIDDEN) / np.sqrt(HIDDEN),
        tempo_bpm=float(np.clip(rng.normal(88 if ARCHETYPES[first][2] < 0 else 118, 14), 60, 170)),
        sung=_sung(reads_zh, rng),
        activity=float(np.clip(rng.lognormal(np.log(5.2), 0.7), 0.6, 40)),
        novelty=float(np.clip(rng.beta(1.8, 6), 0.03, 0.7)),
        hours=_hours(first, rng),
    )


def _styles(first: str, second: str, lean: float, styles: list[str], rng: np.random.Generator) -> np.ndarray:
    weights = np.array(
        [lean * ARCHETYPES[first][0].get(s, 0) + (1 - lean) * ARCHETYPES[second][0].get(s, 0) for s in styles]
    )
    return np.asarray(np.clip(weights / 4 + rng.normal(0, 0.12, len(styles)), -0.3, 1.2))


def _mood(first: str, second: str, lean: float, rng: np.random.Generator) -> np.ndarray:
    mixed = [lean * ARCHETYPES[first][k] + (1 - lean) * ARCHETYPES[second][k] for k in (1, 2)]  # type: ignore[operator]
    return np.clip(np.array(mixed) + rng.normal(0, 0.12, 2), -1, 1)


def _sung(reads_zh: bool, rng: np.random.Generator) -> np.ndarray:
    base = np.array([0.8, 0.35, 0.4]) if reads_zh else np.array([0.15, 0.8, 0.45])
    return np.asarray(np.clip(base + rng.normal(0, 0.15, 3), 0, 1))


def _hours(archetype: str, rng: np.random.Generator) -> np.ndarray:
    peaks = {"late_night": (23, 1), "runner": (7, 19), "cafe": (15, 10), "storm": (18, 22)}.get(archetype, (8, 20))
    hour = np.arange(24)
    weights = np.full(24, 0.02)
    for peak, height in zip(peaks, (1.0, 0.7), strict=True):
        distance = np.minimum((hour - peak) % 24, (peak - hour) % 24)
        weights += height * np.exp(-0.5 * (distance / rng.uniform(1.2, 2.2)) ** 2)
    return np.asarray(weights / weights.sum())
