"""Commands about what lies in the lake: plan, status, verify, repair, gc."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobs.cli.common import DEFAULT_HOME, DsOption, HomeOption, JsonOption, emit, progress
from schemas.errors import ContractError, UsageError
from schemas.terminal import quoted

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import RenderableType

    from jobs.commands.next_step import Step
    from jobs.commands.repair import Finding
    from jobs.run.planner import Planner
    from jobs.run.preview import StagePreview

_MEGA = 1e6


def plan(
    home: HomeOption = DEFAULT_HOME,
    ds: DsOption = None,
    engine: Annotated[str | None, typer.Option("--engine", help="local or spark.", metavar="ENGINE")] = None,
    as_json: JsonOption = False,
) -> None:
    """What `nightly` would run, and what changed to make it so. Writes nothing."""
    from jobs.run.landing import newest_day
    from jobs.run.night import planner, require_home, the_pipeline
    from jobs.run.preview import preview

    day = ds or newest_day(require_home(home))
    found = preview(planner(require_home(home), day, {"engine": engine}), the_pipeline().stages)
    emit(found, as_json, lambda: _draw_plan(found, str(day)))


def _draw_plan(found: list[StagePreview], day: str) -> RenderableType:
    from rich.table import Table

    table = Table("stage", "buckets to run", "why", title=f"Plan for {day}", title_justify="left")
    for p in found:
        todo = "?" if p.to_run is None else f"{p.to_run} of {p.tasks}" if p.to_run else "none"
        table.add_row(p.stage, todo, ", ".join(p.why))
    return table


def status(home: HomeOption = DEFAULT_HOME, as_json: JsonOption = False) -> None:
    """Where the home stands and what to do next; the nights in the lake, their versions, rows and sizes."""
    from jobs.commands.next_step import next_step
    from jobs.run.night import require_home

    step = next_step(require_home(home))
    if home != DEFAULT_HOME:
        step = replace(step, command=f"{step.command} --home {quoted(home)}")
    data = {**_status(home), "next": step}
    emit(data, as_json, lambda: _draw_status(data, step))


def _status(home: Path) -> dict[str, Any]:
    from warehouse.lake.store import LakeStore

    store = LakeStore(home)
    current = store.current()
    sizes: dict[str, int] = {}
    nights = []
    for ds in store.nights("OPEN"):
        newest, done = store.night(ds, "OPEN"), store.night(ds, "DONE")
        if newest is None:
            continue
        tables = [store.table(name, version) for name, version in newest.tables.items()]
        parts = {p.path: p.bytes for t in tables for p in t.parts}
        fresh = sum(size for path, size in parts.items() if path not in sizes)
        sizes |= parts
        nights.append(
            {
                "ds": ds,
                "version": newest.version,
                "finished": done is not None and done.version == newest.version,
                "finished_version": done.version if done else None,
                "current": current is not None and current[0] == ds,
                "stages": len(newest.stages),
                "tables": len(tables),
                "rows": sum(t.rows for t in tables),
                "bytes": sum(parts.values()),
                "new_bytes": fresh,
            }
        )
    return {"current": current[0] if current else None, "nights": nights, "bytes": sum(sizes.values())}


def _draw_status(data: dict[str, Any], step: Step) -> RenderableType:
    from rich.console import Group
    from rich.text import Text

    words = Text(f"{step.words[0].upper()}{step.words[1:]}.\nNext: {step.command}")
    return Group(_draw_nights(data), words) if data["nights"] else words


def _draw_nights(data: dict[str, Any]) -> RenderableType:
    from rich.table import Table

    count = len(data["nights"])
    title = f"{count} night{'' if count == 1 else 's'}, {data['bytes'] / _MEGA:,.1f} MB"
    table = Table(title=title, title_justify="left")
    for heading in ("night", "state", "version"):
        table.add_column(heading, no_wrap=heading != "state")
    for heading in ("tables", "rows", "MB", "MB new"):
        table.add_column(heading, justify="right")
    for n in data["nights"]:
        state = "finished" if n["finished"] else f"{n['stages']} stages done"
        state += ", current" if n["current"] else ""
        sizes = (f"{n['bytes'] / _MEGA:,.1f}", f"{n['new_bytes'] / _MEGA:,.1f}")
        table.add_row(n["ds"], state, n["version"], str(n["tables"]), f"{n['rows']:,}", *sizes)
    return table


def gc(
    home: HomeOption = DEFAULT_HOME,
    keep: Annotated[int, typer.Option("--keep", min=1, help="Newest nights to keep.")] = 30,
    really: Annotated[bool, typer.Option("--yes", help="Remove; without it, only tell what would go.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Remove versions that no kept night reaches; the nights that kept ones look back upon stay too."""
    from jobs.run.night import require_home
    from jobs.run.stage import LOOKBACKS
    from warehouse.lake.retention import collect, find_garbage

    lookback = max((look.nights for look in LOOKBACKS.values()), default=0)
    work = collect if really else find_garbage
    garbage = work(require_home(home), keep_nights=keep, lookback_nights=lookback)
    data = {
        "removed": really,
        "files": len(garbage.paths),
        "bytes": garbage.bytes,
        "nights_dropped": garbage.nights,
        "nights_kept": garbage.kept,
    }
    emit(data, as_json, lambda: _draw_gc(data))


