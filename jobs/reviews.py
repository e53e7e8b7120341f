"""Stage reviews: a deep review per song and language of tonight's lists, shared by its listeners."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from features.seeds import Seeds
from features.words import labels
from features.words.facts.songs import songs
from features.words.grounding import distinctive_names
from features.words.model import narration, requests, usage
from features.words.model import prompts as prompting
from features.words.model.asking import Writer
from features.words.model.narration import Record
from features.words.model.requests import TextRequest
from features.words.params import WordParams
from features.words.writer import citations, frames, review_briefs
from features.words.writer.citations import Citation
from features.words.writer.inputs import ReviewInputs
from features.words.writer.review_briefs import ReviewBrief
from features.words.writer.reviews import Review
from jobs import prompts
from schemas import TABLES

Key = tuple[str, str]  # (track_id, language)


def run(
    inputs: ReviewInputs, *, llm: Writer | None, params: WordParams, seeds: Seeds, carried: pl.DataFrame
) -> dict[str, pl.DataFrame]:
    """One row per (track_id, language) that somebody's list needs; rows of an equal content key are carried over.

    Songs of ``review_plan`` are written by the model, or were on an earlier night; whatever it does
    not deliver, grounded and in time, the built-in writer writes. REVIEW_ASKS tells what became of each.
    """
    wanted = review_briefs.needed(inputs.daily_lists, inputs.users)
    found = citations.citations(inputs.tracks, inputs.snippets)
    cited = citations.once_per_list(found, inputs.daily_lists, inputs.users)
    briefs = briefs_of(wanted, inputs.tracks, inputs.facts, inputs.neighbours, cited, seeds, params)
    done = {row["content_key"]: row for row in carried.iter_rows(named=True)}
    modelled = _kept(inputs.review_plan, inputs.review_history)
    records: dict[Key, Record] = {}
    if llm is not None:
        records = _asked(llm, briefs, inputs.review_plan, inputs.tracks, params)
        modelled |= {key: _row(llm, briefs[key], record) for key, record in records.items() if record.texts is not None}
    rows = [
        modelled.get(key) or done.get(brief.content_key) or review_briefs.builtin(brief, seeds, params)
        for key, brief in briefs.items()
    ]
    asks = [{"track_id": key[0], **usage.row(record, key[1])} for key, record in records.items()]
    return {"reviews": TABLES["reviews"].frame(rows), "review_asks": TABLES["review_asks"].frame(asks)}


def briefs_of(
    wanted: pl.DataFrame,
    tracks: pl.DataFrame,
    facts: pl.DataFrame,
    neighbours: pl.DataFrame,
    cited: Mapping[Key, Citation],
    seeds: Seeds,
    params: WordParams,
) -> dict[Key, ReviewBrief]:
    """What the reviews of these (track_id, language, listeners) are made of, by track and language.

    Args:
        cited: the sentence of a note that each may quote.
    """
    ids = wanted["track_id"].unique().to_list()
    near = review_briefs.beside(neighbours, tracks, ids)
    known = songs(facts, [*ids, *near.values()])
    writer = review_briefs.builtin_version()
    briefs = {}
    for track_id, language, listeners in wanted.iter_rows():
        song, other = known[track_id], known.get(near.get(track_id, ""))
        note = cited.get((track_id, language))
        key = review_briefs.content_key(song, other, language, writer, seeds, params, note)
        briefs[track_id, language] = ReviewBrief(song, other, language, key, listeners, note)
    return briefs


def text_request(
    brief: ReviewBrief, answer_tokens: int, catalogue_names: frozenset[str], params: WordParams
) -> TextRequest:
    """The question for a review."""
    return requests.for_review(
        brief.song,
        brief.other,
        brief.language,
        prompts.load("review"),
        params,
        answer_tokens,
        catalogue_names,
        brief.citation,
    )


def _kept(plan: pl.DataFrame, history: pl.DataFrame) -> dict[Key, dict[str, Any]]:
    """The model's reviews of earlier nights that the plan keeps."""
    keep = plan.filter(pl.col("action") == "keep").select("track_id", "language", "content_key")
    rows = history.join(keep, on=["track_id", "language", "content_key"], how="semi")
    return {(row["track_id"], row["language"]): row for row in rows.iter_rows(named=True)}


def _asked(
    llm: Writer, briefs: dict[Key, ReviewBrief], plan: pl.DataFrame, tracks: pl.DataFrame, params: WordParams
) -> dict[Key, Record]:
    """How the planned reviews came about, most listeners first."""
    catalogue_names = distinctive_names(tracks["artist_name"].drop_nulls().unique().to_list())
    todo = plan.filter(pl.col("action") == "write").sort("place")
    keys = [(track, language) for track, language in todo.select("track_id", "language").iter_rows()]
    wanted = [
        text_request(briefs[key], tokens, catalogue_names, params)
        for key, tokens in zip(keys, todo["answer_tokens"].to_list(), strict=True)
    ]
    return dict(zip(keys, narration.write(llm, wanted, prompts.second_reader(llm)), strict=True))


def _row(llm: Writer, brief: ReviewBrief, record: Record) -> dict[str, Any]:
    """The row of a review the model wrote."""
    prompt, texts = record.text_request.prompt, record.texts or {}
    headings = [frames.load(brief.language, "reviews")[f"heading.{section}"][0].text for section in texts]
    own = {fact_id for ids in brief.song.ids.values() for fact_id in ids}
    used = sorted({f"f{ref[1:]}" for ref in record.used if ref[0] in "ft"} & own)
    label = labels.model(llm.name, prompt.version, brief.language, brief.song.track_id, *texts.values())
    wanted, reader = record.text_request, prompts.second_reader(llm)
    key = prompting.ask_key(llm.name, prompt, wanted.ask, wanted.slots.values, None if reader is None else reader.name)
    return review_briefs.row(brief, Review(headings, list(texts.values()), used), label) | {"content_key": key}
