"""What is said of a song to everyone, apart from any list: its card, its codes by name, and songs like it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from features.measurement import MeasurementPolicy
from features.serving.inputs import PublishedTables, ServedTables
from features.serving.payload import plain, song_cards
from features.words.terms import forms, genres
from schemas.vocabulary import LANGUAGES

MOST_SIMILAR = 20
"""Songs that a song says are like it, at most: 93 bytes each in a night of the sample, beside 642 for all else."""
_SIMILARITIES = ("similarity", "audio_similarity", "text_similarity")
_TRACKS_AT_ONCE = 10_000


def track_payloads(tables: PublishedTables, policy: MeasurementPolicy) -> Iterator[tuple[str, dict[str, Any]]]:
    """(track_id, payload) of every song that a list or a review shows, in order of track_id.

    The payload has ``track``, what a list's song says of itself; ``names``: by language, what ``key`` with ``mode``,
    ``mood`` and ``genre`` are called, null where that is not said or has no word; and ``similar``: ``track_id`` and
    similarities (cosines) of songs like it, the most similar first.
    """
    cards = song_cards(tables, policy).join(_shown(tables), on="track_id", how="semi").sort("track_id")
    alike = similar_songs(tables)
    for part in cards.iter_slices(_TRACKS_AT_ONCE):
        near = alike.join(part, on="track_id", how="semi").partition_by("track_id", as_dict=True, include_key=False)
        for card in part.iter_rows(named=True):
            names = {language: _names(card, language) for language in LANGUAGES}
            own = near.get((card["track_id"],))
            similar = [] if own is None else own.rename({"similar_id": "track_id"}).to_dicts()
            yield card["track_id"], {"track": plain(card), "names": names, "similar": similar}


def similar_songs(tables: PublishedTables) -> pl.DataFrame:
    """One row per song and song like it that the version shows too, ``MOST_SIMILAR`` at most, in order.

    Columns: ``track_id``, the song; ``similar_id``; ``similarity``, ``audio_similarity`` and ``text_similarity`` with
    four digits.
    """
    shown = _shown(tables)
    near = tables.neighbours.join(shown, on="track_id", how="semi").join(
        shown, left_on="neighbour_id", right_on="track_id", how="semi"
    )
    first = near.sort("track_id", "rank").group_by("track_id", maintain_order=True).head(MOST_SIMILAR)
    digits = (pl.col(name).cast(pl.Float64).round(4) for name in _SIMILARITIES)
    return first.select("track_id", *digits, similar_id="neighbour_id")


def _shown(tables: ServedTables) -> pl.DataFrame:
    """``track_id`` of the songs that lists or reviews show."""
    return pl.concat([tables.daily_lists.select("track_id"), tables.reviews.select("track_id")]).unique()


def _names(card: dict[str, Any], language: str) -> dict[str, str | None]:
    key = None if card["key"] is None else forms.key_name(f"{card['key']} {card['mode'] or ''}", language)
    mood = None if card["mood"] is None else forms.mood(card["mood"], language)
    return {"key": key, "mood": mood, "genre": genres.called(card["genre"], language)}
