"""What is said of a song to everyone, apart from any list: its card, and its codes by name in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from features.measurement import MeasurementPolicy
from features.serving.inputs import ServedTables
from features.serving.payload import plain, song_cards
from features.words.terms import forms, genres
from schemas.vocabulary import LANGUAGES

_TRACKS_AT_ONCE = 10_000


def track_payloads(tables: ServedTables, policy: MeasurementPolicy) -> Iterator[tuple[str, dict[str, Any]]]:
    """(track_id, payload) of every song that a list or a review shows, in order of track_id.

    The payload has ``track``, what a list's song says of itself, and ``names``: by language, what ``key`` with
    ``mode``, ``mood`` and ``genre`` are called, null where that is not said or has no word.
    """
    shown = pl.concat([tables.daily_lists.select("track_id"), tables.reviews.select("track_id")]).unique()
    cards = song_cards(tables, policy).join(shown, on="track_id", how="semi").sort("track_id")
    for part in cards.iter_slices(_TRACKS_AT_ONCE):
        for card in part.iter_rows(named=True):
            names = {language: _names(card, language) for language in LANGUAGES}
            yield card["track_id"], {"track": plain(card), "names": names}


def _names(card: dict[str, Any], language: str) -> dict[str, str | None]:
    key = None if card["key"] is None else forms.key_name(f"{card['key']} {card['mode'] or ''}", language)
    mood = None if card["mood"] is None else forms.mood(card["mood"], language)
    return {"key": key, "mood": mood, "genre": genres.called(card["genre"], language)}
