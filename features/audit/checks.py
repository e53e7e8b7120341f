"""The audit: every check over one night, and what a refusal says."""

from __future__ import annotations

import polars as pl

from features.audit.accounts import ACCOUNT_CHECKS
from features.audit.findings import Finding, NightTables
from features.audit.lists import LIST_CHECKS
from features.audit.params import AuditParams, AuditRules
from features.audit.sharing import SHARING_CHECKS
from features.audit.words import WORD_CHECKS
from schemas import TABLES

__all__ = ["CHECKS", "AuditParams", "AuditRules", "as_table", "audit", "failed_stops", "refusal"]

CHECKS = (*LIST_CHECKS, *WORD_CHECKS, *SHARING_CHECKS, *ACCOUNT_CHECKS)


def audit(night: NightTables, rules: AuditRules) -> list[Finding]:
    """One finding per check, in the order of :data:`CHECKS`."""
    return [check(night, rules) for check in CHECKS]


def as_table(findings: list[Finding]) -> pl.DataFrame:
    """The table ``audit``: one row per check."""
    rows = [{name: getattr(f, name) for name in Finding.__dataclass_fields__} for f in findings]
    return TABLES["audit"].frame(rows).sort("check")


def failed_stops(audit_rows: pl.DataFrame) -> pl.DataFrame:
    """The checks that forbid publishing."""
    return audit_rows.filter((pl.col("severity") == "stop") & ~pl.col("passed")).sort("check")


def refusal(audit_rows: pl.DataFrame) -> str | None:
    """What a refusal says, one line per failed check; None when the night may be published."""
    failed = failed_stops(audit_rows)
    if failed.is_empty():
        return None
    lines = "\n".join(f"  - {check}: {detail}" for check, detail in failed.select("check", "detail").rows())
    return f"the audit refused the night; {failed.height} checks failed:\n{lines}"
