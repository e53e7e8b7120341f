"""Audit: the checks between the computation and the flip."""

from __future__ import annotations

import polars as pl

from features.audit.checks import AuditParams, AuditRules, as_table, audit
from features.audit.findings import NightTables
from features.audit.inputs import AuditInputs
from features.audit.promises import PUBLISHED, keeps_contract
from features.lists.params import ListParams
from features.night import Night
from features.taste.weights import TasteParams


def run(
    inputs: AuditInputs, *, params: AuditParams, list_rules: ListParams, taste_rules: TasteParams, night: Night
) -> dict[str, pl.DataFrame]:
    """One row per check; refusing is left to publish, so that a refused night can be read."""
    tables = NightTables.of(inputs, night)
    promises = [keeps_contract(name, getattr(inputs, name)) for name in PUBLISHED]
    return {"audit": as_table([*audit(tables, AuditRules(params, list_rules, taste_rules)), *promises])}
