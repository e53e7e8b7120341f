"""The audit stage: bound by name, one row per check, Great Expectations among them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from features.audit.checks import CHECKS, AuditParams, failed_stops
from features.audit.findings import NightTables
from features.audit.inputs import AuditInputs
from features.audit.promises import PUBLISHED, keeps_contract
from features.audit.served import SERVED_CHECKS
from features.lists.params import ListParams
from features.measurement import MeasurementPolicy
from features.serving.payload import list_payloads
from features.taste.weights import TasteParams
from jobs import audit, publish
from jobs.pipeline import STAGES
from jobs.run.body import apply, gather
from schemas import TABLES
from tests.published_night import NIGHT, night_tables
from warehouse.serving import open_serving_store

_PARAMS = {
    "params": AuditParams(), "list_rules": ListParams(), "taste_rules": TasteParams(), "policy": MeasurementPolicy(),
}  # fmt: skip


def test_audit_returns_its_table() -> None:
    tables = night_tables()
    out = apply(audit.run, tables, **_PARAMS, night=NIGHT)
    assert tuple(out) == STAGES["audit"].writes
    promised = {f"gx_{name}" for name in PUBLISHED}
    assert set(out["audit"]["check"]) == {c.__name__ for c in CHECKS} | set(SERVED_CHECKS) | promised
    assert failed_stops(out["audit"]).is_empty()


def test_a_payload_changed_after_the_tables_were_right_stops_the_night(monkeypatch: pytest.MonkeyPatch) -> None:
    def changed(*given: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        for user, payload in list_payloads(*given):
            payload["songs"][7]["title"] = payload["songs"][8]["reason"] = ""
            yield user, payload

    monkeypatch.setattr(audit, "list_payloads", changed)
    found = failed_stops(apply(audit.run, night_tables(), **_PARAMS, night=NIGHT)["audit"])
    assert found["check"].to_list() == ["served_texts"]
    assert "u-emma, 8 has no title" in found["detail"][0]


def test_what_is_audited_is_what_the_store_gets(tmp_path: Path) -> None:
    tables = night_tables()
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    given = {"audit": TABLES["audit"].empty(), "policy": MeasurementPolicy(), "serving_store": store, "night": NIGHT}
    apply(publish.run, tables, **given)
    audited = list(audit.as_served(NightTables.of(gather(AuditInputs, tables), NIGHT), MeasurementPolicy(), NIGHT))
    with store.reading() as served:
        assert [served.user_list(payload["user_id"]) for payload in audited] == audited
    assert len(audited) > 1


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [("daily_lists", "source", "magic"), ("list_copy", "language", "fr"), ("reviews", "writer", None)],
)
def test_a_broken_promise_stops(name: str, column: str, value: str | None) -> None:
    frame = night_tables()[name].with_columns(pl.lit(value, dtype=pl.String).alias(column))
    found = keeps_contract(name, frame)
    assert (found.check, found.severity, found.passed) == (f"gx_{name}", "stop", False)
    assert column in found.detail
