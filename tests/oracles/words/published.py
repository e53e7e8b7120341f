"""The published texts of a night, each with what the tables bear out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from features.night import Night
from tests.oracles.words.allowed import Allowed, spoken
from tests.oracles.words.truth import Truth
from tests.oracles.words.verdict import faults, sentences

_PEOPLE = ("artist_name", "composer", "lyricist", "producer", "label")


@dataclass(frozen=True)
class Text:
    """One published text: what kind, who wrote it, what it may say."""

    kind: str
    text: str
    language: str
    writer: str
    allowed: Allowed
    fact_ids: tuple[str, ...] = ()
    track_id: str = ""


def published(tables: Mapping[str, pl.DataFrame], ds: Night) -> Iterator[Text]:
    """Every text of a night."""
    truth = Truth(tables, ds)
    for row in tables["list_copy"].iter_rows(named=True):
        allowed = truth.listed(row["user_id"])
        for kind in ("opener", "intro"):
            yield Text(kind, row[kind], row["language"], row["writer"], allowed)
    for row in tables["song_reasons"].iter_rows(named=True):
        allowed = truth.reason(row["user_id"], row["track_id"])
        yield Text("reason", row["reason"], row["language"], "builtin", allowed)
        if row.get("paragraph"):
            allowed = truth.paragraph(row["user_id"], row["track_id"])
            yield Text("paragraph", row["paragraph"], row["language"], "builtin", allowed)
    beside: dict[str, list[str]] = {}
    for track, other in tables["neighbours"].sort("track_id", "rank").select("track_id", "neighbour_id").iter_rows():
        beside.setdefault(track, []).append(other)
    for row in tables["reviews"].iter_rows(named=True):
        whole = " ".join(row["paragraphs"])
        near = [t for t in beside.get(row["track_id"], ()) if spoken(truth.tracks[t]["title"]) in whole][:6]
        own = truth.tracks[row["track_id"]]["title"]
        nearest = [t for t in beside.get(row["track_id"], ()) if truth.tracks[t]["title"] != own][:1]
        allowed = truth.review(row["track_id"], [*near, *nearest])
        truth.noted(allowed, row["track_id"], row["language"])
        for text in row["paragraphs"]:
            ids = tuple(row["fact_ids"])
            yield Text("review", text, row["language"], row["writer"], allowed, ids, row["track_id"])


def catalogue(tables: Mapping[str, pl.DataFrame]) -> set[str]:
    """Names of all artists and credited people, as they may be spoken."""
    names = {spoken(n) for c in _PEOPLE for n in tables["tracks"][c].drop_nulls().unique().to_list()}
    return {n for n in names if len(n) > 1}


def ungrounded(tables: Mapping[str, pl.DataFrame], ds: Night) -> tuple[int, list[str]]:
    """How many sentences were read, and what was wrong with them."""
    names = catalogue(tables)
    read, wrong = 0, []
    for text in published(tables, ds):
        read += len(sentences(text.text))
        found = faults(text.text, text.language, text.allowed, names)
        wrong += [f"{found} in {text.text!r}"] if found else []
    return read, wrong
