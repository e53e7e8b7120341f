"""Thirty songs per listener, in playing order, with evidence."""

from __future__ import annotations

import polars as pl

from features.evidence.choosing import evidence
from features.lists import build
from features.lists.inputs import ListInputs
from features.lists.log import list_log
from features.lists.params import ListParams
from features.lists.ranking_log import ranking_log
from features.measurement import MeasurementPolicy
from features.night import Night
from features.parts import in_parts
from features.seeds import Seeds
from schemas import TABLES

_AT_ONCE = 1000  # listeners; bounds memory, about 400 MB beside the tables


def run(
    inputs: ListInputs, *, params: ListParams, policy: MeasurementPolicy, night: Night, seeds: Seeds
) -> dict[str, pl.DataFrame]:
    """``daily_lists``: one row per user and rank 1..30 without a gap; ``list_summaries``: one
    row per user; ``list_log``: how each song came in; ``evidence``: at least one row per song.
    """
    parts = [_part(part, params, policy, night, seeds) for part in in_parts(inputs, _AT_ONCE)]
    return {table: pl.concat([part[table] for part in parts]) for table in parts[0]}


def _part(
    inputs: ListInputs, params: ListParams, policy: MeasurementPolicy, night: Night, seeds: Seeds
) -> dict[str, pl.DataFrame]:
    """The tables of some listeners."""
    made = build.bucket(inputs, params, policy, night)
    found = build.assemble(made, params, seeds)
    chosen = build.daily_lists(found, made)
    return {
        "daily_lists": TABLES["daily_lists"].frame(chosen),
        "list_summaries": build.summaries(found, made, params),
        "evidence": evidence(chosen, made.songs, made.listeners, inputs, params, policy, night),
        "list_log": list_log(chosen, found, made, params),
        "ranking_log": ranking_log(made, params, inputs.ranker),
    }
