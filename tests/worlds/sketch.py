"""The sample app without its audio: landing as ingested, sound tables drawn from the truth with error.

Measures and tunes what comes after the sound stages in seconds, for any number of users and
songs. The errors are of the size the sound stages make: tempo an octave off in one song of
ten, key right in seven of ten, valence and arousal within about 0.25.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import polars as pl

import jobs.candidates
import jobs.choice
import jobs.collaborative
import jobs.taste
from features.candidates.sources import CandidateParams
from features.choice.params import ChoiceParams
from features.collaborative.params import CollaborativeParams
from features.lists.params import ListParams
from features.measurement import MeasurementPolicy
from features.night import Night
from features.sample.catalogue import compose_catalogue
from features.sample.listeners import simulate
from features.seeds import Seeds
from features.taste.weights import TasteParams
from jobs.run.body import apply
from schemas import TABLES
from schemas.sound import AUDIO_DIM, TEXT_DIM
from schemas.vocabulary import KEYS, MODES, MOODS

Tables = dict[str, pl.DataFrame]
_SKETCHED = {"content_key": "k", "extractor_version": "sketch", "codec": "flac"}
_CURVES = ("beats_s", "mfcc_mean", "mfcc_std", "hpcp_mean", "energy_curve")


@dataclass(frozen=True)
class Sketch:
    """All tables up to ``candidates`` of one night, and the graded love of the next day."""

    tables: Tables
    truth: pl.DataFrame
    night: Night


def sketch(seed: int, users: int = 300, songs: int = 300, days: int = 60) -> Sketch:
    """Compose, simulate, ingest plainly, and run taste, collaborative, choice and candidates."""
    app = landed(seed, users, songs, days)
    return replace(app, tables=learned(app.tables, app.night))


def landed(seed: int, users: int = 300, songs: int = 300, days: int = 60, records: int = 0) -> Sketch:
    """Compose, simulate and ingest plainly.

    Args:
        records: when given, every artist's songs lie on so many albums, and what songs share beyond
            their content goes by album instead of by artist.
    """
    night, seeds = Night(date(2026, 11, 20)), Seeds(seed)
    catalogue = compose_catalogue(songs, night.ds, seeds)
    given, truth = (
        (_recorded(catalogue.tracks, catalogue.truth, records)) if records else (catalogue.tracks, catalogue.truth)
    )
    lives = simulate(truth, users=users, days=days, until=night.ds, seeds=seeds)
    rng = seeds.rng("sketch")
    tracks = TABLES["tracks"].frame(given.sort("track_id"))
    people = TABLES["users"].frame(lives.users.sort("user_id"))
    texts, sounds = _vectors(catalogue.truth.sort("track_id"), tracks, rng)
    tables = {
        "tracks": tracks,
        "users": people,
        "plays": _plays(lives.plays, people, tracks, night),
        "feedback": _dated(lives.feedback, people, "event_at", "feedback"),
        "contexts": TABLES["contexts"].frame(lives.contexts),
        "text_vectors": texts,
        "audio_vectors": sounds,
        "neighbours": _neighbours(texts, sounds),
        "history": TABLES["history"].empty(),
        "ranker": TABLES["ranker"].empty(),
        "recordings": TABLES["recordings"].empty(),
        **_heard(catalogue.truth.sort("track_id"), rng),
    }
    return Sketch(tables, lives.truth_tomorrow, night)


def _recorded(tracks: pl.DataFrame, truth: pl.DataFrame, records: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Catalogue and truth with so many albums per artist; to the truth, an album is an artist of its own."""
    number = pl.int_range(pl.len()).over("artist_id") % records
    albums = tracks.sort("track_id").select("track_id", album_id=pl.format("{}-{}", "artist_id", number))
    relabelled = truth.drop("artist_id").join(albums, on="track_id", maintain_order="left")
    placed = tracks.drop("album_id").join(albums, on="track_id", maintain_order="left")
    return placed, relabelled.rename({"album_id": "artist_id"})


