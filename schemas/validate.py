"""Checks of a collected frame against its contract; every broken rule is reported at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.contract import Column, Severity, Table, Type
from schemas.errors import ContractError

if TYPE_CHECKING:
    import polars as pl

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule: where, which, how many rows, and the first of them in words."""

    table: str
    column: str
    rule: str
    rows: int
    examples: str
    severity: Severity

    def __str__(self) -> str:
        where = f"{self.table}.{self.column}" if self.column else self.table
        return f"{where}: {self.rule} ({self.rows} rows; first: {self.examples})"


def broken_rows(column: Column) -> list[tuple[str, pl.Expr]]:
    """The row rules of a column: (rule name, expression that is true where the rule is broken)."""
    import polars as pl

    value = pl.col(column.name)
    rules: list[tuple[str, pl.Expr]] = []
    if not column.nullable:
        rules.append(("null", value.is_null()))
    if column.type.is_list:
        element = pl.element()
        rules.append(("null_element", value.list.eval(element.is_null()).list.any()))
        if column.length is not None:
            rules.append((f"length != {column.length}", value.list.len() != column.length))
        inner = [
            (name, value.list.eval(expr).list.any().fill_null(False)) for name, expr in _scalar_rules(column, element)
        ]
        rules.extend(inner)
        if column.norm is not None:
            norm = value.list.eval(element.cast(pl.Float64) ** 2).list.sum().sqrt()
            rules.append((f"norm != {column.norm}", (norm - column.norm).abs() > 1e-3))
    else:
        rules.extend(_scalar_rules(column, value))
    return [(name, expr.fill_null(False)) for name, expr in rules]


def _scalar_rules(column: Column, value: pl.Expr) -> list[tuple[str, pl.Expr]]:
    import polars as pl

    rules: list[tuple[str, pl.Expr]] = []
    if column.type in (Type.F32, Type.F64, Type.LIST_F32):
        rules.append(("not_finite", ~value.is_finite()))
    if column.range is not None:
        low, high = column.range
        number = value.cast(pl.Float64)
        slack = 1e-6 * max(1.0, abs(low), abs(high)) if column.type in (Type.F32, Type.LIST_F32) else 0.0
        rules.append((f"outside [{low:g}, {high:g}]", (number < low - slack) | (number > high + slack)))
    if column.values is not None:
        rules.append((f"not one of {', '.join(column.values[:8])}", ~value.is_in(list(column.values))))
    return rules


def check(frame: pl.DataFrame, table: Table) -> list[Violation]:
    """All rules of ``table`` that ``frame`` breaks; empty when it keeps its contract."""
    wrong = _schema_violations(frame, table)
    if wrong:
        return wrong
    found = _key_violations(frame, table)
    rules = [(column, *rule) for column in table.columns for rule in broken_rows(column)]
    anywhere = frame.select(expression.any().alias(str(n)) for n, (_, _, expression) in enumerate(rules))
    for (column, rule, expression), broken in zip(rules, anywhere.iter_columns(), strict=True):
        if broken.item():
            bad = frame.filter(expression)
            examples = bad.select(list(dict.fromkeys([*table.key, column.name]))).head(_SHOWN).rows()
            text = "; ".join(str(r) for r in examples)
            found.append(Violation(table.name, column.name, rule, bad.height, text, column.severity))
    if frame.is_empty() and not table.may_be_empty:
        found.append(Violation(table.name, "", "empty", 0, "no rows at all", Severity.STOP))
    return found


def require(frame: pl.DataFrame, table: Table, *, where: str) -> list[Violation]:
    """Raise :class:`ContractError` for broken STOP rules; return the WARN ones.

    Args:
        where: who made or reads the frame, for the message.
    """
    found = check(frame, table)
    stops = [v for v in found if v.severity is Severity.STOP]
    if stops:
        lines = "\n".join(f"  - {v}" for v in stops)
        raise ContractError(
            f"{where}: table {table.name!r} breaks its contract:\n{lines}",
            fix=f"see schemas/ for what {table.name!r} promises ({table.grain}).",
        )
    return found


def _schema_violations(frame: pl.DataFrame, table: Table) -> list[Violation]:
    found = []
    want, have = table.schema(), dict(frame.schema)
    for name, dtype in want.items():
        if name not in have:
            found.append(Violation(table.name, name, "column missing", frame.height, str(dtype), Severity.STOP))
        elif have[name] != dtype:
            rule = f"type is {have[name]}, not {dtype}"
            found.append(Violation(table.name, name, rule, frame.height, "", Severity.STOP))
    return found + [
        Violation(table.name, name, "column not declared", frame.height, "", Severity.STOP)
        for name in have.keys() - want.keys()
    ]


def _key_violations(frame: pl.DataFrame, table: Table) -> list[Violation]:
    import polars as pl

    repeated = frame.select(table.key).filter(pl.struct(table.key).is_duplicated())
    if repeated.is_empty():
        return []
    examples = "; ".join(str(r) for r in repeated.unique(maintain_order=True).head(_SHOWN).rows())
    rule = f"duplicate key ({', '.join(table.key)})"
    return [Violation(table.name, "", rule, repeated.height, examples, Severity.STOP)]
