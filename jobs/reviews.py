"""Stage reviews: a deep review per song and language of tonight's lists, shared by its listeners."""

from __future__ import annotations

from typing import Any

import polars as pl

from features.seeds import Seeds
from features.words import reviewdesk
from features.words.params import WordParams
from features.words.reviewdesk import Brief
from features.words.songs import songs
from schemas import TABLES


def run(
    *,
    daily_lists: pl.DataFrame,
    users: pl.DataFrame,
    tracks: pl.DataFrame,
    facts: pl.DataFrame,
    neighbours: pl.DataFrame,
    llm: Any,
    params: WordParams,
    seeds: Seeds,
    carried: pl.DataFrame,
) -> dict[str, pl.DataFrame]:
    """One row per (track_id, language) that somebody's list needs; rows of an equal content key are carried over."""
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
    kept = carried.filter(pl.col("content_key").is_in([b.content_key for b in briefs]))
    done = {row["content_key"]: row for row in kept.iter_rows(named=True)}
    rows = [done.get(b.content_key) or reviewdesk.builtin(b, seeds, params) for b in briefs]
    return {"reviews": TABLES["reviews"].frame(rows)}
