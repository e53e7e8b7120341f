"""Runs the three stages over a world, as the runner would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

import jobs.candidates
import jobs.lists
import jobs.taste
from features.candidates.sources import CandidateParams
from features.lists.params import ListParams
from features.measurement import MeasurementPolicy
from features.night import Night
from features.seeds import Seeds
from features.taste.weights import TasteParams
from jobs.run.body import apply

Tables = dict[str, pl.DataFrame]
_STAGES: tuple[tuple[Callable[..., Tables], Any], ...] = (
    (jobs.taste.run, TasteParams()),
    (jobs.candidates.run, CandidateParams()),
    (jobs.lists.run, ListParams()),
)


def run_night(
    tables: Tables,
    night: Night,
    list_params: ListParams | None = None,
    seed: int = 30,
    policy: MeasurementPolicy | None = None,
) -> Tables:
    """Inputs and outputs of taste, candidates and lists."""
    known = dict(tables)
    rules = list_params or ListParams()
    given = {"list_rules": rules, "policy": policy or MeasurementPolicy(), "night": night, "seeds": Seeds(seed)}
    for body, params in _STAGES:
        used = rules if isinstance(params, ListParams) else params
        known |= apply(body, known, params=used, **given)
    return known
