"""Stage copy_plan: whose lists and which reviews a model may write tonight, within the night's tokens."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import polars as pl

from features.words.facts.songs import songs
from features.words.model import plan as token_plan
from features.words.model import prompts as prompting
from features.words.model import requests
from features.words.model.asking import Writer
from features.words.model.inputs import CopyPlanInputs
from features.words.model.plan import Wanted
from features.words.params import CopyPlanParams, WordParams
from features.words.writer import citations, review_briefs
from jobs import prompts
from schemas import TABLES

_CHUNK = 512  # reviews whose songs are read at once


class Endpoint(Writer, Protocol):
    """The tool ``llm``: a writer with a ceiling; None when no endpoint is configured."""

    night_tokens: int


def run(inputs: CopyPlanInputs, *, llm: Endpoint | None, params: CopyPlanParams) -> dict[str, pl.DataFrame]:
    """LIST_PLAN and REVIEW_PLAN; both without rows where there is no endpoint."""
    if llm is None:
        return {name: TABLES[name].empty() for name in ("list_plan", "review_plan")}
    reader = prompts.second_reader(llm)
    each = token_plan.list_bound(prompts.load("list"), params, reader)
    lists = inputs.daily_lists["user_id"].n_unique()
    written = inputs.review_history.filter(pl.col("writer") == "model").select("track_id", "language", "content_key")
    kept = {(track, language): key for track, language, key in written.iter_rows()}
    budget = token_plan.review_budget(lists, llm.night_tokens, each, params)
    wanted = _wanted(llm.name, inputs, params, None if reader is None else reader.name)
    reviews = list(token_plan.plan_reviews(wanted, kept, budget, params, reader))
    left = llm.night_tokens - sum(row["tokens"] for row in reviews)
    planned = token_plan.plan_lists(inputs.daily_lists, inputs.taste, left, each, params.list_answer_tokens)
    return {
        "list_plan": TABLES["list_plan"].frame(planned),
        "review_plan": TABLES["review_plan"].frame(reviews),
    }


def _wanted(model: str, inputs: CopyPlanInputs, params: CopyPlanParams, reader: str | None) -> Iterator[Wanted]:
    """The reviews that tonight's lists need, most listeners first, as questions."""
    prompt = prompts.load("review")
    found = citations.citations(inputs.tracks, inputs.snippets)
    cited = citations.once_per_list(found, inputs.daily_lists, inputs.users)
    needed = review_briefs.needed(inputs.daily_lists, inputs.users).sort(
        "listeners", "track_id", "language", descending=[True, False, False]
    )
    for part in needed.iter_slices(_CHUNK):
        ids = part["track_id"].unique().to_list()
        near = review_briefs.beside(inputs.neighbours, inputs.tracks, ids)
        known = songs(inputs.facts, [*ids, *near.values()])
        for track_id, language, listeners in part.iter_rows():
            other = known.get(near.get(track_id, ""))
            # Word parameters rule how an answer is read; the question does not hang on them.
            tokens, note = params.review_answer_tokens, cited.get((track_id, language))
            made = requests.for_review(known[track_id], other, language, prompt, WordParams(), tokens, citation=note)
            key = prompting.ask_key(model, prompt, made.ask, made.slots.values, reader)
            yield Wanted(track_id, language, listeners, key, made.ask)
