"""Commands for analysts: SQL over the night, and the report."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.cli.common import DEFAULT_HOME, DsOption, HomeOption, JsonOption, console, emit
from schemas.terminal import formula_safe, safe

if TYPE_CHECKING:
    from rich.console import RenderableType

    from warehouse.duck import Answer

_SHOWN_ROWS = 200
_LEGIBLE = 12
"""Cells that a column may be narrowed to; below that a word a line is no table."""


def sql(
    statement: Annotated[str, typer.Argument(help="One SELECT over the views; SHOW TABLES lists them.", metavar="SQL")],
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the rows as CSV on stdout.")] = False,
    safe_csv: Annotated[
        bool, typer.Option("--safe-csv", help="The same for a spreadsheet: a ' before cells that start like a formula.")
    ] = False,
) -> None:
    """Ask the night in SQL (DuckDB, read-only)."""
    from jobs.run.night import require_home
    from warehouse.duck import query

    answer = query(require_home(home), statement)
    if as_csv or safe_csv:
        _write_csv(answer, spreadsheet=safe_csv)
        return
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows] if as_json else []
    emit(rows, as_json, lambda: _draw(answer))


def _write_csv(answer: Answer, *, spreadsheet: bool) -> None:
    """Cells as they are, into a pipe; a terminal gets none that it would obey."""
    shown = io.StringIO()
    rows = [answer.columns, *answer.rows]
    csv.writer(shown, lineterminator="\n").writerows([map(formula_safe, row) for row in rows] if spreadsheet else rows)
    text = shown.getvalue()
    sys.stdout.write(safe(text) if sys.stdout.isatty() else text)


def _draw(answer: Answer) -> RenderableType:
    """A table where its columns fit the terminal, else one block of ``column value`` lines per row."""
    from rich.cells import cell_len
    from rich.console import Group
    from rich.text import Text

    rows = [[_shown(value) for value in row] for row in answer.rows[:_SHOWN_ROWS]]
    widest = [max(map(cell_len, column)) for column in zip(answer.columns, *rows, strict=True)]
    fits = sum(min(width, _LEGIBLE) + 2 for width in widest) <= console.width
    parts = [_table(answer.columns, rows)] if fits else [_record(answer.columns, row) for row in rows]
    more = len(answer.rows) - _SHOWN_ROWS
    if more > 0:
        parts.append(Text(f"{more:,} more rows; --csv and --json print all", style="dim"))
    return Group(*parts)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    from jobs.cli.flow import Flow

    table = Table(box=None, header_style="bold cyan")
    for name in columns:
        table.add_column(Text(name))
    for row in rows:
        table.add_row(*(Flow(Text(value)) for value in row))
    return table


def _record(columns: Sequence[str], row: Sequence[str]) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    from jobs.cli.flow import Flow

    table = Table(box=None, show_header=False)
    table.add_column(style="cyan", no_wrap=True)
    for name, value in zip(columns, row, strict=True):
        table.add_row(Text(name), Flow(Text(value)))
    table.add_row()
    return table


def _shown(value: object) -> str:
    if value is None:
        return "—"
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1000 else f"{value:.1f}"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def report(home: HomeOption = DEFAULT_HOME, ds: DsOption = None, as_json: JsonOption = False) -> None:
    """Write the report and the analysts' views of a finished night anew, and say what to open."""
    from jobs.run.night import require_home
    from jobs.tools.report_writer import write_report

    files = write_report(require_home(home), ds)
    page = min((path for path in files if path.endswith("index.html")), key=len)
    emit({"page": str(home / page), "files": files}, as_json, lambda: f"open {home / page}")


def register(app: typer.Typer) -> None:
    app.command()(sql)
    app.command()(report)
