"""Report: the page that shows a night to people, and the analysts' views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import polars as pl

from features.night import Night
from features.report.page import ReportTables, context, three_lists
from features.report.people import media_keys
from schemas import TABLES

_BOUNDARY = ("users", "tracks", "plays", "daily_lists", "list_copy", "reviews")


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """One file of the report: path relative to home, hash and size."""

    path: str
    sha256: str
    bytes: int


class ReportWriter(Protocol):
    """Writes the report's files."""

    def copy_media(self, keys: Sequence[str]) -> Mapping[str, str]:
        """Copy media beside the page; key to path relative to the page, for those that exist."""

    def write_data_docs(self, tables: Mapping[str, pl.DataFrame]) -> None:
        """Great Expectations' findings on these tables, as a page beside the report."""

    def write(self, page: Mapping[str, Any]) -> list[WrittenFile]:
        """Render the page, refresh the run log and the analysts' views; the files that the night's tables determine."""


def run(
    publication: pl.DataFrame,
    audit: pl.DataFrame,
    ingest_counts: pl.DataFrame,
    quarantine: pl.DataFrame,
    users: pl.DataFrame,
    tracks: pl.DataFrame,
    plays: pl.DataFrame,
    audio_features: pl.DataFrame,
    audio_failures: pl.DataFrame,
    emotions: pl.DataFrame,
    taste: pl.DataFrame,
    candidates: pl.DataFrame,
    ranker: pl.DataFrame,
    ranker_trials: pl.DataFrame,
    daily_lists: pl.DataFrame,
    list_summaries: pl.DataFrame,
    evidence: pl.DataFrame,
    list_copy: pl.DataFrame,
    song_reasons: pl.DataFrame,
    reviews: pl.DataFrame,
    headers: pl.DataFrame,
    source_outcomes: pl.DataFrame,
    copy_usage: pl.DataFrame,
    *,
    report_writer: ReportWriter,
    night: Night,
) -> dict[str, pl.DataFrame]:
    """One row per file of the report."""
    given = locals()  # every table by its name
    tables = ReportTables.of(given)
    payloads = three_lists(tables, night)
    # What came in and what goes out: the two boundaries where others rely on our word.
    report_writer.write_data_docs({name: given[name] for name in _BOUNDARY})
    media = report_writer.copy_media(media_keys(payloads))
    files = report_writer.write(context(tables, payloads, media, night))
    rows = [{"path": f.path, "sha256": f.sha256, "bytes": f.bytes} for f in files]
    return {"report_files": TABLES["report_files"].frame(rows)}
