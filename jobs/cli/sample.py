"""``daily30 sample``: a music app to try everything on."""

from __future__ import annotations

from datetime import date

import typer

from jobs.cli.common import DEFAULT_HOME, HomeOption, JsonOption, console, emit, parse_day, progress
from schemas.errors import UsageError
from schemas.terminal import command

# Fixed, so that the same command gives the same sample on any day.
DEFAULT_UNTIL = date(2026, 11, 21)


def sample(
    users: int = typer.Option(300, min=1, help="Listeners."),
    songs: int = typer.Option(300, min=12, help="Songs in the catalogue."),
    days: int = typer.Option(60, min=1, max=730, help="Days of listening up to --until."),
    seed: int = typer.Option(7, help="Another seed gives other songs and listeners."),
    until: date = typer.Option(
        DEFAULT_UNTIL.isoformat(), parser=parse_day, metavar="YYYY-MM-DD", help="The last listening day."
    ),
    audio: bool = typer.Option(
        True,
        "--audio/--no-audio",
        help="Without: any number of plain listeners and of songs that nobody can hear.",
    ),
    plays: int | None = typer.Option(
        None, min=1, help="With --no-audio: about how many plays; 100 a listener if not given."
    ),
    workers: int = typer.Option(2, min=1, max=64, help="Processes that play and encode songs, or live lives."),
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
) -> None:
    """Make a sample music app: songs with audio and lyrics, listeners and their plays.

    With --no-audio a load: as many listeners, songs and plays as named, written part by part in little memory.
    """
    from jobs.commands.sample import SampleSize, write_sample
    from jobs.commands.sample_load import LoadSize, write_load

    if audio and plays is not None:
        raise UsageError(
            "--plays needs --no-audio", fix="add --no-audio; listeners of the full sample play as they do."
        )
    day = until.isoformat()
    with progress(quiet=as_json) as shown:
        if audio:
            written = write_sample(home, SampleSize(users, songs, days, seed, day), shown, workers)
        else:
            load = LoadSize(users, songs, plays or 100 * users, days, seed, day)
            written = write_load(home, load, shown, workers)
    result = {"home": str(home), "ds": day, "written": written, "users": users, "songs": songs, "days": days}
    emit(result, as_json, lambda: _say(result))


def _say(result: dict[str, object]) -> None:
    state = "is ready" if result["written"] else "was already there"
    console.print(
        f"The sample app {state} in {result['home']}/landing: {result['songs']} songs, "
        f"{result['users']} listeners, {result['days']} days up to {result['ds']}."
    )
    console.print(f"Next: {command('nightly', '--home', result['home'], '--ds', result['ds'])}", soft_wrap=True)


def register(app: typer.Typer) -> None:
    app.command()(sample)
