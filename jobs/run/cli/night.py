"""Commands around a night: what it consists of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from jobs.pipeline import PIPELINE
from jobs.run.cli.common import JsonOption, emit

if TYPE_CHECKING:
    from rich.table import Table


def stages(as_json: JsonOption = False) -> None:
    """The stages of a night, in order, with what each reads and writes."""
    emit(list(PIPELINE), as_json, _draw_stages)


def _draw_stages() -> Table:
    from rich.table import Table

    table = Table("stage", "over", "reads", "writes", "what it does", title="One night", title_justify="left")
    for stage in PIPELINE:
        over = f"each {stage.split}" if stage.split else "everything"
        table.add_row(stage.name, over, ", ".join(stage.reads), ", ".join(stage.writes), stage.doc)
    return table


def register(app: typer.Typer) -> None:
    app.command()(stages)
