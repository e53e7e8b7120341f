"""What the night counted: rows in and out, refusals, rankers, sources, tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from schemas.vocabulary import CANDIDATE_SOURCES
from tests.published_night.people import PEOPLE, plays
from tests.published_night.songs import DS, SONGS


def outcomes() -> list[dict[str, Any]]:
    """Seven of the eight played something; the first source found most, and the last nothing at all."""
    return [
        {
            "of_night": DS - timedelta(days=1),
            "source": source,
            "listeners": 7,
            "candidates": 400 if source == "all sources" else 60,
            "unique_share": 0.25,
            "recall": recall,
            "recall_alone": recall / 4,
            "recall_new": recall / 2,
            "recall_listed": recall / 3,
            "hit_share": recall / 10,
            "listed": 40,
            "listed_share": 0.1,
            "listed_hit_share": None if recall == 0 else recall / 5,
        }
        for source, recall in zip(
            [*CANDIDATE_SOURCES, "all sources"], (0.48, 0.36, 0.33, 0.31, 0.3, 0.2, 0.1, 0.05, 0.0, 0.75), strict=True
        )
    ]


def copy_usage() -> list[dict[str, Any]]:
    return [
        {
            "kind": "list",
            "texts": 8,
            "asked": 3,
            "by_model": 1,
            "repaired": 1,
            "fell_back": 1,
            "fell_back_faults": 1,
            "not_asked": 5,
            "calls": 5,
            "tokens_in": 5_000,
            "tokens_out": 700,
            "readings": 3,
            "unread_deadline": 1,
            "sentences_read": 15,
            "sentences_vetoed": 2,
            "reader_tokens_in": 3_000,
            "reader_tokens_out": 250,
        },
        {"kind": "review", "texts": 300, "not_asked": 300},
    ]


def quarantine() -> list[dict[str, Any]]:
    return [
        {
            "table_name": "plays",
            "source_file": "plays/2026-11-21.csv",
            "source_row": 7,
            "row_key": "u-lin|t999",
            "reason": "unknown_track",
            "detail": "track_id 't999' is not in the catalogue",
        }
    ]


def ingest_counts() -> list[dict[str, Any]]:
    counts = (("tracks", SONGS, 0), ("users", len(PEOPLE), 0), ("plays", len(plays()), 1))
    return [
        {"table_name": name, "rows_read": kept + bad, "rows_kept": kept, "rows_quarantined": bad}
        for name, kept, bad in counts
    ]


def ranker_trials() -> list[dict[str, Any]]:
    return [
        {"contender": "serving", "ndcg": 0.51, "lists": 8, "serves": True, "reason": "the last good one stays"},
        {"contender": "linear", "ndcg": 0.49, "lists": 8, "reason": "does not beat serving (0.5100)"},
    ]
