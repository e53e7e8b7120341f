"""One row per user: what their listening says, from faded weights of what they heard.

Only tracks with a positive weight speak. Users who opted out of personalisation get counts
and their blocks, no profile.
"""

from __future__ import annotations

import polars as pl

from features.measurement import MeasurementPolicy
from features.taste import sound, times
from features.taste.inputs import TasteInputs
from features.taste.weights import MICRO, TasteParams
from schemas import TABLES
from schemas.vocabulary import DAY_KINDS, DAYPARTS


def has_profile() -> pl.Expr:
    """Whether a listener's history may be used and is enough [Boolean], over ``personalised`` and ``history_class``.

    Who has no row in ``taste`` is new.
    """
    return pl.col("personalised") & (pl.col("history_class").fill_null("new") != "new")


def profile(
    inputs: TasteInputs,
    weighed: pl.DataFrame,
    affinity: pl.DataFrame,
    feedback: pl.DataFrame,
    params: TasteParams,
    policy: MeasurementPolicy,
) -> pl.DataFrame:
    """One row per user of ``users`` (contract ``taste``), new users included.

    Args:
        weighed: plays as :func:`features.taste.weights.weigh_plays` returns them, with the ``kind`` of the day.
        affinity: as :func:`features.taste.affinity.affinity` returns it, of the same users.
        feedback: of the same users.
    """
    open_to_profile = inputs.users.filter("personalised").select("user_id")
    weighed_open = weighed.join(open_to_profile, on="user_id", how="semi")
    affinity_open = affinity.join(open_to_profile, on="user_id", how="semi")
    drawn = _drawn_to(affinity_open)
    parts = (
        times.counts(weighed),
        times.discovery_share(weighed_open, affinity, params),
        times.favourite_hour(weighed_open),
        times.loops(weighed_open, affinity_open, inputs.tracks, params),
        times.rotation(weighed_open, inputs.tracks, params),
        times.dayparts(weighed_open, inputs.emotions),
        times.day_kinds(weighed_open, inputs.emotions),
        sound.tempo_band(drawn, inputs.audio_features, policy),
        sound.means(drawn, inputs.audio_features, inputs.emotions),
        sound.key_shares(drawn, inputs.audio_features, policy),
        sound.catalogue_shares(drawn, inputs.tracks),
        sound.mood_shares(drawn, inputs.emotions, policy),
        sound.text_means(drawn, inputs.text_vectors),
        _blocked_artists(feedback),
    )
    rows = inputs.users.select("user_id").sort("user_id")
    for part in parts:
        rows = rows.join(part, on="user_id", how="left", maintain_order="left")
    return TABLES["taste"].frame(_filled(rows, params))


def _drawn_to(affinity: pl.DataFrame) -> pl.DataFrame:
    """Tracks that a user is drawn to, with their weight in whole millionths (``micro``): sums know no order."""
    micro = (pl.col("weight").cast(pl.Float64) * MICRO).round().cast(pl.Int64)
    wanted = affinity.filter((pl.col("weight") > 0) & ~pl.col("blocked"))
    return wanted.select("user_id", "track_id", micro=micro).sort("user_id", "track_id")


def _filled(rows: pl.DataFrame, params: TasteParams) -> pl.DataFrame:
    """Zeros, empty lists and neutral dayparts where nothing is known."""
    schema = TABLES["taste"].schema()
    empty = {n: pl.lit([], dtype=schema[n]) for n in _LISTS}
    parts = {"daypart": len(DAYPARTS), "day_kind": len(DAY_KINDS)}
    neutral = {
        f"{n}_{what}": pl.lit([0] * size, dtype=schema[f"{n}_{what}"])
        for n, size in parts.items()
        for what in ("plays", "valence", "arousal")
    }
    plays = pl.col("plays").fill_null(0)
    history = (
        pl.when(plays < params.light_from)
        .then(pl.lit("new"))
        .when(plays < params.regular_from)
        .then(pl.lit("light"))
        .when(plays < params.heavy_from)
        .then(pl.lit("regular"))
        .otherwise(pl.lit("heavy"))
    )
    return rows.with_columns(
        history_class=history,
        **{n: pl.col(n).fill_null(0) for n in ("plays", "plays_7d", "distinct_tracks")},
        **{n: pl.coalesce(pl.col(n).cast(schema[n]), value) for n, value in (empty | neutral).items()},
    )


_LISTS = (
    "keys", "key_shares", "genres", "genre_shares", "moods", "mood_shares", "languages", "language_shares",
    "looped_track_ids", "looped_plays", "artist_ids", "artist_plays", "blocked_artist_ids",
)  # fmt: skip


def _blocked_artists(feedback: pl.DataFrame) -> pl.DataFrame:
    blocks = feedback.filter(pl.col("kind") == "block_artist")
    return blocks.group_by("user_id").agg(blocked_artist_ids=pl.col("subject_id").unique().sort())
