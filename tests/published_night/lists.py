"""Candidates, thirty songs for each listener, and why."""

from __future__ import annotations

from typing import Any

from schemas import TABLES
from tests.published_night.people import PEOPLE
from tests.published_night.songs import SONGS, track_id

SOURCES = ["item_item", "als", "similar", "resting", "fresh", "popular_near", "popular"]
_KINDS = ["loved_tracks_together", "tempo_band", "similar_track", "resting", "fresh_release", "popular_near", "popular"]


def listed(person: int) -> list[int]:
    """The songs of a listener's list, in order; numbers as of ``songs``."""
    return [(person * 13 + j) % SONGS for j in range(30)]


def candidates() -> list[dict[str, Any]]:
    return [
        {
            "user_id": user_id,
            "track_id": track_id(i),
            "source": SOURCES[i % 7],
            "source_rank": 1 + i,
            "source_score": 0.5,
        }
        for user_id, *_ in PEOPLE
        for i in range(60)
    ]


def list_tables() -> dict[str, list[dict[str, Any]]]:
    """Lists, their log and evidence; the last song of a personal list is an open slot, explored for every other."""
    lists, log, evidence, summaries = [], [], [], []
    for p, (user_id, _, city, _, kind, personal, _) in enumerate(PEOPLE):
        for rank, i in enumerate(listed(p), start=1):
            which = 6 if not personal else (rank + p) % 7
            lists.append(_listed_song(user_id, rank, i, which))
            log.append(_logged(lists[-1], p, is_open=personal and rank == 30))
            evidence.append(_evidence(user_id, i, which, city))
        summaries.append(
            {
                "user_id": user_id,
                "songs": 30,
                "personalised": personal,
                "history_class": kind,
                "relaxations": [],
                "discovery_songs": 7,
            }
        )
    return {"daily_lists": lists, "list_log": log, "evidence": evidence, "list_summaries": summaries}


def _listed_song(user_id: str, rank: int, song: int, which: int) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "rank": rank,
        "track_id": track_id(song),
        "recording_id": f"r{song:03d}",
        "artist_id": f"a{song % 60:02d}",
        "score": 1 - rank / 40,
        "source": SOURCES[which],
        "sources": [SOURCES[which]],
        "discovery": rank % 4 == 0,
        "heard": rank % 5 == 1,
    }


def _logged(row: dict[str, Any], person: int, *, is_open: bool) -> dict[str, Any]:
    explored = is_open and person % 2 == 0
    logged = row | {
        "score_rank": row["rank"],
        "candidates": 120,
        "slot": "open" if is_open else "ranked",
        "propensity": (0.1 / 20 if explored else 0.9) if is_open else 1.0,
        "choices": 20 if explored else 1,
        "explored": explored,
        "arms": ["calibration=control"],
        "buckets": [500 + person],
    }
    return {c: logged[c] for c in TABLES["list_log"].schema()}


def _evidence(user_id: str, song: int, which: int, city: str) -> dict[str, Any]:
    return {
        "user_id": user_id,
        "track_id": track_id(song),
        "seq": 1,
        "kind": _KINDS[which],
        "subject": city if which == 5 else track_id(song + 80),
        "value": 92.0,
        "value_high": 118.0,
        "song_value": 62.0 + (song * 37) % 110,
        "unit": "BPM",
        "source_table": "taste",
    }
