"""How nights are shown: as tables for people and as plain data for ``--json``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from jobs.commands.repair import Finding
from jobs.pipeline import PIPELINE
from jobs.run.runner import NightReport
from schemas.daily import SONGS_PER_LIST
from schemas.terminal import command


def draw_stages() -> RenderableType:
    """The pipeline, one block per stage."""
    table = Table("stage", "over", "reads", "writes", title="One night", title_justify="left", show_lines=True)
    for stage in PIPELINE:
        over = f"each {stage.split}" if stage.split else "everything"
        name = Text.assemble((stage.name, "bold"), "\n", (stage.doc, "dim"))
        table.add_row(name, over, ", ".join(stage.reads), ", ".join(stage.writes))
    return table


def report_data(report: NightReport, home: Path, others: Sequence[Finding] = ()) -> dict[str, Any]:
    """A run's report as plain values, with what was found damaged of other nights after it."""
    return {
        "ds": str(report.ds),
        "version": report.version,
        "complete": report.complete,
        "healed": report.healed,
        "lost": report.lost,
        "withheld": withheld(report, home),
        "other_nights": [asdict(finding) for finding in others],
        "stages": [s.public() for s in report.stages],
    }


def withheld(report: NightReport, home: Path) -> str | None:
    """The version that a finished night made and that is not announced, since the night was rolled back; else None."""
    from jobs.run.settings import load_section
    from warehouse.lake.reader import Lake
    from warehouse.serving import State, open_serving_store

    night = Lake(home).night(report.ds) if report.complete else None
    if night is None or "publication" not in night.tables:
        return None
    store = open_serving_store(home, load_section(home, "serving"))
    kept = {v.version for v in store.versions() if v.state is State.WITHDRAWN}
    return next((version for version in night.frame("publication")["version"] if version in kept), None)


def draw_report(report: NightReport, home: Path, others: Sequence[Finding] = ()) -> RenderableType:
    """Accounts per stage, what was damaged and what came of it, and what to open next."""
    table = Table(title=f"Night of {report.ds}", title_justify="left")
    table.add_column("stage")
    for heading in ("rows in", "rows out", "ran", "reused", "seconds", "peak MB"):
        table.add_column(heading, justify="right")
    for s in report.stages:
        cells = [f"{sum(s.rows_in.values()):,}", f"{sum(s.rows_out.values()):,}", str(s.ran), str(s.reused)]
        table.add_row(s.stage, *cells, f"{s.seconds:.1f}", f"{s.peak_mb:.0f}" if s.ran else "")
    return Group(table, *_next_steps(report, home, others))


def _told(others: Sequence[Finding]) -> list[str]:
    """Of other nights: what was made again, counted, and each thing that was not, with what to do."""
    again = sum(bool(finding.mended) for finding in others)
    lines = [f"  other nights           {again:,} damaged or gone, made again"] if again else []
    return lines + [f"  other nights           {f.what}: {f.fix}" for f in others if not f.mended]


def _next_steps(report: NightReport, home: Path, others: Sequence[Finding]) -> list[Text]:
    from jobs.run.settings import load_section
    from jobs.serve.settings import ServeSettings

    if not report.complete:
        again = command("nightly", "--home", home, "--ds", report.ds)
        return [Text(f"The night is not complete; run `{again}` to finish it.")]
    first = "Nothing to do: this night was finished before." if not report.ran else "Done."
    page = home / "report" / f"ds={report.ds}" / "index.html"
    listener, short = _lists(report, home)
    healed = [f"  damaged, made again    {path}" for path in report.healed]
    healed += [f"  damaged, done without  {path}" for path in report.lost]
    healed += _told(others)
    if version := withheld(report, home):
        again = command("publish", "--again", "--ds", report.ds, "--home", home)
        healed.append(f"  not announced          {version}: the night was rolled back; `{again}` announces it")
    lines = [
        first,
        *healed,
        *short,
        f"  one listener's songs   {command('show', '--home', home, of=[listener])}",
        f"  ask in SQL             {command('sql', 'FROM v_daily30 LIMIT 5', '--home', home)}",
    ]
    if page.is_file():
        at = ServeSettings(**load_section(home, "serve"))
        lines.append(
            f"  see the lists          {command('serve', '--home', home)} (then open http://{at.host}:{at.port})"
        )
        lines.insert(1 + len(healed) + len(short), f"  open this page         {page}")
    return [Text(line, no_wrap=True, overflow="ignore") for line in lines]  # to be copied


def _lists(report: NightReport, home: Path) -> tuple[str, list[str]]:
    """A listener of the night, and what is to be said of lists of fewer than thirty songs."""
    from warehouse.lake.reader import Lake

    night = Lake(home).night(report.ds)
    if "list_summaries" not in night.tables:  # a night of other stages than ours
        return "USER", []
    lists = night.frame("list_summaries").sort("user_id")
    short = lists.filter(lists["songs"] < SONGS_PER_LIST)
    reasons = ", ".join(sorted(set(short["shortfall_reason"].drop_nulls())))
    counted = f"{short.height:,} of {lists.height:,} have fewer than {SONGS_PER_LIST} songs: {reasons}"
    return str(lists["user_id"].first() or "USER"), [f"  shorter lists          {counted}"] if short.height else []


def draw_nights(reports: Sequence[NightReport], others: Sequence[Finding] = ()) -> RenderableType:
    """One line per night of a backfill, then what was damaged of nights beside them."""
    table = Table("night", "ran", "reused", "seconds", "complete", title="Backfill", title_justify="left")
    for r in reports:
        reused, seconds = sum(s.reused for s in r.stages), sum(s.seconds for s in r.stages)
        table.add_row(str(r.ds), str(r.ran), str(reused), f"{seconds:.1f}", "yes" if r.complete else "no")
    return Group(table, *map(Text, _told(others)))
