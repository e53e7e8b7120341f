"""What a user's music sounds like and speaks of: tempo, keys, moods, genres, words."""

from __future__ import annotations

import numpy as np
import polars as pl

from features.measurement import MeasurementPolicy
from features.taste.times import weighted_mean
from schemas import TABLES

_QUANTILES = {"tempo_low_bpm": 0.2, "tempo_median_bpm": 0.5, "tempo_high_bpm": 0.8}


def tempo_band(drawn: pl.DataFrame, audio_features: pl.DataFrame, policy: MeasurementPolicy) -> pl.DataFrame:
    """Weighted 20 %, 50 % and 80 % quantiles of tempo, over tempi that may be used.

    The q-quantile is the least tempo at which the cumulated weight reaches q of the whole.
    """
    sure = audio_features.select("track_id", tempo_bpm=policy.used("tempo")).drop_nulls("tempo_bpm")
    ordered = drawn.join(sure, on="track_id").sort("user_id", "tempo_bpm", "track_id")
    run = ordered.with_columns(
        upto=pl.col("micro").cum_sum().over("user_id"), whole=pl.col("micro").sum().over("user_id")
    )
    return run.group_by("user_id", maintain_order=True).agg(
        pl.col("tempo_bpm").filter(pl.col("upto") >= q * pl.col("whole")).first().alias(name)
        for name, q in _QUANTILES.items()
    )


def means(drawn: pl.DataFrame, audio_features: pl.DataFrame, emotions: pl.DataFrame) -> pl.DataFrame:
    """Weighted mean energy (audio), valence and arousal (emotions)."""
    felt = drawn.join(audio_features.select("track_id", "energy"), on="track_id", how="left").join(
        emotions.select("track_id", "valence", "arousal"), on="track_id", how="left"
    )
    return felt.group_by("user_id").agg(
        weighted_mean(value).alias(f"{value}_mean") for value in ("energy", "valence", "arousal")
    )


def key_shares(drawn: pl.DataFrame, audio_features: pl.DataFrame, policy: MeasurementPolicy) -> pl.DataFrame:
    """The five keys most drawn to, over keys that may be used."""
    sure = audio_features.select("track_id", item=policy.used("key")).drop_nulls("item")
    return _shares(drawn.join(sure, on="track_id"), 5, "keys", "key_shares")


def catalogue_shares(drawn: pl.DataFrame, tracks: pl.DataFrame) -> pl.DataFrame:
    """Shares of genres (at most 8) and of languages sung."""
    named = drawn.join(tracks.select("track_id", "genre", "language"), on="track_id")
    genres = _shares(named.rename({"genre": "item"}).drop_nulls("item"), 8, "genres", "genre_shares")
    spoken = named.rename({"language": "item"}).drop_nulls("item")
    return genres.join(_shares(spoken, 8, "languages", "language_shares"), on="user_id", how="full", coalesce=True)


def mood_shares(drawn: pl.DataFrame, emotions: pl.DataFrame, policy: MeasurementPolicy) -> pl.DataFrame:
    """The eight moods most drawn to; a track's weight spreads over its moods by probability."""
    tags = (
        emotions.select("track_id", item="moods", p="mood_probabilities")
        .explode("item", "p")
        .filter(policy.may_profile_mood(pl.col("p")))
    )
    spread = drawn.join(tags, on="track_id").with_columns(
        micro=(pl.col("micro") * pl.col("p").cast(pl.Float64)).round().cast(pl.Int64)
    )
    return _shares(spread, 8, "moods", "mood_shares")


def text_means(drawn: pl.DataFrame, text_vectors: pl.DataFrame) -> pl.DataFrame:
    """Weighted mean of the text vectors, scaled to unit norm; absent when it vanishes.

    Sums run over each user's tracks in order of id, so they do not depend on the bucket.
    """
    from scipy.sparse import csr_matrix

    vector = TABLES["taste"].column("text_vector")
    known = text_vectors.select("track_id", "vector").sort("track_id").with_row_index("column")
    pairs = drawn.join(known.select("track_id", "column"), on="track_id").sort("user_id", "column")
    ids = pairs["user_id"].unique(maintain_order=True)
    schema: dict[str, pl.DataType] = {"user_id": pl.String(), "text_vector": vector.dtype()}
    if ids.is_empty():
        return pl.DataFrame(schema=schema)
    starts = np.flatnonzero(pairs["user_id"].is_first_distinct().to_numpy())
    pointer = np.append(starts, pairs.height)
    weights = csr_matrix(
        (pairs["micro"].to_numpy() / 1e6, pairs["column"].to_numpy().astype(np.int64), pointer),
        shape=(len(ids), known.height),
    )
    matrix = known["vector"].list.to_array(vector.length or 0).to_numpy().astype(np.float64)
    mean = weights @ matrix
    norm = np.linalg.norm(mean, axis=1)
    kept = norm > 1e-9
    unit = (mean[kept] / norm[kept, None]).astype(np.float32)
    return pl.DataFrame({"user_id": ids.filter(pl.Series(kept)), "text_vector": unit}, schema_overrides=schema)


def _shares(rows: pl.DataFrame, most: int, items: str, shares: str) -> pl.DataFrame:
    """Per user the ``most`` items by weight and each one's share of all; ties by name."""
    summed = rows.group_by("user_id", "item").agg(pl.col("micro").sum())
    whole = pl.col("micro").sum().over("user_id")
    ordered = (
        summed.filter(pl.col("micro") > 0)
        .with_columns(share=pl.col("micro") / whole)
        .sort("user_id", "micro", "item", descending=[False, True, False])
    )
    return ordered.group_by("user_id", maintain_order=True).agg(
        pl.col("item").head(most).alias(items), pl.col("share").head(most).alias(shares)
    )
