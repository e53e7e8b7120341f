"""Stage reviews: a deep review per song and language of tonight's lists, shared by its listeners."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import polars as pl

from features.seeds import Seeds
from features.words import labels, modelwriter, reviewdesk
from features.words.grounding import telling_names
from features.words.params import WordParams
from features.words.reviewdesk import Brief
from features.words.songs import songs
from jobs import prompts
from schemas import TABLES


class Llm(Protocol):
    """The tool ``llm``, None when no endpoint is configured."""

    name: str
    concurrency: int

    def ask(self, system: str, user: str, max_tokens: int) -> dict[str, Any] | None: ...


def run(
    *,
    daily_lists: pl.DataFrame,
    users: pl.DataFrame,
    tracks: pl.DataFrame,
    facts: pl.DataFrame,
    neighbours: pl.DataFrame,
    llm: Llm | None,
    params: WordParams,
    seeds: Seeds,
    carried: pl.DataFrame,
) -> dict[str, pl.DataFrame]:
    """One row per (track_id, language) that somebody's list needs; rows of an equal content key are carried over.

    With an endpoint, the most-heard songs are written by the model first; whatever it does not
    deliver, grounded and in time, the built-in writer writes.
    """
    wanted = reviewdesk.needed(daily_lists, users)
    ids = wanted["track_id"].unique().to_list()
    near = reviewdesk.beside(neighbours, tracks, ids)
    known = songs(facts, [*ids, *near.values()])
    writer = reviewdesk.builtin_version()
    briefs = []
    for track_id, language, listeners in wanted.iter_rows():
        song, other = known[track_id], known.get(near.get(track_id, ""))
        key = reviewdesk.content_key(song, other, language, writer, seeds, params)
        briefs.append(Brief(song, other, language, key, listeners))
    done = {row["content_key"]: row for row in carried.iter_rows(named=True)} if not carried.is_empty() else {}
    modelled = _modelled(llm, briefs, tracks, done, params) if llm is not None else {}
    rows = [
        modelled.get((b.song.track_id, b.language)) or done.get(b.content_key) or reviewdesk.builtin(b, seeds, params)
        for b in briefs
    ]
    return {"reviews": TABLES["reviews"].frame(rows)}


def _modelled(
    llm: Llm, briefs: list[Brief], tracks: pl.DataFrame, done: Mapping[str, dict[str, Any]], params: WordParams
) -> dict[tuple[str, str], dict[str, Any]]:
    """Rows the model wrote, tonight or before, by (track, language)."""
    prompt = prompts.load("review")
    strangers = telling_names(tracks["artist_name"].unique().to_list())
    first = sorted(briefs, key=lambda b: (-b.listeners, b.song.track_id, b.language))[: params.model_reviews]

    def write(brief: Brief) -> dict[str, Any] | None:
        key = reviewdesk.model_key(brief, llm.name, prompt.version)
        if key in done:
            return done[key]
        review = modelwriter.review(llm, prompt, brief.song, brief.other, brief.language, strangers, params)
        if review is None:
            return None
        label = labels.model(llm.name, prompt.version, brief.language, brief.song.track_id, *review.paragraphs)
        return reviewdesk.row(brief, review, label) | {"content_key": key}

    with ThreadPoolExecutor(max_workers=llm.concurrency) as pool:
        made = list(pool.map(write, first))
    return {(b.song.track_id, b.language): row for b, row in zip(first, made, strict=True) if row is not None}
