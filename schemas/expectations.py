"""Great Expectations suites made from contracts, run at the boundaries: landing and publish.

One declaration, two judges: :mod:`schemas.validate` checks every frame between stages, Great
Expectations checks the same contract where data enters and leaves, and writes the data docs.
It reads pandas, so list and byte columns are audited through scalar columns that Polars derives
(``vector.length``, ``vector.low`` ...). Nothing is sent anywhere and nothing is written on disk.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from schemas.audited import FLOATS, audit_names, audited
from schemas.contract import Column, Table, Type
from schemas.errors import ContractError
from schemas.terminal import page_safe

if TYPE_CHECKING:
    import polars as pl

MAX_ROWS = 2_000_000
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class GxCheck:
    """One expectation and what came of it.

    Args:
        column: contract column; empty for rules over the whole table.
        rule: the expectation in words.
        passed: whether it held.
        unexpected: rows that broke it.
        examples: the first unexpected values, as text.
    """

    column: str
    rule: str
    passed: bool
    unexpected: int = 0
    examples: str = ""

    def __str__(self) -> str:
        where = self.column or "whole table"
        return f"{where}: {self.rule} ({self.unexpected} rows; first: {self.examples})"


@dataclass(frozen=True, slots=True)
class GxResult:
    """A table judged by its suite.

    Args:
        table: contract.
        rows: rows of the frame.
        rows_judged: rows that were looked at; fewer than ``rows`` above :data:`MAX_ROWS`.
        checks: every expectation.
    """

    table: Table
    rows: int
    rows_judged: int
    checks: tuple[GxCheck, ...]

    @property
    def failed(self) -> list[GxCheck]:
        return [c for c in self.checks if not c.passed]

    @property
    def passed(self) -> bool:
        return not self.failed


@dataclass(frozen=True, slots=True)
class _Expected:
    """An expectation to build: GX class name, its arguments, and what it means in the contract."""

    kind: str
    arguments: dict[str, Any]
    column: str
    rule: str


def expectations(table: Table) -> list[_Expected]:
    """The suite of a contract, in the contract's order."""
    seen = [a for c in table.columns for a in audit_names(c)]
    key = ", ".join(table.key)
    wanted = [
        _Expected(
            "ExpectTableColumnsToMatchSet",
            {"column_set": seen, "exact_match": True},
            "",
            "exactly the declared columns and types",
        ),
        _unique(table.key, key),
    ]
    if not table.may_be_empty:
        wanted.append(_Expected("ExpectTableRowCountToBeBetween", {"min_value": 1}, "", "at least one row"))
    for column in table.columns:
        wanted += _of_list(column) if column.type.is_list else _of_scalar(column)
    return wanted


def _unique(key: tuple[str, ...], words: str) -> _Expected:
    if len(key) == 1:
        return _Expected("ExpectColumnValuesToBeUnique", {"column": key[0]}, "", f"unique key ({words})")
    arguments = {"column_list": list(key), "ignore_row_if": "never"}
    return _Expected("ExpectCompoundColumnsToBeUnique", arguments, "", f"unique key ({words})")


def _of_scalar(column: Column) -> list[_Expected]:
    name = f"{column.name}.bytes" if column.type is Type.BYTES else column.name
    wanted = []
    if not column.nullable:
        wanted.append(_Expected("ExpectColumnValuesToNotBeNull", {"column": name}, column.name, "never null"))
    if column.type in FLOATS:
        wanted.append(_in_set(f"{name}.finite", [True], column.name, "finite"))
    if column.range is not None:
        wanted.append(_between(name, *_slack(column), column.name, f"within {_span(column)}"))
    if column.values is not None:
        wanted.append(_in_set(name, list(column.values), column.name, f"one of {', '.join(column.values)}"))
    return wanted


def _of_list(column: Column) -> list[_Expected]:
    name = column.name
    length = f"{name}.length"
    wanted = [_between(f"{name}.null_elements", 0, 0, name, "no null element")]
    if not column.nullable:
        wanted.append(_Expected("ExpectColumnValuesToNotBeNull", {"column": length}, name, "never null"))
    if column.length is not None:
        wanted.append(_between(length, column.length, column.length, name, f"{column.length} elements"))
    if column.type in FLOATS:
        wanted.append(_in_set(f"{name}.finite", [True], name, "all finite"))
    if column.range is not None:
        low, high = _slack(column)
        wanted.append(_between(f"{name}.low", low, None, name, f"all within {_span(column)}"))
        wanted.append(_between(f"{name}.high", None, high, name, f"all within {_span(column)}"))
    if column.values is not None:
        wanted.append(_between(f"{name}.strange", 0, 0, name, f"all of {', '.join(column.values)}"))
    if column.norm is not None:
        wanted.append(_between(f"{name}.norm", column.norm - 1e-3, column.norm + 1e-3, name, f"norm {column.norm:g}"))
    return wanted


