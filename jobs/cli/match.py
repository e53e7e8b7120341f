"""``daily30 match``: which listened songs are songs of the catalogue, and what a person says of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobs.cli.common import DEFAULT_HOME, HomeOption, JsonOption, emit
from schemas.errors import UsageError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from features.matching.nearest import Near
    from jobs.commands.intake.matching import Matched


def match(
    listened: Annotated[
        str | None, typer.Argument(help="A listened song: its id, or Artist - Title.", metavar="LISTENED")
    ] = None,
    track: Annotated[
        str | None, typer.Argument(help="The track of the catalogue that it is: the same.", metavar="TRACK")
    ] = None,
    none: Annotated[bool, typer.Option("--not", help="LISTENED is no track of the catalogue.")] = False,
    table: Annotated[
        Path | None,
        typer.Option("--csv", help="Many at once: a CSV with columns listened and track; an empty track says --not."),
    ] = None,
    top: Annotated[int, typer.Option(help="Most songs to show.", min=1, max=1000)] = 20,
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
) -> None:
    """Listened songs that match nothing, the most played first, with what they are nearest to; or a correction."""
    from jobs.commands.intake.corrections import correct_all, read_corrections
    from jobs.commands.intake.matching import rematch, unmatched
    from jobs.run.settings import load_settings

    if not (home / "landing").is_dir():
        raise UsageError(
            f"{home} has no landing", fix="run `daily30 ingest folder MUSIC` or `daily30 ingest ...` first."
        )
    pairs = _asked(listened, track, none)
    if table is not None:
        if pairs:
            raise UsageError("say either LISTENED or --csv", fix="e.g. daily30 match --csv corrections.csv.")
        pairs = read_corrections(table)
    told = correct_all(home, pairs)
    params = load_settings(home).tool("ingest")
    counted = rematch(home, params)
    if pairs:
        emit({"corrected": told, **counted.as_dict()}, as_json, lambda: _told(told, counted))
        return
    left = unmatched(home, top, params)
    emit(left, as_json, lambda: unmatched_table(left, counted))


def _asked(listened: str | None, track: str | None, none: bool) -> list[tuple[str, str | None]]:
    if listened is None:
        if none:
            raise UsageError("--not says nothing by itself", fix="e.g. daily30 match LISTENED --not.")
        return []
    if none == (track is not None):
        raise UsageError(
            "say which TRACK it is, or --not", fix="e.g. daily30 match LISTENED TRACK, or daily30 match LISTENED --not."
        )
    return [(listened, track)]


def _told(told: list[dict[str, Any]], counted: Matched) -> str:
    lines = [
        f"{c['listened']}: {'no track of the catalogue' if c['track'] is None else 'is ' + c['track']}" for c in told
    ]
    return "\n".join([*lines, counted.told(), "The next night counts their plays so."])


def unmatched_table(left: dict[str, Any], counted: Matched) -> RenderableType:
    """Songs that match nothing with what they are nearest to, for a console of eighty columns and more."""
    from rich.console import Group
    from rich.table import Table

    drawn = Table("plays", "listened, id", "nearest in the catalogue, id, likeness, what differs", title_justify="left")
    drawn.columns[1].overflow = drawn.columns[2].overflow = "fold"
    for song in left["songs"]:
        drawn.add_row(
            f"{song['plays']:,}",
            f"{song['artist_name']} - {song['title']}\n{song['track_id']}",
            "\n".join(_near(n) for n in song["nearest"]),
            end_section=True,
        )
    rest = left["unmatched_songs"] - len(left["songs"])
    hint = "`daily30 match LISTENED TRACK` says that one is another, `daily30 match LISTENED --not` that it is none."
    said: list[str | Table] = [
        counted.told(),
        *([drawn] if left["songs"] else []),
        *([f"{rest:,} more: --top"] if rest > 0 else []),
    ]
    return Group(*said, *([hint] if left["songs"] else []))


def _near(near: Near) -> str:
    return f"{near.artist} - {near.title}\n  {near.track_id}, {near.likeness:.2f}, {near.differs}"


def register(app: typer.Typer) -> None:
    app.command()(match)
