"""Who gets words by a model tonight, when the night's tokens do not reach everybody.

Decided once over the whole user base, from the most that each text can cost: so what is planned
fits under the ceiling by that count (the ledger holds it against all else), and who is served
does not hang on which bucket ran first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from features.words.model.asking import Ask
from features.words.model.prompts import Prompt, most_tokens, schema
from features.words.model.requests import LIST_CAP, LIST_KEYS
from features.words.model.second_reader import SecondReader
from features.words.params import CopyPlanParams


@dataclass(frozen=True, slots=True)
class Wanted:
    """A review that somebody's list needs: the question for it and the key of its answer."""

    track_id: str
    language: str
    listeners: int
    key: str
    ask: Ask


def list_bound(prompt: Prompt, params: CopyPlanParams, reader: SecondReader | None) -> int:
    """Most tokens the words of any list can cost: its data are capped."""
    return text_bound(Ask(prompt.text, "x" * LIST_CAP, params.list_answer_tokens, schema(LIST_KEYS)), params, reader)


def text_bound(ask: Ask, params: CopyPlanParams, reader: SecondReader | None) -> int:
    """Most tokens one text can cost: asked twice, and what came read twice where somebody reads it."""
    read = 0 if reader is None else reader.most_tokens(ask, params.tokens_per_byte)
    return most_tokens(ask, params.tokens_per_byte) + read


def review_budget(lists: int, ceiling: int, per_list: int, params: CopyPlanParams) -> int:
    """Tokens for reviews: their share, and what all lists together leave over."""
    return ceiling - min(lists * per_list, int(ceiling * (1 - params.review_share)))


def plan_reviews(
    wanted: Iterable[Wanted],
    kept: Mapping[tuple[str, str], str],
    budget: int,
    params: CopyPlanParams,
    reader: SecondReader | None,
) -> Iterator[dict[str, Any]]:
    """Rows of ``review_plan``, in the order given; what an earlier night's model wrote of the same facts is kept.

    The first that does not fit ends the writing, so that no song overtakes a more wanted one.

    Args:
        wanted: most listeners first.
        kept: (track, language) -> content key of the model's review of an earlier night.
    """
    left = budget
    for place, review in enumerate(wanted, 1):
        cost = text_bound(review.ask, params, reader)
        keep = kept.get((review.track_id, review.language)) == review.key
        if not keep:
            left = left - cost if cost <= left else -1
            if left < 0:
                continue
        yield {
            "track_id": review.track_id,
            "language": review.language,
            "place": place,
            "listeners": review.listeners,
            "action": "keep" if keep else "write",
            "content_key": review.key,
            "answer_tokens": review.ask.max_tokens,
            "tokens": 0 if keep else cost,
        }


def plan_lists(
    daily_lists: pl.DataFrame, taste: pl.DataFrame, budget: int, each: int, answer_tokens: int
) -> pl.DataFrame:
    """Columns of ``list_plan``: the most active listeners of the last week, as many as the budget holds."""
    active = (
        daily_lists.select("user_id")
        .unique()
        .join(taste.select("user_id", "plays_7d"), on="user_id", how="left")
        .sort(pl.col("plays_7d").fill_null(0), "user_id", descending=[True, False])
        .head(max(0, budget // each))
    )
    return active.select(
        "user_id",
        place=pl.int_range(1, pl.len() + 1, dtype=pl.Int32),
        answer_tokens=pl.lit(answer_tokens, dtype=pl.Int32),
        tokens=pl.lit(each, dtype=pl.Int64),
    )
