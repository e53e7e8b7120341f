"""The audit stage: bound by name, one row per check."""

from __future__ import annotations

from features.audit.checks import CHECKS, AuditParams
from jobs import audit
from jobs.pipeline import STAGES
from tests.published_night import NIGHT, night_tables


def test_audit_returns_its_table() -> None:
    tables = night_tables()
    out = audit.run(**{name: tables[name] for name in STAGES["audit"].reads}, params=AuditParams(), night=NIGHT)
    assert tuple(out) == STAGES["audit"].writes
    assert out["audit"].height >= len(CHECKS)