def learned(tables: Tables, night: Night) -> Tables:
    """The stages between sound and lists."""

    tables = dict(tables)
    tables |= apply(
        jobs.taste.run,
        tables,
        params=TasteParams(),
        policy=MeasurementPolicy(),
        night=night,
    )
    tables |= apply(
        jobs.collaborative.run,
        tables,
        params=CollaborativeParams(),
        night=night,
    )
    tables |= apply(
        jobs.choice.whole,
        tables,
        params=ChoiceParams(),
        policy=MeasurementPolicy(),
        seeds=Seeds(1),
        night=night,
    )
    return tables | apply(jobs.candidates.run, tables, params=CandidateParams(), list_rules=ListParams(), night=night)


def _plays(plays: pl.DataFrame, people: pl.DataFrame, tracks: pl.DataFrame, night: Night) -> pl.DataFrame:
    known = (
        plays.unique().join(tracks.select("track_id", "duration_s"), on="track_id").filter(pl.col("listened_s") >= 0)
    )
    share = (pl.col("listened_s") / pl.col("duration_s")).clip(0, 1).fill_nan(0).fill_null(0)
    dated = _dated(known.with_columns(completion=share), people, "played_at", "plays")
    return dated.filter(pl.col("local_date") <= night.ds)


def _dated(events: pl.DataFrame, people: pl.DataFrame, moment: str, table: str) -> pl.DataFrame:
    """Local date and hour of each event in its user's time zone."""
    parts = []
    for (zone,), group in events.join(people.select("user_id", "timezone"), on="user_id").group_by("timezone"):
        local = pl.col(moment).dt.convert_time_zone(str(zone))
        parts.append(group.with_columns(local_date=local.dt.date(), local_hour=local.dt.hour().cast(pl.Int32)))
    return TABLES[table].frame(pl.concat(parts).sort(TABLES[table].key))


def _heard(truth: pl.DataFrame, rng: np.random.Generator) -> Tables:
    """Audio features and emotions: the truth with the errors that the sound stages make; 2 % of songs have no audio."""
    n = truth.height
    octave = rng.choice([0.5, 1.0, 2.0], p=[0.05, 0.9, 0.05], size=n)
    right = rng.random(n) < 0.7
    key = np.where(right, truth["key"].to_numpy(), rng.choice(KEYS, n))
    mode = np.where(right, truth["mode"].to_numpy(), rng.choice(MODES, n))
    valence = np.clip(truth["valence"].to_numpy() + rng.normal(0, 0.25, n), -1, 1)
    arousal = np.clip(truth["arousal"].to_numpy() + rng.normal(0, 0.2, n), -1, 1)
    heard = pl.Series(rng.random(n) > 0.02)
    features = truth.select(
        "track_id",
        audio_content_id="track_id",
        duration_s="duration_s",
        tempo_bpm=pl.Series(truth["tempo_bpm"].to_numpy() * octave).clip(30, 300),
        tempo_confidence=pl.Series(np.where(octave == 1, rng.uniform(0.4, 1, n), rng.uniform(0, 0.6, n))),
        key=pl.Series(key),
        mode=pl.Series(mode),
        key_strength=pl.Series(np.where(right, rng.uniform(0.5, 1, n), rng.uniform(0.2, 0.7, n))),
        energy=pl.Series(np.clip(truth["energy"].to_numpy() + rng.normal(0, 0.1, n), 0, 1)),
        **{name: pl.lit(value) for name, value in _SKETCHED.items()},
        **{name: pl.lit([], dtype=pl.List(pl.Float32)) for name in _CURVES},
    )
    audio = features.filter(heard).with_columns(key_confidence="key_strength")
    return {"audio_features": TABLES["audio_features"].frame(audio), "emotions": _felt(truth, valence, arousal, rng)}


