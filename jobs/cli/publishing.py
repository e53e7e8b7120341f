"""Commands around what is served: audit, publish, versions, rollback, pin, unpin and serve."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jobs.cli.common import DEFAULT_HOME, DsOption, HomeOption, JsonOption, emit, err_console
from schemas.errors import AuditRefused, UsageError
from schemas.terminal import command

if TYPE_CHECKING:
    from rich.table import Table

    from warehouse.lake.reader import NightView
    from warehouse.serving import Flip, ServingStore, VersionInfo

VersionArgument = Annotated[str | None, typer.Argument(help="A version, as `daily30 versions` lists them.")]


def audit(home: HomeOption = DEFAULT_HOME, ds: DsOption = None, as_json: JsonOption = False) -> None:
    """The checks of a night, failed ones first; exit 4 when one of them forbids publishing."""
    import polars as pl

    from features.audit.checks import failed_stops

    night = _night(home, ds)
    found = night.frame("audit").sort(pl.col("passed"), pl.col("severity"), pl.col("check"))
    emit(found.to_dicts(), as_json, lambda: _draw_checks(found.to_dicts(), night.ds))
    if failed_stops(found).height:
        raise typer.Exit(AuditRefused.exit_code)


def publish(
    home: HomeOption = DEFAULT_HOME,
    ds: DsOption = None,
    again: Annotated[bool, typer.Option("--again", help="Publish even what was rolled back.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Publish a night that is already computed: write its version unless the store has it, and flip to it."""
    from features.night import Night
    from features.serving.inputs import PublishedTables
    from features.serving.version import content_version
    from jobs.publish import publish as publish_tables
    from jobs.run.lease import Lease
    from jobs.run.settings import load_settings
    from jobs.run.stage import MEASUREMENTS
    from warehouse.serving import open_serving_store

    view = _night(home, ds)
    _require_audit(view, home)
    tables = PublishedTables(**{field.name: view.frame(field.name) for field in fields(PublishedTables)})
    lease = Lease(home, view.ds).acquire()
    try:
        settings = load_settings(home)
        policy, night = settings.params(MEASUREMENTS), Night(view.ds)
        name = content_version(tables, policy, night)
        with closing(open_serving_store(home, settings.section("serving"), view.ds, lease.check())) as store:
            if again and name in [v.version for v in store.versions()]:
                store.restore(name)
            version, flip = publish_tables(tables, policy, night, store)
    finally:
        lease.release()
    data = {"version": version, "outcome": flip.outcome, "current": flip.current}
    emit(data, as_json, lambda: _told(version, flip))


def _told(version: str, flip: Flip) -> str:
    hint = "; `--again` announces it" if flip.outcome is flip.outcome.WITHDRAWN else ""
    return f"{version}: {flip.outcome}{hint}; served now: {flip.current}"


def _require_audit(view: NightView, home: Path) -> None:
    """Refuse a night whose audit is of other tables, by other checks, or forbids it."""
    from features.audit.checks import refusal
    from jobs.pipeline import STAGES

    if changed := sorted({*view.stale()} & {"audit", "publish"}):
        raise UsageError(
            f"tables of {view.ds} were made anew since its {changed[0]} saw them: no audit is of what would be served",
            fix=f"run `{command('nightly', '--ds', view.ds, '--home', home)}`: it audits and publishes them.",
        )
    if view.made_by("audit") != STAGES["audit"].version:
        raise UsageError(
            f"the night of {view.ds} was audited by the checks of another version of daily30",
            fix=f"run `{command('nightly', '--ds', view.ds, '--home', home)}`: it audits and publishes it.",
        )
    if refused := refusal(view.frame("audit")):
        raise AuditRefused(refused, fix="mend the cause and run the night again.")


def versions(home: HomeOption = DEFAULT_HOME, as_json: JsonOption = False) -> None:
    """The versions the serving store holds, newest first."""
    with _store(home) as store:
        found = store.versions()
    emit([asdict(v) for v in found], as_json, lambda: _draw_versions(found))


