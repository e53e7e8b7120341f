"""Evidence proved again: every row by the query of its kind, over the tables of its own night."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from schemas.vocabulary import EVIDENCE_KINDS

if TYPE_CHECKING:
    from features.lists.rules import ListParams
    from warehouse.lake.reader import NightView

Row = tuple[str, str, int]
"""user_id, track_id, seq."""


def list_params(home: Path) -> ListParams:
    """The thresholds the lists of this home are made with."""
    from jobs.pipeline import LIST_RULES
    from jobs.run.settings import load_settings

    params: ListParams = load_settings(home).params(LIST_RULES)
    return params


def mismatches(night: NightView, params: ListParams, user: str | None = None) -> list[tuple[Row, str]]:
    """Rows of ``evidence`` (of one listener) that their tables do not bear out, each with its kind."""
    from features.evidence.proof import mismatch_sql
    from features.evidence.sql import quoted
    from warehouse.duck import query_night

    only = "true" if user is None else f"why.user_id = {quoted(user)}"
    asked = [mismatch_sql(kind, night.ds, params, only) for kind in EVIDENCE_KINDS]
    found = [row for answer in query_night(night, asked) for row in answer.rows]
    return sorted(((user_id, track_id, seq), kind) for user_id, track_id, seq, kind in found)
