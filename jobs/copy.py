"""Stage copy: opener, hashtags, intro per list and a reason per song."""

from __future__ import annotations

from typing import Any

import polars as pl

from features.night import Night
from features.seeds import Seeds
from features.words.desk import Desk, Tables
from features.words.params import WordParams
from schemas import TABLES


def run(
    *,
    users: pl.DataFrame,
    daily_lists: pl.DataFrame,
    list_summaries: pl.DataFrame,
    evidence: pl.DataFrame,
    taste: pl.DataFrame,
    tracks: pl.DataFrame,
    facts: pl.DataFrame,
    emotions: pl.DataFrame,
    contexts: pl.DataFrame,
    copy_history: pl.DataFrame,
    llm: Any,
    params: WordParams,
    seeds: Seeds,
    night: Night,
) -> dict[str, pl.DataFrame]:
    """One row per user with a list, and one per user and song; in each user's language."""
    tables = Tables(
        users, daily_lists, list_summaries, evidence, taste, tracks, facts, emotions, contexts, copy_history
    )
    desk = Desk(tables, night, seeds, params)
    copies: list[dict[str, Any]] = []
    reasons: list[dict[str, Any]] = []
    for order in desk.orders():
        copies.append(desk.list_copy(order))
        reasons.extend(desk.song_reasons(order))
    return {
        "list_copy": TABLES["list_copy"].frame(copies),
        "song_reasons": TABLES["song_reasons"].frame(reasons),
    }
