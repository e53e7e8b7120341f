"""The contracts of what is about to be published, judged once more by Great Expectations."""

from __future__ import annotations

import polars as pl

from features.audit.findings import Finding
from schemas import TABLES
from schemas.expectations import validate_with_gx

PUBLISHED = ("daily_lists", "list_copy", "reviews")
_SHOWN = 3


def keeps_contract(name: str, frame: pl.DataFrame) -> Finding:
    """``gx_<table>``: every expectation that the table's contract makes holds."""
    result = validate_with_gx(frame, TABLES[name])
    failed = result.failed
    broken = "; ".join(str(check) for check in failed[:_SHOWN])
    detail = broken or f"{len(result.checks)} expectations hold over {result.rows_judged} of {result.rows} rows"
    return Finding(f"gx_{name}", "stop", not failed, float(len(failed)), 0.0, detail)
