"""Who wrote tonight's words, and what asking a model came to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from features.report.charts import Bar, bars

_KINDS = {"list": "openers and intros", "review": "deep reviews"}
_WRITERS = (
    ("by_model", "a model, at once"),
    ("repaired", "a model, after a repair"),
    ("kept", "a model, on an earlier night"),
    ("fell_back", "built-in writer, the model failed"),
    ("not_asked", "built-in writer"),
)


@dataclass(frozen=True, slots=True)
class Words:
    """The card on words.

    Args:
        kinds: per kind of text its name and bars of who wrote how many.
        reasons: (why, texts) the built-in writer stepped in for the model, most frequent first.
        asking: the account's sums; zeros where no model was asked.
        unread: answers that a second reader gave no verdict on.
    """

    kinds: list[tuple[str, list[Bar]]]
    reasons: list[tuple[str, int]]
    asking: dict[str, int]
    unread: int


def words(copy_usage: pl.DataFrame) -> Words:
    """The card, from the night's account."""
    rows = copy_usage.sort("kind").to_dicts()
    sums = {name: int(copy_usage[name].sum()) for name in copy_usage.columns if name != "kind"}
    prefix = "fell_back_"
    reasons = [(name.removeprefix(prefix), n) for name, n in sums.items() if name.startswith(prefix) and n]
    return Words(
        kinds=[(_KINDS[row["kind"]], _writers(row)) for row in rows],
        reasons=sorted(reasons, key=lambda pair: (-pair[1], pair[0])),
        asking={name: n for name, n in sums.items() if not name.startswith(prefix)},
        unread=sum(n for name, n in sums.items() if name.startswith("unread_")),
    )


def _writers(row: dict[str, Any]) -> list[Bar]:
    texts = max(1, row["texts"])
    return bars([(what, float(row[name]), f"{row[name] / texts:.0%}") for name, what in _WRITERS if row[name]])
