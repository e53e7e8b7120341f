"""What asking a model came to: a row per text, and a night's account per kind of text."""

from __future__ import annotations

from typing import Any

import polars as pl

from features.words.model.asking import Why
from features.words.model.narration import FAULTY, Record

_REASONS = (*(str(why) for why in Why), FAULTY)
_SUMS = ("calls", "from_cache", "tokens_in", "tokens_out")
_READ = ("readings", "reader_from_cache", "reader_tokens_in", "reader_tokens_out", "sentences_read",
         "sentences_vetoed")  # fmt: skip


def row(record: Record, language: str) -> dict[str, Any]:
    """The columns of ``list_asks`` and ``review_asks`` that tell how one text came about."""
    answers = [r.answer for r in record.rounds]
    kinds = {fault.partition(":")[0] for r in record.rounds for fault in r.faults}
    return {
        "language": language,
        "outcome": record.outcome,
        "fell_back": record.fell_back,
        "faults": sorted(kinds),
        "calls": sum(a.raw is not None or a.found is not None for a in answers),
        "from_cache": sum(a.cached for a in answers),
        "tokens_in": sum(a.tokens_in for a in answers),
        "tokens_out": sum(a.tokens_out for a in answers),
        **_read(record),
    }


def _read(record: Record) -> dict[str, Any]:
    """What the second reader came to; zeros where there is none."""
    readings = [r.second for r in record.rounds if r.second is not None]
    answers = [second.answer for second in readings]
    return {
        "readings": len(readings),
        "unread": [str(second.why_none) for second in readings if second.why_none is not None],
        "reader_from_cache": sum(a.cached for a in answers),
        "reader_tokens_in": sum(a.tokens_in for a in answers),
        "reader_tokens_out": sum(a.tokens_out for a in answers),
        "sentences_read": sum(len(second.follows) for second in readings),
        "sentences_vetoed": sum(len(second.vetoed) for second in readings),
    }


def account(kind: str, texts: pl.DataFrame, asks: pl.DataFrame, plan: pl.DataFrame) -> dict[str, Any]:
    """The row of ``copy_usage`` of one kind of text.

    Args:
        texts: ``list_copy`` or ``reviews``.
        asks, plan: of the same kind.
    """
    by_model = _count(asks, "outcome", "model")
    repaired = _count(asks, "outcome", "repaired")
    kept = texts.filter(pl.col("writer") == "model").height - by_model - repaired
    return {
        "kind": kind,
        "texts": texts.height,
        "asked": asks.height,
        "kept": kept,
        "by_model": by_model,
        "repaired": repaired,
        "fell_back": _count(asks, "outcome", "builtin"),
        **{f"fell_back_{why}": _count(asks, "fell_back", why) for why in _REASONS},
        "not_asked": texts.height - asks.height - kept,
        **{name: int(asks[name].sum()) for name in (*_SUMS, *_READ)},
        **{f"unread_{why}": int((asks["unread"].explode() == str(why)).sum()) for why in Why},
        "tokens_planned": int(plan["tokens"].sum()),
    }


def _count(asks: pl.DataFrame, column: str, value: str) -> int:
    return asks.filter(pl.col(column) == value).height
