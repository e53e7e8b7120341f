"""Stages links and facts: numbered facts that texts may use."""

from __future__ import annotations

import polars as pl

from features.measurement import MeasurementPolicy
from features.words.facts import links as catalogue_links
from features.words.facts import tracks as track_facts
from features.words.facts.inputs import FactInputs
from features.words.params import FactParams
from schemas import TABLES


def run(inputs: FactInputs, *, params: FactParams, policy: MeasurementPolicy) -> dict[str, pl.DataFrame]:
    """One row per (track_id, fact_id); weak facts are kept and marked, never asserted."""
    made = track_facts.fact_rows(inputs, params, policy)
    return {"facts": TABLES["facts"].frame(made)}


def links(*, tracks: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """One row per (track_id, kind); needs the whole catalogue, so it is a stage of its own."""
    return {"song_links": TABLES["song_links"].frame(catalogue_links.links(tracks))}
