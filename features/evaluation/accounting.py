"""What each candidate source brings: how much it proposes, and how much of tomorrow it finds, alone or with others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from features.evaluation.field import Field
from schemas.vocabulary import CANDIDATE_SOURCES

if TYPE_CHECKING:
    from scipy.sparse import csr_array

TOGETHER = "all sources"


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


def accounts(field: Field, candidates: pl.DataFrame) -> list[SourceAccount]:
    """Every source of the vocabulary in its order, and all of them together.

    Args:
        candidates: as its contract says; those of listeners outside the test are left out.
    """
    here = candidates.filter(pl.col("user_id").is_in(field.users.implode()))
    shared = here.with_columns(alone=pl.len().over("user_id", "track_id") == 1)
    found = [_account(field, name, shared.filter(pl.col("source") == name)) for name in CANDIDATE_SOURCES]
    together = here.select("user_id", "track_id").unique().with_columns(alone=pl.lit(False))
    return [*found, _account(field, TOGETHER, together)]


def _account(field: Field, source: str, rows: pl.DataFrame) -> SourceAccount:
    relevant, new = field.relevant.sign(), field.new
    proposed, only = field.pairs(rows), field.pairs(rows.filter("alone"))
    hits = relevant.multiply(proposed)
    return SourceAccount(
        source=source,
        candidates=rows.height,
        per_user=rows.height / max(1, len(field.users)),
        unique_share=float(rows["alone"].mean() or 0.0) if rows.height else 0.0,  # type: ignore[arg-type]
        recall=_share(hits, relevant) or 0.0,
        recall_only=_share(relevant.multiply(only), relevant) or 0.0,
        recall_new=_share(new.multiply(proposed), new),
        hit_share=float(hits.sum()) / max(1, rows.height),
    )


def _share(part: csr_array, whole: csr_array) -> float | None:
    """Mean over listeners with any of the whole [matrices, shape=(users, tracks)]."""
    total = np.asarray(whole.sum(axis=1)).ravel()
    some = total > 0
    if not some.any():
        return None
    return float((np.asarray(part.sum(axis=1)).ravel()[some] / total[some]).mean())
