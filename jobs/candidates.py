"""Songs that might make the list, from several sources."""

from __future__ import annotations

import polars as pl

from features.candidates.collect import collect
from features.candidates.inputs import CandidateInputs
from features.candidates.setting import setting
from features.candidates.sources import CandidateParams, Spans
from features.lists.params import ListParams
from features.night import Night
from features.parts import in_parts

_AT_ONCE = 1000  # listeners; bounds memory, about 200 MB beside the tables


def run(
    inputs: CandidateInputs, *, params: CandidateParams, list_rules: ListParams, night: Night
) -> dict[str, pl.DataFrame]:
    """``candidates``: one row per user, track and source."""
    spans = Spans(list_rules.fresh_days, list_rules.resting_days)
    found = [collect(setting(part, night), part, params, spans, night) for part in in_parts(inputs, _AT_ONCE)]
    return {"candidates": pl.concat(found)}
