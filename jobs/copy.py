"""Stage copy: opener, hashtags, intro per list and a reason per song."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import polars as pl

from features.night import Night
from features.seeds import Seeds
from features.words import commissions, labels, modelwriter, prompting, usage
from features.words.asking import Asker
from features.words.commissions import Commission
from features.words.desk import Desk, Order, Tables
from features.words.grounding import telling_names
from features.words.modelwriter import Record
from features.words.params import WordParams
from jobs import prompts
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
    list_plan: pl.DataFrame,
    llm: Endpoint | None,
    params: WordParams,
    seeds: Seeds,
    night: Night,
) -> dict[str, pl.DataFrame]:
    """One row per user with a list, and one per user and song; in each user's language.

    A model writes opener and intro of those in ``list_plan``; hashtags and reasons stay ours, and
    so does whatever the model does not deliver. LIST_ASKS tells what became of each.
    """
    tables = Tables(
        users, daily_lists, list_summaries, evidence, taste, affinity, tracks, facts, emotions, contexts, copy_history
    )
    desk = Desk(tables, night, seeds, params)
    orders = list(desk.orders())
    copies = {order.reader.user_id: desk.list_copy(order) for order in orders}
    records = {} if llm is None else _asked(llm, orders, list_plan, tracks, params)
    for user_id, record in records.items():
        if llm is not None and record.texts is not None:
            copies[user_id] |= _modelled(llm.name, record, copies[user_id]["hashtags"])
    reasons = [row for order in orders for row in desk.song_reasons(order)]
    asks = [{"user_id": u, **usage.row(r, r.commission.told.language)} for u, r in records.items()]
    return {
        "list_copy": TABLES["list_copy"].frame(list(copies.values())),
        "song_reasons": TABLES["song_reasons"].frame(reasons),
        "list_asks": TABLES["list_asks"].frame(asks),
    }


class Endpoint(Asker, Protocol):
    """The tool ``llm``: an asker with a salt, empty where it shall know no listener; None without an endpoint."""

    listener_secret: str


def commission(
    order: Order, answer_tokens: int, strangers: frozenset[str], params: WordParams, secret: str = ""
) -> Commission:
    """The question for a list's words."""
    listener = prompting.listener(order.reader.user_id, secret)
    return commissions.for_list(
        order.told, order.past, prompts.load("list"), params, answer_tokens, strangers, listener
    )


def _asked(
    llm: Endpoint, orders: Sequence[Order], plan: pl.DataFrame, tracks: pl.DataFrame, params: WordParams
) -> dict[str, Record]:
    """How the words of the planned listeners came about, most active first."""
    strangers = telling_names(tracks["artist_name"].unique().to_list())
    known = {order.reader.user_id: order for order in orders}
    todo = [row for row in plan.sort("place").iter_rows(named=True) if row["user_id"] in known]
    wanted = [
        commission(known[row["user_id"]], row["answer_tokens"], strangers, params, llm.listener_secret) for row in todo
    ]
    return dict(zip((row["user_id"] for row in todo), modelwriter.write(llm, wanted), strict=True))


def _modelled(model: str, record: Record, hashtags: Sequence[str]) -> dict[str, Any]:
    """The columns of ``list_copy`` that a model wrote; hashtags stay ours."""
    made, told = record.texts or {}, record.commission.told
    label = labels.model(model, record.commission.prompt.version, told.language, *made.values(), *hashtags)
    return {**made, "frame_ids": [], **label}
