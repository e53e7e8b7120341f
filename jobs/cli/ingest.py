"""``daily30 ingest``: music, listening and deliveries from elsewhere into a home's landing."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from jobs.cli.common import DEFAULT_HOME, HomeOption, JsonOption, emit, parse_day, progress

if TYPE_CHECKING:
    from rich.table import Table

_FEW = 12
_LONG = ("users", "new_users", "other_files", "broken_files")  # lists of which a table shows the first
group = typer.Typer(no_args_is_help=True, help="Bring music, listening and deliveries into the landing.")
ADDED_ON = typer.Option(
    None,
    parser=parse_day,
    metavar="YYYY-MM-DD",
    help="Day the catalogue got them; the newest day with plays if not given.",
)


@group.command()
def folder(
    path: Path = typer.Argument(help="A folder of music files."),
    manifest: Path | None = typer.Option(
        None, help="CSV with a column path, and title, artist, album, genre, context, mood_label where known."
    ),
    name: str | None = typer.Option(None, help="What to call it in the landing; the folder's own name if not given."),
    added_on: date | None = ADDED_ON,
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
) -> None:
    """Add a folder of music to the catalogue: tags become tracks, files are linked into the landing."""
    from jobs.commands.intake import take_folder
    from jobs.commands.intake.folder.report import skipped_lines

    with progress(quiet=as_json) as shown:
        taken = take_folder(home, path, manifest, name, added_on, shown)
    taken = _and_matched(home, taken)
    lines = {name: skipped_lines(taken[name]) for name in ("skipped", "lyrics_refused")}
    emit(taken, as_json, lambda: _table(f"Music from {path}", {**taken, **lines}))


@group.command()
@group.command("listenbrainz", hidden=True)
def listens(
    path: Path = typer.Argument(
        help="An export of ListenBrainz, Last.fm, Spotify, Maloja or Subsonic, or a CSV: a file, a folder, a zip."
    ),
    user: str | None = typer.Option(
        None, help="What the listener is called here, or which of several is wanted; the export's names if not given."
    ),
    timezone: str = typer.Option("UTC", help="IANA time zone of listeners who are new here."),
    language: str = typer.Option("en", help="Language (zh, en) of listeners who are new here."),
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
) -> None:
    """Add what other services know one listened to: plays, loves, unknown songs. Nothing that is there is replaced."""
    from jobs.commands.intake import Newcomer, take_listens
    from jobs.run.settings import load_settings

    newcomer, params = Newcomer(timezone, language), load_settings(home).tool("ingest")
    with progress(quiet=as_json) as shown:
        taken = take_listens(home, path, user, newcomer, params, shown)
    taken = _and_matched(home, taken)
    emit(taken, as_json, lambda: _table(f"Listens from {path}", taken))


@group.command()
def delivery(
    path: Path = typer.Argument(help="A CSV, JSONL or Parquet file, or a folder laid out like a landing."),
    table: str | None = typer.Option(None, help="What a single file holds; told from its name if not given."),
    replace: bool = typer.Option(
        False, help="Put files in the place of earlier ones of their names, even where rows are lost with them."
    ),
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
) -> None:
    """Check a delivery and copy it into the landing; a delivery that cannot be used changes nothing."""
    from jobs.commands.intake import take_delivery

    taken = _and_matched(home, take_delivery(home, path, table, replace))
    emit(taken, as_json, lambda: _table(f"Delivery {path}", {**taken, "checked": _faulty_first(taken["checked"])}))


@group.command()
def log(
    path: Path = typer.Argument(help="A CSV or Parquet file with the columns user, track, ts (seconds since 1970)."),
    tracks: Path | None = typer.Option(
        None, help="A CSV or Parquet file with the columns track, artist; added_on where known."
    ),
    timezone: str = typer.Option("UTC", help="IANA time zone of listeners who are new here."),
    language: str = typer.Option("en", help="Language (zh, en) of listeners who are new here."),
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
) -> None:
    """Add a log of ids only, without titles or sound: plays, and the listeners and songs that are new."""
    from jobs.commands.intake import Newcomer, take_log

    taken = take_log(home, path, tracks, Newcomer(timezone, language))
    emit(taken, as_json, lambda: _table(f"Log {path}", {**taken, "checked": _faulty_first(taken["checked"])}))


def _and_matched(home: Path, taken: dict[str, Any]) -> dict[str, Any]:
    """What was taken, and how many listened songs are songs of the catalogue now that it is there."""
    from jobs.commands.intake.matching import rematch
    from jobs.run.settings import load_settings

    counted = rematch(home, load_settings(home).tool("ingest"))
    return {**taken, **counted.as_dict(), "matching": counted.told()} if counted.songs else taken


def _faulty_first(lines: list[str]) -> list[str]:
    """Few files one by one; of many, those with faults, and a count of the others."""
    if len(lines) <= _FEW:
        return lines
    faulty = [line for line in lines if not line.endswith(" 0 unreadable")]
    return [*faulty, f"{len(lines) - len(faulty):,} files without a fault; --json lists them"]


def _table(title: str, taken: dict[str, Any]) -> Table:
    from rich.table import Table

    drawn = Table("", "", title=title, title_justify="left", show_header=False)
    drawn.columns[1].overflow = "fold"
    for name, value in taken.items():
        if value in ({}, [], "", None) or name in ("user", "new_user"):
            continue
        few = [*value[:_FEW], f"and {len(value) - _FEW:,} more"] if name in _LONG and len(value) > _FEW else value
        drawn.add_row(name.replace("_", " "), _shown(few))
    return drawn


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        value = [f"{count:,} {what}" for what, count in value.items()]
    if isinstance(value, list):
        return "\n".join(map(str, value))
    return f"{value:,}" if isinstance(value, int) else str(value)


def register(app: typer.Typer) -> None:
    app.add_typer(group, name="ingest")
