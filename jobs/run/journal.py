"""The operational log of a run: durations, memory, row accounts. Kept apart from the manifests,
because it holds clock values; written only when something ran."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from jobs.run.planner import StagePlan
from jobs.run.task import TaskResult
from schemas.credentials import redacted
from schemas.errors import Daily30Error
from warehouse.lake.atomic import canonical, write_bytes
from warehouse.lake.manifest import TableManifest
from warehouse.lake.store import TaskRecord


@dataclass(slots=True)
class StageReport:
    """What became of one stage.

    Args:
        tasks, ran, reused: buckets in all, run now, taken over.
        rows_in, rows_out: rows per input and per output table.
        seconds: wall time of the stage in this run; ``work_s``: summed over its tasks.
        peak_mb: highest memory of any worker during the stage; 0 when nothing ran.
        warnings: broken WARN rules, in words.
    """

    stage: str
    tasks: int
    ran: int
    reused: int
    rows_in: dict[str, int] = field(default_factory=dict)
    rows_out: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    work_s: float = 0.0
    peak_mb: float = 0.0
    warnings: list[str] = field(default_factory=list)
    _known: dict[str, int | None] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, plan: StagePlan) -> StageReport:
        ran = len(plan.missing)
        known = {name: i.rows for name, i in plan.inputs.items()}
        return cls(plan.stage.name, len(plan.tasks), ran, len(plan.tasks) - ran, _known=known)

    def hear(self, result: TaskResult) -> None:
        """Take a finished task into account."""
        self.work_s += result.seconds
        self.peak_mb = max(self.peak_mb, result.peak_mb)
        self.warnings.extend(result.warnings)
        for table, parts in result.record.outputs.items():
            self.rows_out[table] = self.rows_out.get(table, 0) + sum(p.rows for p in parts)

    def finish(self, made: Mapping[str, TableManifest], records: Sequence[TaskRecord], seconds: float) -> None:
        """Settle the accounts once all tasks are there."""
        self.seconds = round(seconds, 3)
        self.work_s = round(self.work_s, 3)
        self.peak_mb = round(self.peak_mb, 1)
        self.rows_out = {name: m.rows for name, m in made.items()}
        read = {name: max(r.rows_in.get(name, 0) for r in records) for name in self._known}
        self.rows_in = {name: read[name] if rows is None else rows for name, rows in self._known.items()}

    def follow(self, before: StageReport) -> None:
        """Add what the stage did earlier in the same run."""
        self.ran = min(self.tasks, self.ran + before.ran)
        self.reused = self.tasks - self.ran
        self.seconds = round(self.seconds + before.seconds, 3)
        self.work_s = round(self.work_s + before.work_s, 3)
        self.peak_mb = max(self.peak_mb, before.peak_mb)
        self.warnings = before.warnings + self.warnings if self.ran else self.warnings

    def words(self) -> str:
        """Rows out, and whether it ran, in a few words."""
        rows = f"{sum(self.rows_out.values()):,} rows"
        return rows if self.ran else f"{rows}, reused"

    def public(self) -> dict[str, object]:
        """Plain values for JSON."""
        return {k: v for k, v in asdict(self).items() if not k.startswith("_")}


class Journal:
    """Writes ``home/runs/ds=…/<n>.json`` after every stage, once one of them ran."""

    def __init__(self, home: Path, ds: date, *, engine: str, workers: int) -> None:
        self._home, self._folder = home, home / "runs" / f"ds={ds}"
        self._head: dict[str, object] = {
            "ds": str(ds),
            "engine": engine,
            "workers": workers,
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "started": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        self._path: Path | None = None
        self.stages: list[StageReport] = []
        self.healed: list[str] = []
        self.lost: list[str] = []

    def add(self, report: StageReport) -> None:
        """Take a stage in; one that came before (its run started over) is counted with what it did then."""
        before = next((n for n, s in enumerate(self.stages) if s.stage == report.stage), None)
        if before is None:
            self.stages.append(report)
        else:
            report.follow(self.stages[before])
            self.stages[before] = report
        if any(s.ran for s in self.stages):
            self._write()

    def fail(self, stage: str, error: BaseException) -> None:
        """Note which stage stopped the run and why; a log that cannot be written stops nothing."""
        self._head["failed"] = {"stage": stage, "error": redacted(f"{type(error).__name__}: {error}")}
        with contextlib.suppress(OSError, Daily30Error):
            self._write()

    def _write(self) -> None:
        self._path = self._path or self._next()
        record = {**self._head, "stages": [s.public() for s in self.stages]}
        record |= {name: paths for name, paths in (("healed", self.healed), ("lost", self.lost)) if paths}
        write_bytes(self._path, canonical(record), aside=self._home / "lake" / "_aside")

    def _next(self) -> Path:
        """The next free number; the lease sees to it that nobody else takes it."""
        taken = [int(p.stem) for p in self._folder.glob("*.json") if p.stem.isdigit()]
        return self._folder / f"{max(taken, default=0) + 1}.json"
