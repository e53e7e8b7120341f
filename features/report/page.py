"""Everything the report page shows, as one context for its template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from features.measurement import MeasurementPolicy
from features.night import Night
from features.report import people
from features.report.accounts import accounts, contest
from features.report.catalogue import catalogue
from features.report.inputs import ReportInputs
from features.report.lists import SOURCES, statistics
from features.report.mood_map import mood_map
from features.report.outcomes import source_outcomes
from features.report.words import words


def three_lists(tables: ReportInputs, policy: MeasurementPolicy, night: Night) -> list[dict[str, Any]]:
    """Payloads of the three listeners that open the page."""
    videos = tables.headers.filter(pl.col("kind") == "video").select("track_id")
    opening = tables.daily_lists.filter(pl.col("rank") == 1).join(videos, on="track_id", how="semi")
    chosen = people.choose(tables.users, tables.list_summaries, tables.taste, videos=opening.select("user_id"))
    return people.payloads(tables, chosen, policy, night)


def context(
    tables: ReportInputs,
    payloads: list[dict[str, Any]],
    media: Mapping[str, str],
    policy: MeasurementPolicy,
    night: Night,
) -> dict[str, Any]:
    """The page's context.

    Args:
        payloads: of :func:`three_lists`.
        media: media key to the path of its copy, relative to the page.
    """
    users = {
        row["user_id"]: row
        for row in tables.users.select("user_id", "city", wants="personalised")
        .join(tables.taste.select("user_id", "plays"), on="user_id", how="left")
        .filter(pl.col("user_id").is_in([p["user_id"] for p in payloads]))
        .to_dicts()
    }
    return {
        "ds": night.ds.isoformat(),
        "serves_on": night.serves_on.isoformat(),
        "version": tables.publication["version"].first(),
        "tiles": _tiles(tables),
        "phones": [people.phone(p, users[p["user_id"]], media) for p in payloads],
        "accounts": accounts(
            tables.audit, tables.ingest_counts, tables.quarantine, tables.audio_failures, _heights(tables)
        ),
        "ranker": contest(tables.ranker, tables.ranker_trials),
        "outcomes": source_outcomes(tables.source_outcomes, SOURCES),
        "catalogue": catalogue(tables.tracks, tables.audio_features, tables.emotions, policy),
        "moods": mood_map(tables.tracks, tables.emotions, tables.daily_lists, policy),
        "words": words(tables.copy_usage),
        "lists": statistics(tables.daily_lists, tables.list_summaries, tables.tracks, payloads),
    }


def _tiles(tables: ReportInputs) -> list[tuple[str, str, str]]:
    """(number, what it counts, more) of the night at a glance."""
    lists, summaries, headers = tables.daily_lists, tables.list_summaries, tables.headers
    songs = lists["track_id"].n_unique()
    passed = int(tables.audit["passed"].sum())
    discovery = summaries["discovery_songs"].sum() / max(1, lists.height)
    videos = headers.filter(pl.col("kind") == "video").height
    personal = int(summaries["personalised"].sum())
    return [
        (f"{summaries.height:,}", "listeners", f"{personal:,} personalised"),
        (f"{lists.height:,}", "songs recommended", f"{songs:,} different ones"),
        (f"{songs / max(1, tables.tracks.height):.0%}", "of the catalogue", "appears in some list"),
        (f"{discovery:.0%}", "discovery", "by artists the listener never heard"),
        (f"{videos:,}", "header videos", f"{headers.height - videos:,} still covers"),
        (f"{passed}/{tables.audit.height}", "audit checks", "passed"),
    ]


def _heights(tables: ReportInputs) -> dict[str, int]:
    """Rows of the night's tables along the pipeline."""
    return {
        "tracks": tables.tracks.height,
        "users": tables.users.height,
        "plays": tables.plays.height,
        "audio_features": tables.audio_features.height,
        "audio_failures": tables.audio_failures.height,
        "emotions": tables.emotions.height,
        "candidates": tables.candidates.height,
        "daily_lists": tables.daily_lists.height,
        "evidence": tables.evidence.height,
        "song_reasons": tables.song_reasons.height,
        "reviews": tables.reviews.height,
        "headers": tables.headers.height,
    }