def rollback(
    to: Annotated[str | None, typer.Option("--to", help="Version to serve; the one before by default.")] = None,
    home: HomeOption = DEFAULT_HOME,
    as_json: JsonOption = False,
) -> None:
    """Withdraw the version served now and serve an earlier one; its night announces nothing on its own then."""
    with _store(home) as store:
        version = store.rollback(to)
    emit({"current": version}, as_json, lambda: f"served now: {version}")


def pin(version: VersionArgument = None, home: HomeOption = DEFAULT_HOME, as_json: JsonOption = False) -> None:
    """Hold the pointer on a version (the current one by default) until unpinned."""
    with _store(home) as store:
        pinned = store.pin(version)
    emit({"pinned": pinned}, as_json, lambda: f"pinned: {pinned}")


def unpin(home: HomeOption = DEFAULT_HOME, as_json: JsonOption = False) -> None:
    """Let the pointer follow the nights again, starting with the newest complete version."""
    with _store(home) as store:
        version = store.unpin()
    emit({"current": version}, as_json, lambda: f"served now: {version}")


def serve(
    home: HomeOption = DEFAULT_HOME,
    host: Annotated[str | None, typer.Option("--host", help="The address to listen at; 127.0.0.1.")] = None,
    port: Annotated[
        int | None, typer.Option("--port", help="The port, 0 for any that is free; 8030.", min=0, max=65535)
    ] = None,
) -> None:
    """Answer apps over HTTP from what is published, until stopped."""
    from jobs.run.night import require_home
    from jobs.serve.server import serve as answer

    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    answer(
        require_home(home),
        given,
        lambda at: err_console.print(f"serving {home} at {at} (Ctrl-C stops)", soft_wrap=True),
    )


@contextmanager
def _store(home: Path) -> Iterator[ServingStore]:
    """The store of a home, where something is published."""
    from jobs.run.night import require_home
    from jobs.run.settings import load_section
    from warehouse.serving import open_serving_store

    with closing(open_serving_store(require_home(home), load_section(home, "serving"))) as store:
        if store.current() is None:
            raise UsageError(f"nothing has been published in {home}", fix="run `daily30 nightly` first.")
        yield store


def _night(home: Path, ds: date | None) -> NightView:
    """The night as far as it has come: a refused one is never finished, yet must be read."""
    from jobs.run.night import require_home
    from warehouse.lake.reader import Lake

    lake = Lake(require_home(home))
    begun = lake.store.nights("OPEN")
    if not begun:
        raise UsageError(f"{home} has no night yet", fix="run `daily30 nightly` first.")
    return lake.open_night(ds or date.fromisoformat(begun[-1]))


def _draw_checks(rows: Sequence[dict[str, Any]], ds: date) -> Table:
    from rich.table import Table
    from rich.text import Text

    table = Table("", "check", "observed", "bound", "in words", title=f"Audit of {ds}", title_justify="left", box=None)
    marks = {("stop", False): Text("✗", "bold red"), ("warn", False): Text("!", "bold yellow")}
    for row in rows:
        mark = marks.get((row["severity"], row["passed"]), Text("✓", "green"))
        table.add_row(mark, row["check"], f"{row['observed']:.4g}", f"{row['bound']:.4g}", Text(row["detail"]))
    return table


def _draw_versions(found: Sequence[VersionInfo]) -> Table:
    from rich.table import Table

    table = Table(box=None)
    table.add_column("version", no_wrap=True)  # to be copied into `rollback --to` and `pin`
    for heading in ("day", "state", "lists", "songs", "reviews", ""):
        table.add_column(heading, no_wrap=heading != "")
    for v in found:
        aside = "" if v.state is v.state.WRITING else "not announced"
        served = " ".join(
            word for word, on in (("served now", v.current), ("pinned", v.pinned), (aside, not v.announced)) if on
        )
        table.add_row(v.version, str(v.ds), v.state, f"{v.lists:,}", f"{v.songs:,}", f"{v.reviews:,}", served)
    return table


def register(app: typer.Typer) -> None:
    for each in (audit, publish, versions, rollback, pin, unpin, serve):
        app.command()(each)
