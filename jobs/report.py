"""Report: the page that shows a night to people, and the analysts' views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import polars as pl

from features.measurement import MeasurementPolicy
from features.night import Night
from features.report.inputs import ReportInputs
from features.report.page import context, three_lists
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

    def has(self, file: WrittenFile) -> bool:
        """Whether the file lies where it was written, in its size."""

    def has_views(self) -> bool:
        """Whether there are the run log and the analysts' views."""


def run(
    inputs: ReportInputs, *, report_writer: ReportWriter, policy: MeasurementPolicy, night: Night
) -> dict[str, pl.DataFrame]:
    """One row per file of the report."""
    payloads = three_lists(inputs, policy, night)
    # What came in and what goes out: the two boundaries where others rely on our word.
    report_writer.write_data_docs({name: getattr(inputs, name) for name in _BOUNDARY})
    media = report_writer.copy_media(media_keys(payloads))
    files = report_writer.write(context(inputs, payloads, media, policy, night))
    rows = [{"path": f.path, "sha256": f.sha256, "bytes": f.bytes} for f in files]
    return {"report_files": TABLES["report_files"].frame(rows)}


def still_there(report_files: pl.DataFrame, *, report_writer: ReportWriter) -> bool:
    """Whether the page, its files and the analysts' views are where they were written."""
    files = report_files.select("path", "sha256", "bytes").iter_rows()
    return report_writer.has_views() and all(report_writer.has(WrittenFile(*file)) for file in files)
