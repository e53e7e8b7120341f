"""Audit: the checks between the computation and the flip."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import polars as pl

from features.audit.checks import AuditParams, AuditRules, as_table, audit
from features.audit.findings import NightTables
from features.audit.inputs import AuditInputs
from features.audit.promises import PUBLISHED, keeps_contract
from features.audit.served import served
from features.lists.params import ListParams
from features.measurement import MeasurementPolicy
from features.night import Night
from features.serving.inputs import ServedTables
from features.serving.payload import list_payloads
from features.taste.weights import TasteParams


def run(
    inputs: AuditInputs,
    *,
    params: AuditParams,
    list_rules: ListParams,
    taste_rules: TasteParams,
    policy: MeasurementPolicy,
    night: Night,
) -> dict[str, pl.DataFrame]:
    """One row per check; refusing is left to publish, so that a refused night can be read."""
    rules, tables = AuditRules(params, list_rules, taste_rules), NightTables.of(inputs, night)
    promises = [keeps_contract(name, getattr(inputs, name)) for name in PUBLISHED]
    found = [*audit(tables, rules), *served(as_served(tables, policy, night), rules), *promises]
    return {"audit": as_table(found)}


def as_served(tables: NightTables, policy: MeasurementPolicy, night: Night) -> Iterator[dict[str, Any]]:
    """Each list as an app will read it: the payload that publish writes, through JSON."""
    given = ServedTables(**{field.name: getattr(tables, field.name) for field in fields(ServedTables)})
    for _, payload in list_payloads(given, policy, night):
        yield json.loads(json.dumps(payload, ensure_ascii=False))
