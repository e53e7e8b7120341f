"""What ranking needs to know of each user, as arrays by user number."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from features.days import with_kinds
from features.lists.songs import KEY_NAMES, Bools, Floats, lookup
from features.night import Night
from features.taste.profile import has_profile
from schemas.vocabulary import MOOD_IDS, TRACK_LANGUAGES


@dataclass(frozen=True, slots=True)
class Listeners:
    """Users numbered in order of id; every array has one row per user.

    Args:
        frame: ``u`` with the columns of ``users``, ``taste``, the weather and the ``kind`` of the day of service.
        personal: whether the user's history may and can be used.
        genre, language, key, mood: shares, 0 where unknown [shape=(users, names)].
        tempo_low, tempo_high: band in BPM, NaN when unknown; energy: mean, NaN when unknown.
        daypart_share: share of plays per daypart, zeros when none [shape=(users, 4)].
        daypart_valence, daypart_arousal: means per daypart [shape=(users, 4)].
        day_off: whether the day of service is a day off where the listener lives.
        day_plays: plays on workdays and on days off; day_valence, day_arousal: means [shape=(users, 2)].
    """

    frame: pl.DataFrame
    personal: Bools
    genre: Floats
    language: Floats
    key: Floats
    mood: Floats
    tempo_low: Floats
    tempo_high: Floats
    energy: Floats
    daypart_share: Floats
    daypart_valence: Floats
    daypart_arousal: Floats
    day_off: Bools
    day_plays: Floats
    day_valence: Floats
    day_arousal: Floats


def listeners(
    users: pl.DataFrame, taste: pl.DataFrame, contexts: pl.DataFrame, genres: tuple[str, ...], night: Night
) -> Listeners:
    """Join what is known of ``users`` and lay it out in arrays."""
    today = contexts.filter(pl.col("local_date") == night.serves_on).select("city", "weather")
    served = users.sort("user_id").with_columns(local_date=pl.lit(night.serves_on))
    frame = (
        with_kinds(served, users, contexts)
        .join(taste, on="user_id", how="left", maintain_order="left")
        .join(today, on="city", how="left", maintain_order="left")
        .with_columns(history_class=pl.col("history_class").fill_null("new"))
        .with_columns(personal=has_profile())
        .with_row_index("u")
    )
    plays = _parts(frame, "daypart_plays", 4)
    return Listeners(
        frame=frame,
        personal=frame["personal"].to_numpy(),
        genre=_shares(frame, "genres", "genre_shares", genres),
        language=_shares(frame, "languages", "language_shares", TRACK_LANGUAGES),
        key=_shares(frame, "keys", "key_shares", KEY_NAMES),
        mood=_shares(frame, "moods", "mood_shares", MOOD_IDS),
        tempo_low=_floats(frame["tempo_low_bpm"]),
        tempo_high=_floats(frame["tempo_high_bpm"]),
        energy=_floats(frame["energy_mean"]),
        daypart_share=plays / np.maximum(plays.sum(axis=1, keepdims=True), 1),
        daypart_valence=_parts(frame, "daypart_valence", 4),
        daypart_arousal=_parts(frame, "daypart_arousal", 4),
        day_off=(frame["kind"] % 2 == 1).to_numpy(),
        day_plays=_parts(frame, "day_kind_plays", 2),
        day_valence=_parts(frame, "day_kind_valence", 2),
        day_arousal=_parts(frame, "day_kind_arousal", 2),
    )


def _shares(frame: pl.DataFrame, items: str, shares: str, names: tuple[str, ...]) -> Floats:
    table = np.zeros((frame.height, max(1, len(names))))
    rows = frame.select("u", item=items, share=shares).explode("item", "share").drop_nulls()
    column = lookup(rows["item"], names)
    known = column >= 0
    table[rows["u"].to_numpy()[known], column[known]] = rows["share"].to_numpy()[known]
    return table


def _parts(frame: pl.DataFrame, column: str, parts: int) -> Floats:
    values = np.zeros((frame.height, parts))
    for place in range(parts):
        values[:, place] = frame[column].list.get(place, null_on_oob=True).cast(pl.Float64).fill_null(0.0).to_numpy()
    return values


def _floats(column: pl.Series) -> Floats:
    values: Floats = column.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    return values
