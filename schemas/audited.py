"""Tables as Great Expectations can judge them: list and byte columns as scalar columns.

``vector`` becomes ``vector.length``, ``vector.low``, ``vector.norm`` and so on; floats get a
``.finite`` beside them, for pandas takes NaN for null.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.contract import Column, Table, Type

if TYPE_CHECKING:
    import polars as pl

FLOATS = (Type.F32, Type.F64, Type.LIST_F32)


def audited(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """The scalar columns Great Expectations sees of ``frame``.

    A column that is missing or of another type has none, one not declared comes along, so that
    the suite's column set tells.
    """
    import polars as pl

    columns: list[pl.Expr] = []
    for column in table.columns:
        if frame.schema.get(column.name) == column.dtype():
            columns += _audit(column)
    extra = [pl.lit(0).alias(name) for name in frame.columns if name not in table.names]
    return frame.select(*columns, *extra)


def audit_names(column: Column) -> list[str]:
    """Names of the scalar columns that stand for ``column``."""
    return [expression.meta.output_name() for expression in _audit(column)]


def _audit(column: Column) -> list[pl.Expr]:
    import polars as pl

    name, value = column.name, pl.col(column.name)
    if column.type is Type.BYTES:
        return [value.bin.size().alias(f"{name}.bytes")]
    if not column.type.is_list:
        if column.type in FLOATS:
            number = value.cast(pl.Float64)
            return [number, value.is_finite().alias(f"{name}.finite")]
        return [value]
    element = pl.element()
    derived = [value.list.len().alias(f"{name}.length"), _count(value, element.is_null(), f"{name}.null_elements")]
    if column.type in FLOATS:
        derived.append(value.list.eval(element.is_finite()).list.all().alias(f"{name}.finite"))
    if column.range is not None:
        derived += [value.list.min().cast(pl.Float64).alias(f"{name}.low")]
        derived += [value.list.max().cast(pl.Float64).alias(f"{name}.high")]
    if column.values is not None:
        derived.append(_count(value, ~element.is_in(list(column.values)), f"{name}.strange"))
    if column.norm is not None:
        squares = value.list.eval(element.cast(pl.Float64) ** 2)
        derived.append(squares.list.sum().sqrt().alias(f"{name}.norm"))
    return derived


def _count(value: pl.Expr, broken: pl.Expr, name: str) -> pl.Expr:
    return value.list.eval(broken.fill_null(False)).list.sum().alias(name)
