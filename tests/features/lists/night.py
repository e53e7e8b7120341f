"""Runs the three stages over a world, as the runner would."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

import jobs.candidates
import jobs.lists
import jobs.taste
from features.candidates.sources import CandidateParams
from features.lists.rules import ListParams
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


def run_night(tables: Tables, night: Night, list_params: ListParams | None = None, seed: int = 30) -> Tables:
    """Inputs and outputs of taste, candidates and lists."""
    known = dict(tables)
    for body, params in _STAGES:
        used = list_params if list_params and isinstance(params, ListParams) else params
        known |= apply(body, known, params=used, night=night, seeds=Seeds(seed))
    return known
