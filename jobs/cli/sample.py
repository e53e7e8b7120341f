"""``daily30 sample``: a music app to try everything on."""

from __future__ import annotations

from datetime import date

import typer

from jobs.cli.common import DEFAULT_HOME, HomeOption, JsonOption, console, emit, parse_day, progress

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
    workers: int = typer.Option(2, min=1, max=64, help="Processes that play and encode songs."),
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
) -> None:
    """Make a sample music app: songs with audio and lyrics, listeners and their plays."""
    from jobs.commands.sample import SampleSize, write_sample

    size = SampleSize(users, songs, days, seed, until.isoformat())
    with progress(quiet=as_json) as shown:
        written = write_sample(home, size, shown, workers)
    result = {"home": str(home), "ds": size.until, "written": written, "users": users, "songs": songs, "days": days}
    emit(result, as_json, lambda: _say(result))


def _say(result: dict[str, object]) -> None:
    state = "is ready" if result["written"] else "was already there"
    console.print(
        f"The sample app {state} in {result['home']}/landing: {result['songs']} songs, "
        f"{result['users']} listeners, {result['days']} days up to {result['ds']}."
    )
    console.print(f"Next: daily30 nightly --home {result['home']} --ds {result['ds']}")


def register(app: typer.Typer) -> None:
    app.command()(sample)
