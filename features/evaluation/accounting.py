"""What each candidate source brings: how much it proposes, and how much of tomorrow it finds, alone or with others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from features.evaluation.ground_truth import GroundTruth
from features.evaluation.outcomes import per_listener, per_source


@dataclass(frozen=True, slots=True)
class SourceAccount:
    """One source's account over the listeners of a test.

    Args:
        source: its name, or ``all sources``.
        candidates: pairs of listener and track proposed; per_user: mean per listener of the test.
        unique_share: share of its pairs that no other source proposed.
        recall: mean over listeners of the share of tomorrow's tracks that it proposed.
        recall_only: the same, of those that no other source proposed.
        recall_new: the same as ``recall``, of tomorrow's tracks never played before; None when nobody played any.
        hit_share: share of its pairs that were played tomorrow.
    """

    source: str
    candidates: int
    per_user: float
    unique_share: float
    recall: float
    recall_only: float
    recall_new: float | None
    hit_share: float


def accounts(truth: GroundTruth, candidates: pl.DataFrame) -> list[SourceAccount]:
    """Every source of the vocabulary in its order, and all of them together.

    Args:
        candidates: as its contract says; those of listeners outside the test are left out.
    """
    here = candidates.filter(pl.col("user_id").is_in(truth.users.implode()))
    counts = per_listener(here, _wanted(truth), here.clear())
    return [_account(row, len(truth.users)) for row in per_source(counts).to_dicts()]


def _wanted(truth: GroundTruth) -> pl.DataFrame:
    """Pairs that the listeners of the test played: ``user_id``, ``track_id``, ``new``."""
    relevant = truth.relevant.sign()
    cells = (relevant + truth.new).tocoo()  # 2 where new
    users, tracks = truth.users.gather(cells.row), truth.tracks.gather(cells.col)
    return pl.DataFrame({"user_id": users, "track_id": tracks, "new": cells.data > 1})


def _account(row: dict[str, Any], users: int) -> SourceAccount:
    return SourceAccount(
        source=row["source"],
        candidates=row["candidates"],
        per_user=row["candidates"] / max(1, users),
        unique_share=row["unique_share"] or 0.0,
        recall=row["recall"] or 0.0,
        recall_only=row["recall_alone"] or 0.0,
        recall_new=row["recall_new"],
        hit_share=row["hit_share"] or 0.0,
    )
