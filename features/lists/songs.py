"""What ranking, rules and order need to know of each track, as arrays by track number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from features.measurement import MeasurementPolicy
from features.night import Night
from features.taste.affinity import credits
from schemas.vocabulary import KEYS, MODES, MOOD_IDS, TRACK_LANGUAGES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Songs:
    """Tracks numbered in order of id; every array has one row per track.

    Args:
        frame: ``t``, ``track_id``, ``recording_id``, ``artist_id`` and catalogue columns.
        artists: numbers of all credited artists, main first, padded with -1 [shape=(tracks, most)].
        album, recording, genre, language: numbers; -1 when unknown (recordings never are).
        genres: names behind genre numbers.
        key: 0..23, tonic + 12 for minor, -1 when unknown or too weak to be used.
        tempo: BPM; NaN when unknown or too unsure to be used.
        energy: 0..1; NaN without audio. valence, arousal: -1..1; NaN when unknown.
        moods: probability of each mood tag that may be used, else 0 [shape=(tracks, moods)].
        freshness: 1 on the day of service, halving every 30 days.
    """

    frame: pl.DataFrame
    artists: Ints
    album: Ints
    recording: Ints
    genre: Ints
    genres: tuple[str, ...]
    language: Ints
    key: Ints
    tempo: Floats
    energy: Floats
    valence: Floats
    arousal: Floats
    moods: Floats
    freshness: Floats


def songs(
    tracks: pl.DataFrame, audio_features: pl.DataFrame, emotions: pl.DataFrame, policy: MeasurementPolicy, night: Night
) -> Songs:
    """Join what is known of ``tracks`` and lay it out in arrays."""
    frame = _joined(tracks, audio_features, emotions, policy)
    genres = tuple(frame["genre"].drop_nulls().unique().sort())
    born = pl.coalesce("release_date", "added_on")
    days = (pl.lit(night.serves_on) - born).dt.total_days().clip(0)
    return Songs(
        frame=frame,
        artists=_artists(frame),
        album=_numbers(frame["album_id"]),
        recording=_numbers(frame["recording_id"]),
        genre=lookup(frame["genre"], genres),
        genres=genres,
        language=lookup(frame["language"], TRACK_LANGUAGES),
        key=lookup(frame["key_name"], KEY_NAMES),
        tempo=_floats(frame["tempo"]),
        energy=_floats(frame["energy"]),
        valence=_floats(frame["valence"]),
        arousal=_floats(frame["arousal"]),
        moods=mood_table(frame, policy.may_use("mood")),
        freshness=_floats(frame.select(pl.lit(0.5).pow(days / 30).alias("f"))["f"]),
    )


def _joined(
    tracks: pl.DataFrame, audio_features: pl.DataFrame, emotions: pl.DataFrame, policy: MeasurementPolicy
) -> pl.DataFrame:
    """One row per track, numbered ``t``; ``tempo`` and ``key_name`` where they may be used."""
    sound = audio_features.select(
        "track_id", "recording_id", "tempo_bpm", "tempo_confidence", "key", "mode", "key_strength",
        "key_confidence", "energy",
    )  # fmt: skip
    felt = emotions.select(
        "track_id", "valence", "arousal", "valence_confidence", "arousal_confidence", "moods", "mood_probabilities"
    )
    return (
        tracks.sort("track_id")
        .join(sound, on="track_id", how="left", maintain_order="left")
        .join(felt, on="track_id", how="left", maintain_order="left")
        .with_columns(pl.coalesce("recording_id", "track_id").alias("recording_id"))
        .with_columns(tempo=policy.used("tempo"), key_name=policy.used("key"))
        .with_row_index("t")
    )


KEY_NAMES = tuple(f"{key} {mode}" for mode in MODES for key in KEYS)


def _artists(frame: pl.DataFrame) -> Ints:
    named = credits(frame).with_columns(number=pl.col("artist").rank("dense").cast(pl.Int64) - 1)
    by_track = named.group_by("track_id", maintain_order=True).agg("number")
    lists = frame.select("track_id").join(by_track, on="track_id", how="left", maintain_order="left")["number"]
    most = max(1, int(lists.list.len().max() or 1)) if frame.height else 1  # type: ignore[arg-type]
    table = np.full((frame.height, most), -1, dtype=np.int64)
    for place in range(most):
        table[:, place] = lists.list.get(place, null_on_oob=True).fill_null(-1).to_numpy()
    return table


def _numbers(column: pl.Series) -> Ints:
    """Dense numbers in order of value; -1 for null."""
    ranked: Ints = (column.rank("dense").cast(pl.Int64) - 1).fill_null(-1).to_numpy()
    return ranked


def lookup(column: pl.Series, names: tuple[str, ...]) -> Ints:
    """Place of each value in ``names``; -1 for what is not there."""
    numbers = pl.DataFrame({"name": names, "place": range(len(names))}, schema={"name": pl.String, "place": pl.Int64})
    found = column.to_frame("name").join(numbers, on="name", how="left", maintain_order="left")["place"]
    places: Ints = found.fill_null(-1).to_numpy()
    return places


def _floats(column: pl.Series) -> Floats:
    values: Floats = column.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    return values


def mood_table(frame: pl.DataFrame, sure: pl.Expr) -> Floats:
    """Probability of each mood tag of the songs in ``frame``, 0 for those that are not sure [shape=(tracks, moods)].

    Args:
        sure: whether a tag counts, over ``mood_probability`` and ``valence_confidence``.
    """
    tags = frame.select("t", "valence_confidence", "moods", mood_probability="mood_probabilities")
    kept = tags.explode("moods", "mood_probability").drop_nulls(("moods", "mood_probability")).filter(sure)
    table = np.zeros((frame.height, len(MOOD_IDS)))
    table[kept["t"].to_numpy(), lookup(kept["moods"], MOOD_IDS)] = kept["mood_probability"].to_numpy()
    return table
