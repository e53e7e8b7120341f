"""The audit stage: bound by name, one row per check, Great Expectations among them."""

from __future__ import annotations

import polars as pl
import pytest

from features.audit.checks import CHECKS, AuditParams, failed_stops
from features.audit.promises import PUBLISHED, keeps_contract
from features.lists.params import ListParams
from features.taste.weights import TasteParams
from jobs import audit
from jobs.pipeline import STAGES
from jobs.run.body import apply
from tests.published_night import NIGHT, night_tables

_PARAMS = {"params": AuditParams(), "list_rules": ListParams(), "taste_rules": TasteParams()}


def test_audit_returns_its_table() -> None:
    tables = night_tables()
    out = apply(audit.run, tables, **_PARAMS, night=NIGHT)
    assert tuple(out) == STAGES["audit"].writes
    assert set(out["audit"]["check"]) == {c.__name__ for c in CHECKS} | {f"gx_{name}" for name in PUBLISHED}
    assert failed_stops(out["audit"]).is_empty()


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [("daily_lists", "source", "magic"), ("list_copy", "language", "fr"), ("reviews", "writer", None)],
)
def test_a_broken_promise_stops(name: str, column: str, value: str | None) -> None:
    frame = night_tables()[name].with_columns(pl.lit(value, dtype=pl.String).alias(column))
    found = keeps_contract(name, frame)
    assert (found.check, found.severity, found.passed) == (f"gx_{name}", "stop", False)
    assert column in found.detail
