"""``daily30 token``: who may read, send feedback or operate over HTTP."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobs.cli.common import DEFAULT_HOME, HomeOption, JsonOption, emit, parse_day

if TYPE_CHECKING:
    from rich.table import Table

    from jobs.serve.tokens import Token, Tokens

group = typer.Typer(help="Tokens for `daily30 serve`: make, list and revoke.", no_args_is_help=True)


@group.command("add")
def add(
    name: Annotated[str, typer.Argument(help="For whom it is; shown by `token list`.")],
    scope: Annotated[list[str], typer.Option("--scope", help="read, feedback or operate; may be repeated.")],
    home: HomeOption = DEFAULT_HOME,
    expires: Annotated[
        date | None, typer.Option("--expires", parser=parse_day, metavar="YYYY-MM-DD", help="Its last day, UTC.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Make a token. It is shown now and never again: only its hash is kept."""
    text, token = _tokens(home).add(name, tuple(scope), expires)
    emit({"token": text, **_told(token)}, as_json, lambda: text)


@group.command("list")
def listed(home: HomeOption = DEFAULT_HOME, as_json: JsonOption = False) -> None:
    """The tokens that hold, without their text."""
    found = [_told(token) for token in _tokens(home).all()]
    emit(found, as_json, lambda: _draw(found))


@group.command("revoke")
def revoke(
    token_id: Annotated[str, typer.Argument(help="As `token list` shows it.")],
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
) -> None:
    """Refuse a token from the next request on."""
    gone = _tokens(home).revoke(token_id)
    emit({"revoked": gone.token_id}, as_json, lambda: f"revoked: {gone.token_id} ({gone.name})")


def _tokens(home: Path) -> Tokens:
    from jobs.run.night import require_home
    from jobs.serve.tokens import Tokens

    return Tokens(require_home(home), lambda: datetime.now(UTC))


def _told(token: Token) -> dict[str, Any]:
    return {
        "token_id": token.token_id,
        "name": token.name,
        "scopes": list(token.scopes),
        "created_on": token.created_on,
        "expires_on": token.expires_on,
    }


def _draw(found: list[dict[str, Any]]) -> Table | str:
    from rich.table import Table

    if not found:
        return "no tokens; `daily30 token add NAME --scope read` makes one"
    table = Table(*found[0], box=None)
    for row in found:
        table.add_row(*(", ".join(v) if isinstance(v, list) else "" if v is None else str(v) for v in row.values()))
    return table


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="token")
