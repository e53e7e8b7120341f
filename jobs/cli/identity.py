"""``daily30 identity``: one track under all its ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobs.cli.common import DEFAULT_HOME, HomeOption, JsonOption, emit

if TYPE_CHECKING:
    from rich.console import RenderableType

    from jobs.commands.identity import Identity

_PARTS = {
    "aliases": ("Other ids", "no other id is known"),
    "files": ("Delivered as", "in no delivery any more; known from earlier nights"),
    "recordings": ("Sounds the same", "no other track sounds the same, as far as was heard"),
    "versions": ("Other versions of the work", "no other version is known"),
    "plays": ("Plays delivered", "nobody played it"),
}


def identity(
    track: Annotated[str, typer.Argument(help="A track: its id, an old id, its title or a piece of it.")],
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
) -> None:
    """A track under all its ids: files and copies, versions, and where its plays came from."""
    from jobs.commands.identity import identity as found
    from jobs.run.night import require_home

    told = found(require_home(home), track)
    emit(told, as_json, lambda: _drawn(told))


def _drawn(told: Identity) -> RenderableType:
    from rich.console import Group
    from rich.text import Text

    about = told.track
    artist = about["artist_name"] or "unknown artist"
    title = Text(f"{about['title']} — {artist} ({about['track_id']})", style="bold")
    if told.asked != about["track_id"]:
        title.append(f"  asked for {told.asked}", style="dim")
    rest = [f"{name.replace('_', ' ')} {_cell(value)}" for name, value in about.items() if name not in _TITLED]
    parts = [_table(*_PARTS[name], getattr(told, name)) for name in _PARTS]
    return Group(title, Text(", ".join(rest), style="dim"), *parts)


_TITLED = ("track_id", "title", "artist_name")


def _table(title: str, none: str, rows: list[dict[str, Any]]) -> RenderableType:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    if not rows:
        return Text(f"{title}: {none}")
    table = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in rows[0]:
        table.add_column(name.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(_cell(value) for value in row.values()))
    return table


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def register(app: typer.Typer) -> None:
    app.command()(identity)
