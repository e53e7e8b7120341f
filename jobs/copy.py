"""Stage copy: opener, hashtags, intro per list and a reason per song."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import polars as pl

from features.night import Night
from features.seeds import Seeds
from features.words import labels, modelwriter
from features.words.desk import Desk, Order, Tables
from features.words.grounding import telling_names
from features.words.params import WordParams
from jobs import prompts
from jobs.reviews import Llm
from schemas import TABLES


def run(
    *,
    users: pl.DataFrame,
    daily_lists: pl.DataFrame,
    list_summaries: pl.DataFrame,
    evidence: pl.DataFrame,
    taste: pl.DataFrame,
    affinity: pl.DataFrame,
    tracks: pl.DataFrame,
    facts: pl.DataFrame,
    emotions: pl.DataFrame,
    contexts: pl.DataFrame,
    copy_history: pl.DataFrame,
    llm: Llm | None,
    params: WordParams,
    seeds: Seeds,
    night: Night,
) -> dict[str, pl.DataFrame]:
    """One row per user with a list, and one per user and song; in each user's language."""
    tables = Tables(
        users, daily_lists, list_summaries, evidence, taste, affinity, tracks, facts, emotions, contexts, copy_history
    )
    desk = Desk(tables, night, seeds, params)
    orders = list(desk.orders())
    copies = {order.reader.user_id: desk.list_copy(order) for order in orders}
    if llm is not None:
        copies |= _modelled(llm, orders, copies, tracks, params)
    reasons = [row for order in orders for row in desk.song_reasons(order)]
    return {
        "list_copy": TABLES["list_copy"].frame(list(copies.values())),
        "song_reasons": TABLES["song_reasons"].frame(reasons),
    }


def _modelled(
    llm: Llm, orders: list[Order], written: dict[str, dict[str, Any]], tracks: pl.DataFrame, params: WordParams
) -> dict[str, dict[str, Any]]:
    """Rows whose opener and intro a model wrote, most active users first; hashtags stay ours."""
    prompt = prompts.load("list")
    strangers = telling_names(tracks["artist_name"].unique().to_list())
    active = sorted(orders, key=lambda o: (-int(o.reader.taste.get("plays_7d") or 0), o.reader.user_id))

    def write(order: Order) -> dict[str, Any] | None:
        made = modelwriter.list_words(llm, prompt, order.told, order.past, strangers, params)
        if made is None:
            return None
        base, (opener, intro) = written[order.reader.user_id], made
        label = labels.model(llm.name, prompt.version, order.told.language, opener, intro, *base["hashtags"])
        return base | {"opener": opener, "intro": intro, "frame_ids": []} | label

    with ThreadPoolExecutor(max_workers=llm.concurrency) as pool:
        made = list(pool.map(write, active[: params.model_lists]))
    return {row["user_id"]: row for row in made if row is not None}
