"""Stages links, facts and snippets: what texts may state and what they may quote."""

from __future__ import annotations

import polars as pl

from features.measurement import MeasurementPolicy
from features.words.facts import links as catalogue_links
from features.words.facts import tracks as track_facts
from features.words.facts.inputs import FactInputs
from features.words.params import FactParams
from features.words.terms.snippets import snippet_rows
from schemas import TABLES


def run(inputs: FactInputs, *, params: FactParams, policy: MeasurementPolicy) -> dict[str, pl.DataFrame]:
    """One row per (track_id, fact_id); weak facts are kept and marked, never asserted."""
    made = track_facts.fact_rows(inputs, params, policy)
    return {"facts": TABLES["facts"].frame(made)}


def links(*, tracks: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """One row per (track_id, kind); needs the whole catalogue, so it is a stage of its own."""
    return {"song_links": TABLES["song_links"].frame(catalogue_links.links(tracks))}


def snippets(*, notes: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """One row per sentence of each note, with why it may not be cited."""
    return {"snippets": TABLES["snippets"].frame(snippet_rows(notes)).sort("snippet_id")}