def _draw_gc(data: dict[str, Any]) -> str:
    verb = "Removed" if data["removed"] else "Would remove"
    dropped = ", ".join(data["nights_dropped"]) or "none"
    text = f"{verb} {data['files']:,} files, {data['bytes'] / _MEGA:,.1f} MB; nights dropped: {dropped}."
    return text if data["removed"] or not data["files"] else f"{text}\nAdd --yes to do it."


DeepOption = Annotated[bool, typer.Option("--deep", help="Read every file and compare its hash, not only its size.")]


def verify(
    home: HomeOption = DEFAULT_HOME, ds: DsOption = None, deep: DeepOption = False, as_json: JsonOption = False
) -> None:
    """Whether the lake, and what the newest night left outside it, is what was written; exit 3 when it is not."""
    from jobs.commands.repair import verify as look

    planner = _newest(home)
    found = look(planner, ds=ds, deep=deep)
    said = "Everything is as it was written." if deep else "Everything is there. (--deep compares every byte.)"
    emit({"found": found}, as_json, lambda: _draw_findings(found, "Damaged") if found else said)
    if found:
        raise typer.Exit(ContractError.exit_code)


def repair(home: HomeOption = DEFAULT_HOME, ds: DsOption = None, as_json: JsonOption = False) -> None:
    """Make again what is damaged or gone, from what it was made of; exit 3 when something cannot be had again."""
    from jobs.commands.repair import repair as mend
    from jobs.run.night import runner

    planner = _newest(home)
    with progress(quiet=as_json) as watcher:
        found = mend(planner, lambda night: runner(home, night, flags={}, watcher=watcher), ds=ds)
    emit({"found": found}, as_json, lambda: _draw_findings(found, "Repaired") if found else "Nothing is damaged.")
    if not all(f.mended for f in found):
        raise typer.Exit(ContractError.exit_code)


def _newest(home: Path) -> Planner:
    """A planner of the newest finished night."""
    from datetime import date

    from jobs.run.night import planner, require_home
    from warehouse.lake.store import LakeStore

    store = LakeStore(require_home(home))
    days = store.nights()
    now = store.current()
    if not days or now is None:
        raise UsageError(f"{home} has no finished night", fix="run `daily30 nightly` first.")
    return planner(home, date.fromisoformat(now[0]), {})


def _draw_findings(found: list[Finding], title: str) -> RenderableType:
    from rich.table import Table
    from rich.text import Text

    table = Table("where", "what", "", title=f"{title}: {len(found)}", title_justify="left")
    for f in found:
        state = "made again" if f.mended else f.fix
        table.add_row(f.where, Text(f.what, overflow="fold"), Text(state, overflow="fold"))
    return table


def register(app: typer.Typer) -> None:
    for command in (plan, status, verify, repair, gc):
        app.command()(command)
