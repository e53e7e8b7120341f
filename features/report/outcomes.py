"""What last night's candidates and lists were worth today, source by source, for the page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from features.evaluation.outcomes import TOGETHER
from features.report.charts import Bar, bars
from schemas.vocabulary import CANDIDATE_SOURCES


@dataclass(frozen=True, slots=True)
class SourceOutcomes:
    """The card's figures; all empty where no night was before.

    Args:
        listeners: who played something today and had a list.
        of_night: the night judged.
        found: per source (share of today's plays it had proposed, the same of songs new to the listener), on one scale.
        rows: the table's cells, formatted.
        held: share of today's plays that last night's lists held.
    """

    listeners: int
    of_night: str
    found: list[tuple[str, Bar, Bar]]
    rows: list[dict[str, str]]
    held: str


def source_outcomes(table: pl.DataFrame, words: dict[str, str]) -> SourceOutcomes:
    """Lay out the contract ``source_outcomes``.

    Args:
        words: what each source is called on the page.
    """
    if table.is_empty():
        return SourceOutcomes(0, "", [], [], "")
    by_source = {row["source"]: row for row in table.to_dicts()}
    ordered = [by_source[name] for name in (*CANDIDATE_SOURCES, TOGETHER)]
    whole = by_source[TOGETHER]
    recalls = [(row["source"], row[name] or 0.0, _percent(row[name])) for row in ordered for name in _RECALLS]
    laid = bars(recalls)
    named = [words.get(row["source"], row["source"]) for row in ordered]
    return SourceOutcomes(
        listeners=whole["listeners"],
        of_night=whole["of_night"].isoformat(),
        found=[(name, laid[2 * i], laid[2 * i + 1]) for i, name in enumerate(named)],
        rows=[_cells(name, row) for name, row in zip(named, ordered, strict=True)],
        held=_percent(whole["recall_listed"]),
    )


_RECALLS = ("recall", "recall_new")


def _cells(name: str, row: dict[str, Any]) -> dict[str, str]:
    return {
        "name": name,
        "candidates": f"{row['candidates']:,}",
        "unique": "" if row["source"] == TOGETHER else _percent(row["unique_share"]),
        "alone": "" if row["source"] == TOGETHER else _percent(row["recall_alone"]),
        "listed": _percent(row["listed_share"]),
        "played": _percent(row["listed_hit_share"]),
    }


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.1%}"
