"""Commands that run nights: nightly, backfill, stages, settings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobs.cli.common import DEFAULT_HOME, DsOption, HomeOption, JsonOption, emit, err_console, parse_day, progress

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from rich.console import RenderableType

    from jobs.run.progress import Progress
    from jobs.run.runner import Runner


EngineOption = Annotated[str | None, typer.Option("--engine", help="local or spark.", metavar="ENGINE")]
WorkersOption = Annotated[int | None, typer.Option("--workers", min=1, help="Processes at once; default one per core.")]


def stages(as_json: JsonOption = False) -> None:
    """The stages of a night, in order, with what each reads and writes."""
    from jobs.cli.views.night import draw_stages
    from jobs.pipeline import PIPELINE

    emit(list(PIPELINE), as_json, draw_stages)


def nightly(
    home: HomeOption = DEFAULT_HOME,
    ds: DsOption = None,
    engine: EngineOption = None,
    workers: WorkersOption = None,
    only: Annotated[str | None, typer.Option("--only", metavar="STAGE", help="Run this stage alone.")] = None,
    start: Annotated[str | None, typer.Option("--from", metavar="STAGE", help="Start with this stage.")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="STAGE", help="Stop after this stage.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Run again even where nothing changed.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Run one night, from what was delivered to 30 songs for everyone. Run it again to resume."""
    from jobs.cli.views.night import draw_report, report_data
    from jobs.commands.intake.feedback import take_feedback
    from jobs.commands.repair import others_mended
    from jobs.run.just_me import make_listener
    from jobs.run.landing import newest_day
    from jobs.run.night import planner, require_home, the_pipeline
    from jobs.run.runner import select

    chosen = select(the_pipeline(), only=only, start=start, until=until)
    if made := make_listener(require_home(home)):
        err_console.print(made, soft_wrap=True)
    # Before a night begins, not in the midst of one: Airflow runs every stage by a command of its own.
    if chosen[0] == the_pipeline().stages[0] and (taken := take_feedback(home, ds, datetime.now(UTC))):
        err_console.print(str(taken), soft_wrap=True)
    day = ds or newest_day(home)
    flags = {"engine": engine, "workers": workers}
    with progress(quiet=as_json) as watcher:
        of = partial(_runner, home, flags, watcher)
        report = of(day).run(chosen, force=force)
        done = report.complete and chosen[-1] == the_pipeline().stages[-1]
        others = others_mended(planner(home, day, flags), of) if done else []
    emit(report_data(report, home, others), as_json, lambda: draw_report(report, home, others))


def _runner(home: Path, flags: Mapping[str, Any], watcher: Progress, ds: date) -> Runner:
    from jobs.run.night import runner

    return runner(home, ds, flags=flags, watcher=watcher)


def backfill(
    start: Annotated[str, typer.Option("--start", metavar="YYYY-MM-DD", help="First night.")],
    end: Annotated[str, typer.Option("--end", metavar="YYYY-MM-DD", help="Last night, inclusive.")],
    home: HomeOption = DEFAULT_HOME,
    engine: EngineOption = None,
    workers: WorkersOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run the nights from --start to --end, both included, oldest first; what is done is reused."""
    from jobs.cli.views.night import draw_nights, report_data
    from jobs.commands.intake.feedback import take_feedback
    from jobs.commands.repair import others_mended
    from jobs.run.night import planner, require_home

    flags = {"engine": engine, "workers": workers}
    days = _days(parse_day(start), parse_day(end))
    if taken := take_feedback(require_home(home), days[-1], datetime.now(UTC)):
        err_console.print(str(taken), soft_wrap=True)
    with progress(quiet=True) as watcher:
        of = partial(_runner, require_home(home), flags, watcher)
        reports = [of(day).run() for day in days]
        others = others_mended(planner(home, days[-1], flags), of) if reports[-1].complete else []
    data = [report_data(r, home, others if r is reports[-1] else []) for r in reports]
    emit(data, as_json, lambda: draw_nights(reports, others))


def _days(start: date, end: date) -> list[date]:
    if end < start:
        raise typer.BadParameter(f"--end {end} is before --start {start}")
    return [start + timedelta(days=n) for n in range((end - start).days + 1)]


def settings(home: HomeOption = DEFAULT_HOME, as_json: JsonOption = False) -> None:
    """The settings in force and where each comes from; secrets are masked."""
    from jobs.run.settings import load_settings

    rows = load_settings(home).effective()

    def draw() -> RenderableType:
        from rich.table import Table

        table = Table("setting", "value", "from", title="Settings", title_justify="left")
        for row in rows:
            table.add_row(*row)
        return table

    emit([{"setting": p, "value": v, "origin": o} for p, v, o in rows], as_json, draw)


def register(app: typer.Typer) -> None:
    for command in (nightly, backfill, stages, settings):
        app.command()(command)