def _felt(truth: pl.DataFrame, valence: np.ndarray, arousal: np.ndarray, rng: np.random.Generator) -> pl.DataFrame:
    moods = [_moods(v, a, rng) for v, a in zip(valence, arousal, strict=True)]
    emotions = truth.select(
        "track_id",
        valence=pl.Series(valence),
        arousal=pl.Series(arousal),
        valence_confidence=pl.lit(0.7),
        arousal_confidence=pl.lit(0.75),
        moods=pl.Series([m for m, _ in moods]),
        mood_probabilities=pl.Series([p for _, p in moods]),
        scenes=pl.lit([], dtype=pl.List(pl.String)),
        scene_probabilities=pl.lit([], dtype=pl.List(pl.Float32)),
        sources=pl.lit(["audio"]),
        model=pl.lit("sketch"),
    )
    return TABLES["emotions"].frame(emotions)


def _moods(valence: float, arousal: float, rng: np.random.Generator) -> tuple[list[str], list[float]]:
    near = np.array([np.exp(-((m.valence - valence) ** 2 + (m.arousal - arousal) ** 2) / 0.15) for m in MOODS])
    near = np.clip(near * rng.uniform(0.6, 1.0, len(MOODS)), 0, 1)
    best = np.argsort(-near)[:5]
    return [MOODS[i].id for i in best], [float(near[i]) for i in best]


def _vectors(truth: pl.DataFrame, tracks: pl.DataFrame, rng: np.random.Generator) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Text vectors by genre, artist and language; audio vectors by style, tempo, mood; both with noise."""

    def coded(column: pl.Series, width: int) -> np.ndarray:
        names = column.fill_null("").rank("dense").to_numpy().astype(int) - 1
        return rng.normal(size=(names.max() + 1, width))[names]

    text = coded(tracks["genre"], TEXT_DIM) + coded(tracks["artist_id"], TEXT_DIM) + coded(tracks["language"], TEXT_DIM)
    text += rng.normal(size=text.shape)
    plain = np.stack(
        [np.log2(truth["tempo_bpm"].to_numpy() / 100), truth["valence"], truth["arousal"], truth["energy"]]
    )
    audio = coded(truth["style"], AUDIO_DIM) + plain.T @ rng.normal(size=(4, AUDIO_DIM))
    audio += 0.7 * rng.normal(size=audio.shape)
    made = []
    for name, matrix in (("text_vectors", text), ("audio_vectors", audio)):
        unit = (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32)
        constant = {"content_key": "k", "model": "sketch", "extractor_version": "sketch"}
        frame = tracks.select("track_id", *(pl.lit(v).alias(k) for k, v in constant.items()))
        column = pl.Series("vector", unit, dtype=pl.Array(pl.Float32, unit.shape[1])).arr.to_list()
        made.append(TABLES[name].frame(frame.with_columns(column)))
    return made[0], made[1]


def _neighbours(texts: pl.DataFrame, sounds: pl.DataFrame, depth: int = 50) -> pl.DataFrame:
    """Cosine of the two vectors laid side by side, block by block."""
    ids = texts["track_id"]
    text = np.array(texts["vector"].to_list(), dtype=np.float32)
    joint = np.concatenate([text, np.array(sounds["vector"].to_list(), dtype=np.float32)], axis=1) / np.sqrt(2)
    kept = min(depth, len(ids) - 1)
    rows = []
    for low in range(0, len(ids), 512):
        cosine = joint[low : low + 512] @ joint.T
        own = np.arange(len(cosine))
        cosine[own, own + low] = -2
        best = np.argsort(-cosine, axis=1, kind="stable")[:, :kept]
        rows.append(
            pl.DataFrame(
                {
                    "track_id": ids.gather(np.repeat(own + low, kept)),
                    "rank": np.tile(np.arange(1, kept + 1), len(cosine)),
                    "neighbour_id": ids.gather(best.ravel()),
                    "similarity": np.take_along_axis(cosine, best, axis=1).ravel(),
                }
            )
        )
    return TABLES["neighbours"].frame(pl.concat(rows))
