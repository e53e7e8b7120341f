"""Stage copy: opener, hashtags, intro per list and a reason per song."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import polars as pl

from features.measurement import MeasurementPolicy
from features.night import Night
from features.seeds import Seeds
from features.words import labels
from features.words.claims.night import ListWorlds
from features.words.claims.world import World
from features.words.grounding import distinctive_names
from features.words.model import narration, requests, usage
from features.words.model import prompts as prompting
from features.words.model.asking import Writer
from features.words.model.narration import Record
from features.words.model.requests import TextRequest
from features.words.params import WordParams
from features.words.writer.inputs import CopyInputs
from features.words.writer.list_briefs import ListBrief, ListBriefs
from jobs import prompts
from schemas import TABLES


def run(
    inputs: CopyInputs,
    *,
    llm: Endpoint | None,
    params: WordParams,
    policy: MeasurementPolicy,
    seeds: Seeds,
    night: Night,
) -> dict[str, pl.DataFrame]:
    """One row per user with a list, and one per user and song; in each user's language.

    A model writes opener and intro of those in ``list_plan``; hashtags and reasons stay ours, and
    so does whatever the model does not deliver. LIST_ASKS tells what became of each.
    """
    briefs = ListBriefs(inputs, night, seeds, params, policy)
    orders = list(briefs.orders())
    copies = {order.reader.user_id: briefs.list_copy(order) for order in orders}
    records = {} if llm is None else _asked(llm, orders, ListWorlds(briefs), inputs, params)
    for user_id, record in records.items():
        if llm is not None and record.texts is not None:
            copies[user_id] |= _modelled(llm.name, record, copies[user_id]["hashtags"])
    reasons: list[dict[str, Any]] = []
    for order in orders:
        rows, told = briefs.song_reasons(order)
        reasons += rows
        copies[order.reader.user_id]["frame_ids"] += told
    asks = [{"user_id": u, **usage.row(r, r.text_request.slots.language)} for u, r in records.items()]
    return {
        "list_copy": TABLES["list_copy"].frame(list(copies.values())),
        "song_reasons": TABLES["song_reasons"].frame(reasons),
        "list_asks": TABLES["list_asks"].frame(asks),
    }


class Endpoint(Writer, Protocol):
    """The tool ``llm``: a writer with a salt, empty where it shall know no listener; None without an endpoint."""

    listener_secret: str


def text_request(
    order: ListBrief,
    world: World,
    answer_tokens: int,
    catalogue_names: frozenset[str],
    params: WordParams,
    secret: str = "",
) -> TextRequest:
    """The question for a list's words; ``world``: what its claims are proved from."""
    listener = prompting.listener(order.reader.user_id, secret)
    return requests.for_list(
        order.slots, world, order.past, prompts.load("list"), params, answer_tokens, catalogue_names, listener
    )


def _asked(
    llm: Endpoint, orders: Sequence[ListBrief], worlds: ListWorlds, inputs: CopyInputs, params: WordParams
) -> dict[str, Record]:
    """How the words of the planned listeners came about, most active first."""
    catalogue_names = distinctive_names(inputs.tracks["artist_name"].drop_nulls().unique().to_list())
    known = {order.reader.user_id: order for order in orders}
    planned = inputs.list_plan.sort("place").select("user_id", "answer_tokens").iter_rows()
    todo = [(known[user_id], tokens) for user_id, tokens in planned if user_id in known]
    wanted = [
        text_request(order, worlds.of(order), tokens, catalogue_names, params, llm.listener_secret)
        for order, tokens in todo
    ]
    records = narration.write(llm, wanted, prompts.second_reader(llm))
    return dict(zip((order.reader.user_id for order, _ in todo), records, strict=True))


def _modelled(model: str, record: Record, hashtags: Sequence[str]) -> dict[str, Any]:
    """The columns of ``list_copy`` that a model wrote; hashtags stay ours."""
    made, language = record.texts or {}, record.text_request.slots.language
    label = labels.model(model, record.text_request.prompt.version, language, *made.values(), *hashtags)
    return {**made, "frame_ids": [], **label}
