"""The night's accounts: what came in, what was refused, what each table holds, what the audit says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from features.report.charts import Bar, bars

_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Accounts:
    """Tables of the run section, as rows for the page."""

    ingest: list[dict[str, Any]]
    quarantine: list[dict[str, Any]]
    failures: list[dict[str, Any]]
    tables: list[Bar]
    checks: list[dict[str, Any]]
    stops: int
    warnings: int


def accounts(
    audit: pl.DataFrame,
    ingest_counts: pl.DataFrame,
    quarantine: pl.DataFrame,
    audio_failures: pl.DataFrame,
    heights: dict[str, int],
) -> Accounts:
    """Shape the tables; refused rows are counted per reason with a few examples."""
    failed = ~pl.col("passed")
    return Accounts(
        ingest=ingest_counts.sort("table_name").to_dicts(),
        quarantine=_reasons(
            quarantine, ["table_name", "reason"], pl.format("{}:{} {}", "source_file", "source_row", "detail")
        ),
        failures=_reasons(
            audio_failures, ["reason"], pl.format("{} {}", pl.coalesce("audio_path", "track_id"), "detail")
        ),
        tables=bars([(name, float(rows) ** 0.5, f"{rows:,}") for name, rows in heights.items()]),
        checks=audit.sort("passed", "severity", "check").to_dicts(),
        stops=audit.filter(failed & (pl.col("severity") == "stop")).height,
        warnings=audit.filter(failed & (pl.col("severity") == "warn")).height,
    )


def contest(ranker: pl.DataFrame, trials: pl.DataFrame) -> dict[str, Any]:
    """Which ranker serves, and the gate's trials, best first."""
    row = ranker.row(0, named=True)
    since = f", learnt until {row['learnt_until']}" if row["learnt_until"] else ""
    serves = {"settings": "weights of the settings", "linear": "learnt weights", "trees": "learnt weights and trees"}
    ordered = trials.sort("ndcg", "contender", descending=[True, False], nulls_last=True)
    return {"serves": serves[row["kind"]] + since, "trials": ordered.to_dicts()}


def _reasons(refused: pl.DataFrame, by: list[str], example: pl.Expr) -> list[dict[str, Any]]:
    return (
        refused.with_columns(example=example)
        .sort("example")
        .group_by(by, maintain_order=True)
        .agg(rows=pl.len(), examples=pl.col("example").head(_EXAMPLES))
        .sort("rows", *by, descending=[True, *[False] * len(by)])
        .to_dicts()
    )
