"""Everything the report page shows, as one context for its template."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

import polars as pl

from features.night import Night
from features.report import people
from features.report.accounts import accounts, contest
from features.report.catalogue import catalogue
from features.report.lists import SOURCES, statistics
from features.report.mood_map import mood_map
from features.report.outcomes import source_outcomes
from features.report.words import words
from features.serving.payload import ServedTables


@dataclass(frozen=True, slots=True)
class ReportTables:
    """Tables of the night that the report reads besides those served."""

    served: ServedTables
    publication: pl.DataFrame
    audit: pl.DataFrame
    ingest_counts: pl.DataFrame
    quarantine: pl.DataFrame
    plays: pl.DataFrame
    audio_failures: pl.DataFrame
    taste: pl.DataFrame
    candidates: pl.DataFrame
    ranker: pl.DataFrame
    ranker_trials: pl.DataFrame
    copy_usage: pl.DataFrame
    source_outcomes: pl.DataFrame

    @classmethod
    def of(cls, frames: Mapping[str, Any]) -> Self:
        """These tables, picked by name."""
        own = {field.name: frames[field.name] for field in fields(cls) if field.name != "served"}
        return cls(served=ServedTables.of(frames), **own)


def three_lists(tables: ReportTables, night: Night) -> list[dict[str, Any]]:
    """Payloads of the three listeners that open the page."""
    served = tables.served
    videos = served.headers.filter(pl.col("kind") == "video").select("track_id")
    opening = served.daily_lists.filter(pl.col("rank") == 1).join(videos, on="track_id", how="semi")
    chosen = people.choose(served.users, served.list_summaries, tables.taste, videos=opening.select("user_id"))
    return people.payloads(served, chosen, night)


def context(
    tables: ReportTables, payloads: list[dict[str, Any]], media: Mapping[str, str], night: Night
) -> dict[str, Any]:
    """The page's context.

    Args:
        payloads: of :func:`three_lists`.
        media: media key to the path of its copy, relative to the page.
    """
    served = tables.served
    users = {
        row["user_id"]: row
        for row in served.users.select("user_id", "city", wants="personalised")
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
        "catalogue": catalogue(served.tracks, served.audio_features, served.emotions),
        "moods": mood_map(served.tracks, served.emotions, served.daily_lists),
        "words": words(tables.copy_usage),
        "lists": statistics(served.daily_lists, served.list_summaries, served.tracks, payloads),
    }


def _tiles(tables: ReportTables) -> list[tuple[str, str, str]]:
    """(number, what it counts, more) of the night at a glance."""
    lists, summaries, headers = tables.served.daily_lists, tables.served.list_summaries, tables.served.headers
    songs = lists["track_id"].n_unique()
    passed = int(tables.audit["passed"].sum())
    discovery = summaries["discovery_songs"].sum() / max(1, lists.height)
    videos = headers.filter(pl.col("kind") == "video").height
    personal = int(summaries["personalised"].sum())
    return [
        (f"{summaries.height:,}", "listeners", f"{personal:,} personalised"),
        (f"{lists.height:,}", "songs recommended", f"{songs:,} different ones"),
        (f"{songs / max(1, tables.served.tracks.height):.0%}", "of the catalogue", "appears in some list"),
        (f"{discovery:.0%}", "discovery", "by artists the listener never heard"),
        (f"{videos:,}", "header videos", f"{headers.height - videos:,} still covers"),
        (f"{passed}/{tables.audit.height}", "audit checks", "passed"),
    ]


def _heights(tables: ReportTables) -> dict[str, int]:
    """Rows of the night's tables along the pipeline."""
    served = tables.served
    return {
        "tracks": served.tracks.height,
        "users": served.users.height,
        "plays": tables.plays.height,
        "audio_features": served.audio_features.height,
        "audio_failures": tables.audio_failures.height,
        "emotions": served.emotions.height,
        "candidates": tables.candidates.height,
        "daily_lists": served.daily_lists.height,
        "evidence": served.evidence.height,
        "song_reasons": served.song_reasons.height,
        "reviews": served.reviews.height,
        "headers": served.headers.height,
    }
