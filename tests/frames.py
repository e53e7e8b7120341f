"""Small lawful frames for tests: name what matters, the contract fills in the rest."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from schemas import TABLES
from schemas.contract import Column, Type

_PLAIN: dict[Type, Any] = {
    Type.STR: "x",
    Type.BOOL: False,
    Type.I32: 0,
    Type.I64: 0,
    Type.F32: 0.0,
    Type.F64: 0.0,
    Type.DATE: date(2026, 1, 1),
    Type.TIMESTAMP: datetime(2026, 1, 1, tzinfo=UTC),
    Type.BYTES: b"",
}


def lawful(column: Column) -> Any:
    """A value this column allows."""
    if column.nullable:
        return None
    if column.type.is_list:
        filler: Any = "x" if column.type is Type.LIST_STR else _least(column)
        values = [filler] * (column.length or 0)
        if column.norm is not None:
            values = [column.norm] + [0.0] * ((column.length or 1) - 1)
        return values
    if column.values is not None:
        return column.values[0]
    if column.range is not None and not column.range[0] <= 0 <= column.range[1]:
        return _least(column)
    return _PLAIN[column.type]


def _least(column: Column) -> int | float:
    least = column.range[0] if column.range else 0.0
    return int(least) if column.type in (Type.I32, Type.I64, Type.LIST_I32) else least


def rows(table: str, given: Iterable[dict[str, Any]]) -> pl.DataFrame:
    """A frame of ``table`` with these rows; columns not named get a lawful value."""
    contract = TABLES[table]
    unknown = {k for row in given for k in row} - set(contract.names)
    assert not unknown, f"{table} has no columns {unknown}"
    full = {c.name: [row.get(c.name, plain) for row in given] for c in contract.columns for plain in [lawful(c)]}
    return pl.DataFrame(full, schema=contract.schema())
