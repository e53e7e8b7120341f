"""The command that takes a user out of everything: erase."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from jobs.cli.common import DEFAULT_HOME, HomeOption, JsonOption, emit, err_console
from schemas.errors import UsageError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from jobs.commands.erasing.erase import Holding

_STAYS = "What was learnt from all listeners together (models, popularity, counts) stays as it was."


def erase(
    user: Annotated[str, typer.Argument(metavar="USER", help="The id, exactly as it was delivered.")],
    home: HomeOption = DEFAULT_HOME,
    really: Annotated[bool, typer.Option("--yes", help="Erase without asking.")] = False,
    dry: Annotated[bool, typer.Option("--dry-run", help="Only tell what would go.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Erase a user from deliveries, lake, store, caches and logs, and prove it; they never come back."""
    from jobs.commands.erasing.erase import erase as erase_now
    from jobs.commands.erasing.erase import holding, require_known, require_proof
    from jobs.run.night import require_home

    held = holding(require_home(home), user)
    require_known(home, user, held)
    if dry:
        emit({"erased": False, "holds": held}, as_json, lambda: _drawn(held, "Would go"))
        return
    if not really:
        if as_json or not sys.stdin.isatty():
            raise UsageError("erasing asks before it begins", fix="say --yes, or look with --dry-run.")
        err_console.print(_drawn(held, "Goes"))
        typer.confirm("Erase this user? It cannot be taken back", abort=True, err=True)
    proof = erase_now(home, user, held)
    require_proof(proof)
    data = {"erased": True, "held": held, "files_searched": proof.files, "found": proof.found}
    emit(data, as_json, lambda: f"Erased. Found nowhere in {proof.files:,} files.\n{_STAYS}")


def _drawn(held: Holding, title: str) -> RenderableType:
    from rich.console import Group
    from rich.table import Table

    table = Table("where", "what", title=title, title_justify="left")
    for name, rows in held.delivered.items():
        table.add_row(name, f"{rows:,} rows")
    for name, rows in held.tables.items():
        table.add_row(f"lake, table {name}", f"{rows:,} rows")
    for version in held.versions:
        table.add_row("serving store", f"the list in version {version}")
    for day in held.reports:
        table.add_row("report", f"the page of {day} is written anew")
    if held.waiting:
        table.add_row("inbox", f"{held.waiting:,} events")
    return Group(table, _STAYS) if table.row_count else Group("Nothing is left of this user.", _STAYS)


def register(app: typer.Typer) -> None:
    app.command()(erase)
