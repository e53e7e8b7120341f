"""A small finished night with texts as people would read them: 8 listeners, 150 songs, nothing broken."""

from __future__ import annotations

from functools import cache
from typing import Any

import polars as pl

from schemas import TABLES
from tests.frames import rows
from tests.published_night import accounts, lists, people, songs, words
from tests.published_night.songs import DS, NIGHT

__all__ = ["DS", "NIGHT", "night_tables"]


def night_tables() -> dict[str, pl.DataFrame]:
    """Every table that audit, publish and report read, of one lawful night."""
    return {name: frame.clone() for name, frame in _tables().items()}


@cache
def _tables() -> dict[str, pl.DataFrame]:
    silent = songs.track_id(songs.SONGS - 1)
    given: dict[str, list[dict[str, Any]]] = {
        "users": people.users(),
        "tracks": songs.tracks(),
        "plays": people.plays(),
        "taste": people.tastes(),
        "affinity": people.affinities(),
        "history": [],
        "audio_features": [songs.sound(i) for i in range(songs.SONGS - 1)],
        "audio_failures": [{"track_id": silent, "reason": "no_audio", "detail": "the catalogue names no file"}],
        "emotions": [songs.emotion(i) for i in range(songs.SONGS)],
        "neighbours": songs.neighbours(),
        "candidates": lists.candidates(),
        "ranker": [{"kind": "settings"}],
        "ranker_trials": accounts.ranker_trials(),
        "source_outcomes": accounts.outcomes(),
        "copy_usage": accounts.copy_usage(),
        "reviews": words.reviews(),
        "snippets": words.SNIPPETS,
        "headers": words.headers(),
        "quarantine": accounts.quarantine(),
        "ingest_counts": accounts.ingest_counts(),
        **lists.list_tables(),
        "list_copy": words.list_copy(),
        "song_reasons": words.song_reasons(),
    }
    return {name: rows(name, data).sort(TABLES[name].key) for name, data in given.items()}
