"""A small synthetic world with latent tastes: everything the three stages read, and the truth.

Songs and users lie in a latent space; artists and genres gather nearby songs; users play what
is near them. The collaborative tables are made here in the plainest way (cosine of co-plays,
a truncated SVD); the choice model is the real one, fitted briefly.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

import jobs.choice
from features.choice.params import ChoiceParams
from features.night import Night
from features.seeds import Seeds
from schemas import TABLES
from schemas.listeners import FACTOR_DIM
from schemas.sound import TEXT_DIM
from schemas.vocabulary import KEYS, MODES, MOODS, SCENE_IDS, WEATHER
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
    counts = _counts(heard, people, tracks)
    near = _cosine(song_at)
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
        "cf_neighbours": _neighbours(_cosine(counts.T), tracks, "cf_neighbours"),
        "cf_blend": rows("cf_blend", [{"model": "als", "weight": 0.8}, {"model": "item_item", "weight": 0.2}]),
        "neighbours": _neighbours(near, tracks, "neighbours"),
        **_factors(counts, people, tracks),
        "popularity": _popularity(counts, people, tracks),
        "history": TABLES["history"].empty(),
        "ranker": TABLES["ranker"].empty(),
    }
    tables |= _choice(tables)
    grade = np.clip(love + 0.3 * rng.normal(size=love.shape), 0, None)
    grade = np.where(grade >= np.quantile(grade, 0.85, axis=1, keepdims=True), grade, 0)
    u, t = np.nonzero(grade)
    truth = pl.DataFrame(
        {"user_id": people["user_id"].gather(u), "track_id": tracks["track_id"].gather(t), "relevance": grade[u, t]}
    )
    return World(tables, truth)


def weekending(plays: pl.DataFrame, emotions: pl.DataFrame, calmer: list[str], livelier: list[str]) -> pl.DataFrame:
    """The same plays on other days: the calmer (livelier) half of what these listeners play on Saturdays, the rest
    on Tuesdays, not after the day it was.
    """
    felt = plays.join(emotions.select("track_id", "arousal"), on="track_id", how="left", maintain_order="left")
    calm = pl.col("arousal").rank("ordinal").over("user_id") <= pl.len().over("user_id") / 2
    saturday = pl.when(pl.col("user_id").is_in(calmer)).then(calm).otherwise(~calm)
    back = (pl.col("local_date").dt.weekday() - pl.when(saturday).then(6).otherwise(2)) % 7
    moved = pl.duration(days=pl.when(pl.col("user_id").is_in([*calmer, *livelier])).then(back).otherwise(0))
    return felt.with_columns(pl.col("local_date") - moved, pl.col("played_at") - moved).drop("arousal")


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
        valence, arousal = float(squash[0]), float(squash[1])
        apart = [(m.valence - valence) ** 2 + (m.arousal - arousal) ** 2 for m in MOODS]
        nearest = np.argsort(apart)[:3]
        felt.append(
            {
                "track_id": track_id,
                "valence": valence,
                "arousal": arousal,
                "valence_confidence": 0.8,
                "arousal_confidence": 0.8,
                "moods": [MOODS[m].id for m in nearest],
                "mood_probabilities": [0.8, 0.6, 0.3],
                "scenes": [SCENE_IDS[i % len(SCENE_IDS)], SCENE_IDS[(i + 5) % len(SCENE_IDS)]],
                "scene_probabilities": [0.7, 0.5],
            }
        )
        if rng.random() < 0.1:
            continue
        copy = i > 0 and rng.random() < 0.04
        sounds.append(
            {
                "track_id": track_id,
                "recording_id": f"r{i - 1 if copy else i:04d}",
                "tempo_bpm": float(60 + 100 / (1 + np.exp(-at[i][2]))),
                "tempo_confidence": float(rng.random() * 0.8 + 0.2),
                "key": KEYS[int(abs(at[i][3]) * 4) % 12],
                "mode": MODES[int(at[i][4] > 0)],
                "key_strength": float(rng.random() * 0.6 + 0.4),
                "energy": float((squash[5] + 1) / 2),
            }
        )
    return rows("audio_features", sounds), rows("emotions", felt), rows("text_vectors", texts)


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


def _counts(plays: pl.DataFrame, people: pl.DataFrame, tracks: pl.DataFrame) -> np.ndarray:
    counts = np.zeros((people.height, tracks.height))
    u = {v: i for i, v in enumerate(people["user_id"])}
    t = {v: i for i, v in enumerate(tracks["track_id"])}
    for user_id, track_id, skipped in plays.select("user_id", "track_id", "skipped").iter_rows():
        counts[u[user_id], t[track_id]] += not skipped
    return np.log1p(counts)


def _cosine(at: np.ndarray) -> np.ndarray:
    unit = at / np.maximum(np.linalg.norm(at, axis=1, keepdims=True), 1e-9)
    return np.clip(unit @ unit.T, -1, 1)


def _neighbours(cosine: np.ndarray, tracks: pl.DataFrame, table: str) -> pl.DataFrame:
    ids = tracks["track_id"].to_list()
    np.fill_diagonal(cosine, -1)
    made = []
    for i, track_id in enumerate(ids):
        for rank, j in enumerate(np.argsort(-cosine[i], kind="stable")[:20], start=1):
            if cosine[i, j] > 0:
                made.append(
                    {"track_id": track_id, "rank": rank, "neighbour_id": ids[int(j)], "similarity": float(cosine[i, j])}
                )
    return rows(table, made)


def _factors(counts: np.ndarray, people: pl.DataFrame, tracks: pl.DataFrame) -> dict[str, pl.DataFrame]:
    left, values, right = np.linalg.svd(counts, full_matrices=False)
    kept = min(8, len(values))
    user = np.zeros((len(counts), FACTOR_DIM))
    track = np.zeros((counts.shape[1], FACTOR_DIM))
    user[:, :kept], track[:, :kept] = left[:, :kept] * values[:kept], right[:kept].T
    played = counts.sum(axis=1) > 0
    return {
        "cf_user_factors": rows(
            "cf_user_factors",
            [{"user_id": people["user_id"][i], "vector": user[i].tolist()} for i in np.flatnonzero(played).tolist()],
        ),
        "cf_track_factors": rows(
            "cf_track_factors",
            [{"track_id": v, "vector": track[i].tolist()} for i, v in enumerate(tracks["track_id"])],
        ),
    }


def _choice(tables: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    names = ("plays", "users", "tracks", "emotions", "audio_features", "contexts")
    few = ChoiceParams(epochs=8)
    return jobs.choice.run(**{n: tables[n] for n in names}, params=few, seeds=Seeds(1), night=NIGHT)


def _popularity(counts: np.ndarray, people: pl.DataFrame, tracks: pl.DataFrame) -> pl.DataFrame:
    cities = people["city"].fill_null("").to_numpy()
    made = []
    for place in ("*", *(c for c, _ in CITIES)):
        who = np.ones(len(counts), dtype=bool) if place == "*" else cities == place
        score = (counts[who] > 0).sum(axis=0)
        ranked = [t for t in np.argsort(-score, kind="stable") if score[t] > 0]
        made += [
            {"place": place, "track_id": tracks["track_id"][int(t)], "score": float(score[t]), "rank": rank}
            for rank, t in enumerate(ranked, start=1)
        ]
    return rows("popularity", made)
