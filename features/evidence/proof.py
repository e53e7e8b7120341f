"""Evidence proved again: with literals a query that a person can run, with the table's columns one for every row.

Parameters and the measurement policy are given: a row is borne out only under those its list was made with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, NamedTuple

from features.evidence.registry import KINDS
from features.evidence.sql import quoted
from features.lists.params import ListParams
from features.measurement import MeasurementPolicy

_TEXTS = ("subject", "subject_too", "song_text")
_NUMBERS = ("value", "value_high", "song_value")


class Bounds(NamedTuple):
    """The parameters that evidence is found and proved by."""

    rules: ListParams
    policy: MeasurementPolicy


def recheck_sql(row: Mapping[str, Any], user_id: str, ds: date, bounds: Bounds) -> str:
    """The query over ``warehouse.duckdb`` that works out the numbers behind a row of ``evidence`` again."""
    given = {"user": user_id, "track": row["track_id"], **{name: row[name] for name in _TEXTS}}
    literals = {name: "NULL" if text is None else quoted(text) for name, text in given.items()}
    return KINDS[row["kind"]].proof.sql.format(**literals, **_constants(ds, bounds))


def mismatch_sql(kind: str, ds: date, bounds: Bounds, only: str = "true") -> str:
    """The rows of ``evidence`` of a kind whose proof fails or gives other numbers.

    Args:
        only: a further condition on ``why``, the row of ``evidence``.
    """
    columns = {"user": "why.user_id", "track": "why.track_id", **{name: f"why.{name}" for name in _TEXTS}}
    proof = KINDS[kind].proof.sql.format(**columns, **_constants(ds, bounds))
    same = " AND ".join(f"why.{n} IS NOT DISTINCT FROM CAST(p.{n} AS DOUBLE)" for n in _NUMBERS)
    return (
        f"SELECT why.user_id, why.track_id, why.seq, why.kind FROM evidence why LEFT JOIN LATERAL ({proof}) p ON true "
        f"WHERE why.kind = {quoted(kind)} AND {only} AND NOT (coalesce(p.holds, false) AND {same})"
    )


def _constants(ds: date, bounds: Bounds) -> dict[str, str]:
    given = asdict(bounds.rules) | asdict(bounds.policy)
    numbers = {name: str(value) for name, value in given.items() if isinstance(value, int | float)}
    return numbers | {"ds": f"DATE '{ds}'"}
