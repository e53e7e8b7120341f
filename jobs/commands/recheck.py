"""Evidence proved again: every row by the query of its kind, over the tables of its own night."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from schemas.vocabulary import EVIDENCE_KINDS

if TYPE_CHECKING:
    from features.evidence.proof import Bounds
    from warehouse.lake.reader import NightView

Row = tuple[str, str, int]
"""user_id, track_id, seq."""


def bounds(home: Path) -> Bounds:
    """What the evidence of this home is found by: the rules of the lists and what may be said."""
    from features.evidence.proof import Bounds
    from jobs.run.settings import load_settings
    from jobs.run.stage import LIST_RULES, MEASUREMENTS

    settings = load_settings(home)
    return Bounds(settings.params(LIST_RULES), settings.params(MEASUREMENTS))


def mismatches(night: NightView, bounds: Bounds, user: str | None = None) -> list[tuple[Row, str]]:
    """Rows of ``evidence`` (of one listener) that their tables do not bear out, each with its kind."""
    from features.evidence.proof import mismatch_sql
    from features.evidence.sql import quoted
    from warehouse.duck import query_night

    only = "true" if user is None else f"why.user_id = {quoted(user)}"
    asked = [mismatch_sql(kind, night.ds, bounds, only) for kind in EVIDENCE_KINDS]
    found = [row for answer in query_night(night, asked) for row in answer.rows]
    return sorted(((user_id, track_id, seq), kind) for user_id, track_id, seq, kind in found)
