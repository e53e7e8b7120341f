"""Commands for analysts: SQL over the night, and the report."""

from __future__ import annotations

import csv
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.run.cli.common import DEFAULT_HOME, DsOption, HomeOption, JsonOption, emit

if TYPE_CHECKING:
    from rich.table import Table

    from warehouse.duck import Answer

_SHOWN_ROWS = 200


def sql(
    statement: Annotated[str, typer.Argument(help="One SELECT over the views; SHOW TABLES lists them.", metavar="SQL")],
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the rows as CSV on stdout.")] = False,
) -> None:
    """Ask the night in SQL (DuckDB, read-only)."""
    from warehouse.duck import query

    answer = query(home, statement)
    if as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(answer.columns)
        writer.writerows(answer.rows)
        return
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows] if as_json else []
    emit(rows, as_json, lambda: _draw(answer))


def _draw(answer: Answer) -> Table:
    from rich.table import Table
    from rich.text import Text

    more = len(answer.rows) - _SHOWN_ROWS
    table = Table(
        *answer.columns, box=None, header_style="bold cyan", caption=f"{more} more rows" if more > 0 else None
    )
    for row in answer.rows[:_SHOWN_ROWS]:
        table.add_row(*(Text(_shown(value)) for value in row))
    return table


def _shown(value: object) -> str:
    if value is None:
        return "—"
    if isinstance(value, float):
        return f"{value:.4g}"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def report(home: HomeOption = DEFAULT_HOME, ds: DsOption = None, as_json: JsonOption = False) -> None:
    """Write the report and the analysts' views of a finished night anew, and say what to open."""
    from jobs.clients.report_desk import write_report

    files = write_report(home, ds)
    page = min((path for path in files if path.endswith("index.html")), key=len)
    emit({"page": str(home / page), "files": files}, as_json, lambda: f"open {home / page}")


def register(app: typer.Typer) -> None:
    app.command()(sql)
    app.command()(report)