def _between(audited: str, low: float | None, high: float | None, column: str, rule: str) -> _Expected:
    arguments = {"column": audited, "min_value": low, "max_value": high}
    return _Expected("ExpectColumnValuesToBeBetween", arguments, column, rule)


def _in_set(audited: str, values: list[Any], column: str, rule: str) -> _Expected:
    return _Expected("ExpectColumnValuesToBeInSet", {"column": audited, "value_set": values}, column, rule)


def _span(column: Column) -> str:
    low, high = column.range or (-math.inf, math.inf)
    return f"[{low:g}, {high:g}]{' ' + column.unit if column.unit else ''}"


def _slack(column: Column) -> tuple[float, float]:
    """Bounds with the slack that :mod:`schemas.validate` grants single precision."""
    low, high = column.range or (-math.inf, math.inf)
    slack = 1e-6 * max(1.0, abs(low), abs(high)) if column.type in (Type.F32, Type.LIST_F32) else 0.0
    return low - slack, high + slack


def validate_with_gx(frame: pl.DataFrame, table: Table) -> GxResult:
    """Judge ``frame`` by the suite of ``table``.

    Frames above :data:`MAX_ROWS` are judged on evenly spaced rows: the row checks of
    :mod:`schemas.validate` have seen them all.
    """
    step = max(1, math.ceil(frame.height / MAX_ROWS))
    judged = frame.gather_every(step) if step > 1 else frame
    wanted = expectations(table)
    gx = _great_expectations()
    suite = gx.ExpectationSuite(
        name=table.name,
        expectations=[getattr(gx.expectations, w.kind)(**w.arguments, meta={"place": i}) for i, w in enumerate(wanted)],
    )
    batch = _batches(gx).get_batch({"dataframe": audited(judged, table).to_pandas()})
    report = batch.validate(suite, result_format={"result_format": "BASIC", "partial_unexpected_count": _SHOWN})
    found = sorted(report.results, key=lambda r: r.expectation_config.meta["place"])
    checks = tuple(_told(w, r) for w, r in zip(wanted, found, strict=True))
    return GxResult(table, frame.height, judged.height, checks)


def _told(wanted: _Expected, outcome: Any) -> GxCheck:
    result = outcome.result or {}
    examples = "; ".join(str(v) for v in result.get("partial_unexpected_list", [])[:_SHOWN])
    if not outcome.success and not examples:
        mismatched = result.get("details", {}).get("mismatched", {})
        examples = "; ".join(f"{k} {', '.join(map(str, v))}" for k, v in mismatched.items())
    return GxCheck(
        wanted.column, wanted.rule, bool(outcome.success), int(result.get("unexpected_count") or 0), examples
    )


@cache
def _great_expectations() -> Any:
    """The library, quiet: its loggers print hundreds of lines."""
    import great_expectations as gx
    import great_expectations.expectations

    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    return gx


def _batches(gx: Any) -> Any:
    """A batch definition in a context that lives in memory: no folders, progress bars or analytics."""
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    in_memory = InMemoryStoreBackendDefaults(init_temp_docs_sites=False)
    config = DataContextConfig(store_backend_defaults=in_memory, analytics_enabled=False)
    context = gx.get_context(mode="ephemeral", project_config=config)
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset("frame")
    return asset.add_batch_definition_whole_dataframe("whole")


def require_expectations(results: Iterable[GxResult], *, where: str) -> None:
    """Raise :class:`ContractError` naming every failed expectation of ``results``."""
    lines = [f"  - {r.table.name}.{c}" for r in results for c in r.failed]
    if lines:
        raise ContractError(
            f"{where}: Great Expectations refuses {len(lines)} of the contracts' promises:\n" + "\n".join(lines),
            fix="see the data docs, and schemas/ for what each table promises.",
        )


def data_docs(results: Iterable[GxResult]) -> str:
    """A page of HTML: every suite, what it found and what each column means.

    It opens offline and asks nobody for anything; Great Expectations' own pages load styles and a logo
    from the network.
    """
    from jinja2 import Environment, PackageLoader

    loader = PackageLoader("schemas", ".")
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, finalize=page_safe)
    template = environment.get_template("data_docs.html.j2")
    return template.render(results=sorted(results, key=lambda r: r.table.name))
