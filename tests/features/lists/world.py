"""A small synthetic world with latent tastes: everything the three stages read, and the truth.

Songs and users lie in a latent space; artists and genres gather nearby songs; users play what
is near them. The collaborative tables are made here in the plainest way (cosine of co-plays,
a truncated SVD); the choice model is the real one, fitted briefly.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

import jobs.choice
from features.choice.params import ChoiceParams
from features.measurement import MeasurementPolicy
from features.night import Night
from features.seeds import Seeds
from jobs.run.body import apply
from schemas import TABLES
from schemas.sound import TEXT_DIM
from schemas.vocabulary import KEYS, MODES, MOODS, SCENE_IDS, WEATHER
from tests.features.lists import collaborative
from tests.frames import rows

NIGHT = Night(date(2026, 11, 20))
LATENT = 6
CITIES = (("Chengdu", "CN"), ("London", "GB"), ("Boston", "US"))
GENRES = ("folk", "rock", "jazz", "ambient", "city pop", "古风")


@dataclass(frozen=True)
class World:
    """Input tables by name, and the graded love of tomorrow (user_id, track_id, relevance)."""

    tables: dict[str, pl.DataFrame]
    truth: pl.DataFrame
    night: Night = NIGHT


@functools.lru_cache(maxsize=8)
def world(seed: int = 0, users: int = 30, songs: int = 150, plays: int = 60, artists: int = 40) -> World:
    """Some users are new, opted out, without city or country; some songs are explicit, regional,
    withdrawn, unreleased, fresh, without audio, of the same recording, or with featured artists.
    """
    rng = np.random.default_rng(seed)
    artist_at = rng.normal(size=(artists, LATENT))
    of = rng.integers(artists, size=songs)
    song_at = artist_at[of] + 0.6 * rng.normal(size=(songs, LATENT))
    user_at = artist_at[rng.integers(artists, size=users)] + 0.5 * rng.normal(size=(users, LATENT))
    tracks = _tracks(rng, of, song_at, artists)
    sounds, emotions, texts = _sound(rng, song_at, tracks)
    people = _users(rng, users)
    love = user_at @ song_at.T / np.sqrt(LATENT)
    heard = _plays(rng, people, tracks, love, plays)
    counts = collaborative.counts(heard, people, tracks)
    near = collaborative.cosine(song_at)
    recent = heard.filter(pl.col("local_date") > NIGHT.ds - timedelta(days=30))
    willing, alike = people["personalised"].to_numpy(), collaborative.cosine(counts.T)
    lately = collaborative.counts(recent, people, tracks) * willing[:, None]
    tables = {
        "tracks": tracks,
        "users": people,
        "plays": heard,
        "feedback": _feedback(rng, people, tracks, love),
        "contexts": _contexts(rng),
        "audio_features": sounds,
        "recordings": TABLES["recordings"].empty(),
        "emotions": emotions,
        "text_vectors": texts,
        "cf_neighbours": collaborative.neighbours(alike, tracks, "cf_neighbours", counts[willing]),
        "cf_blend": rows("cf_blend", [{"model": "als", "weight": 0.8}, {"model": "item_item", "weight": 0.2}]),
        "cf_user_knn": collaborative.unheard(counts, people, tracks),
        "neighbours": collaborative.neighbours(near, tracks, "neighbours", heard=frozenset(sounds["track_id"])),
        **collaborative.factors(counts, people, tracks),
        "popularity": collaborative.popularity(counts, lately, people, tracks, [city for city, _ in CITIES]),
        "history": TABLES["history"].empty(),
        "ranker": TABLES["ranker"].empty(),
    }
    tables |= _choice(tables)
    return World(tables, _graded(rng, love, people, tracks))


def _graded(rng: np.random.Generator, love: np.ndarray, people: pl.DataFrame, tracks: pl.DataFrame) -> pl.DataFrame:
    """What each would love tomorrow: the best 15 % of songs by love with some chance in it."""
    grade = np.clip(love + 0.3 * rng.normal(size=love.shape), 0, None)
    grade = np.where(grade >= np.quantile(grade, 0.85, axis=1, keepdims=True), grade, 0)
    u, t = np.nonzero(grade)
    return pl.DataFrame(
        {"user_id": people["user_id"].gather(u), "track_id": tracks["track_id"].gather(t), "relevance": grade[u, t]}
    )


def _tracks(rng: np.random.Generator, of: np.ndarray, at: np.ndarray, artists: int) -> pl.DataFrame:
    made: list[dict[str, Any]] = []
    for i, artist in enumerate(of):
        kind = rng.random()
        age = int(rng.integers(1, 2000)) if kind > 0.1 else int(rng.integers(-3, 20))
        made.append(
            {
                "track_id": f"t{i:04d}",
                "title": f"Song {i}",
                "artist_id": f"a{artist:03d}",
                "artist_name": f"Artist {artist}",
                "featured_artist_ids": [f"a{rng.integers(artists):03d}"] if rng.random() < 0.15 else [],
                "album_id": f"al{artist:03d}{i % 2}" if rng.random() < 0.8 else None,
                "release_date": NIGHT.serves_on - timedelta(days=age) if rng.random() < 0.95 else None,
                "added_on": NIGHT.ds - timedelta(days=max(age, 0)),
                "genre": GENRES[int(np.argmax(at[i]))] if rng.random() < 0.95 else None,
                "producer": f"Producer {artist % 5}" if i % 6 else None,
                "composer": f"Composer {i % 9}" if i % 4 else None,
                "lyricist": f"Writer {artist % 7}" if i % 3 else "",
                "label": f"Label {artist % 4}",
                "language": ("zh", "en", "instrumental")[int(np.argmax(at[i][:3]))],
                "explicit": bool(rng.random() < 0.08),
                "regions": ["CN"] if rng.random() < 0.05 else [],
                "available": bool(rng.random() > 0.05),
            }
        )
    return rows("tracks", made)


def _sound(
    rng: np.random.Generator, at: np.ndarray, tracks: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    ids = tracks["track_id"].to_list()
    sounds, felt, texts = [], [], []
    projection = rng.normal(size=(LATENT, TEXT_DIM))
    for i, track_id in enumerate(ids):
        squash = np.tanh(at[i] / 2)
        vector = at[i] @ projection
        texts.append({"track_id": track_id, "vector": (vector / np.linalg.norm(vector)).tolist()})
        felt.append(_felt(i, track_id, float(squash[0]), float(squash[1])))
        if rng.random() < 0.1:
            continue
        copy = i > 0 and rng.random() < 0.04
        sounds.append(
            {
                "track_id": track_id,
                "audio_content_id": f"r{i - 1 if copy else i:04d}",
                "tempo_bpm": float(60 + 100 / (1 + np.exp(-at[i][2]))),
                "tempo_confidence": float(1 - 0.8 * rng.random() ** 2),
                "key": KEYS[int(abs(at[i][3]) * 4) % 12],
                "mode": MODES[int(at[i][4] > 0)],
                "key_strength": float(rng.random() * 0.6 + 0.4),
                "key_confidence": 0.2 + 0.8 * (i * 37 % 100 / 100),
                "energy": float((squash[5] + 1) / 2),
            }
        )
    return rows("audio_features", sounds), rows("emotions", felt), rows("text_vectors", texts)


def _felt(i: int, track_id: str, valence: float, arousal: float) -> dict[str, Any]:
    apart = [(m.valence - valence) ** 2 + (m.arousal - arousal) ** 2 for m in MOODS]
    return {
        "track_id": track_id,
        "valence": valence,
        "arousal": arousal,
        "valence_confidence": 0.8,
        "arousal_confidence": 0.8,
        "moods": [MOODS[m].id for m in np.argsort(apart)[:3]],
        "mood_probabilities": [0.8, 0.6, 0.3],
        "scenes": [SCENE_IDS[i % len(SCENE_IDS)], SCENE_IDS[(i + 5) % len(SCENE_IDS)]],
        "scene_probabilities": [0.7, 0.5],
    }


def _users(rng: np.random.Generator, users: int) -> pl.DataFrame:
    made: list[dict[str, Any]] = []
    for i in range(users):
        city, country = CITIES[i % len(CITIES)]
        made.append(
            {
                "user_id": f"u{i:04d}",
                "language": "zh" if country == "CN" else "en",
                "city": city if i % 11 else None,
                "country": country if i % 7 else None,
                "timezone": "UTC",
                "personalised": i % 8 != 3,
                "explicit_ok": bool(rng.random() < 0.5),
            }
        )
    return rows("users", made)


def _plays(
    rng: np.random.Generator, people: pl.DataFrame, tracks: pl.DataFrame, love: np.ndarray, plays: int
) -> pl.DataFrame:
    """Every tenth user is new; the others play by softmax of love, and skip what they love little."""
    made: list[dict[str, Any]] = []
    ids = tracks["track_id"].to_list()
    for i, user_id in enumerate(people["user_id"]):
        if i % 10 == 9:
            continue
        chance = np.exp(1.5 * love[i])
        for k in range(int(rng.poisson(plays * (0.3 + 1.4 * rng.random())))):
            t = int(rng.choice(len(ids), p=chance / chance.sum()))
            age = int(rng.integers(0, 40))
            skipped = bool(rng.random() < 1 / (1 + np.exp(2 + 1.5 * love[i, t])))
            day = NIGHT.ds - timedelta(days=age)
            hour = int(np.clip(rng.normal(14 + 6 * np.tanh(love[i, 0]), 4), 0, 23))
            made.append(
                {
                    "user_id": user_id,
                    "played_at": datetime(day.year, day.month, day.day, hour, k % 60, k // 60 % 60, tzinfo=UTC),
                    "track_id": ids[t],
                    "local_date": day,
                    "local_hour": hour,
                    "listened_s": 20.0,
                    "completion": 0.2 if skipped else 1.0,
                    "skipped": skipped,
                    "origin": ("organic", "recommended", "playlist")[int(rng.integers(3))],
                }
            )
    frame = rows("plays", made)
    return frame.unique(["user_id", "played_at", "track_id"], keep="first", maintain_order=True)


def _feedback(rng: np.random.Generator, people: pl.DataFrame, tracks: pl.DataFrame, love: np.ndarray) -> pl.DataFrame:
    made: list[dict[str, Any]] = []
    day = NIGHT.ds - timedelta(days=3)
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    for i, user_id in enumerate(people["user_id"]):
        best, worst = np.argsort(-love[i])[:3], np.argsort(love[i])[:2]
        events = [("like_track", tracks["track_id"][int(t)]) for t in best if rng.random() < 0.5]
        events += [("block_track", tracks["track_id"][int(worst[0])])] if rng.random() < 0.3 else []
        events += [("block_artist", tracks["artist_id"][int(worst[1])])] if rng.random() < 0.3 else []
        made += [
            {"user_id": user_id, "event_at": at, "kind": kind, "subject_id": subject, "local_date": day}
            for kind, subject in events
        ]
    return rows("feedback", made)


def _contexts(rng: np.random.Generator) -> pl.DataFrame:
    return rows(
        "contexts",
        [
            {"city": city, "local_date": day, "weather": WEATHER[int(rng.integers(len(WEATHER)))]}
            for city, _ in CITIES
            for day in (NIGHT.ds, NIGHT.serves_on)
        ],
    )


def _choice(tables: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    few = ChoiceParams(epochs=8)
    return apply(jobs.choice.whole, tables, policy=MeasurementPolicy(), params=few, seeds=Seeds(1), night=NIGHT)
