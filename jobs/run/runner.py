"""Runs a night: plans each stage, reuses what is done, runs the rest, writes the manifests.

A finished night is only read: nothing is written, no worker starts, no lock is taken. Anything
else happens under the night's lease.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Protocol

from jobs.run.journal import Journal, StageReport
from jobs.run.lease import Lease
from jobs.run.planner import Pipeline, Planner, StagePlan
from jobs.run.progress import Progress
from jobs.run.settings import Settings
from jobs.run.stage import Stage
from jobs.run.task import Task, TaskResult
from schemas.errors import ContractError, UsageError
from warehouse.lake.guard import LakeGuard
from warehouse.lake.manifest import NightManifest, TableManifest
from warehouse.lake.store import TaskRecord


class Engine(Protocol):
    """Runs tasks, in any order and place, and calls back in the calling thread."""

    name: str

    def run(self, tasks: Sequence[Task], done: Callable[[Task, TaskResult], None]) -> None: ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class NightReport:
    """What a run did.

    Args:
        complete: every stage of the pipeline is done and none has an outdated input.
        version: of the night's manifest.
    """

    ds: date
    version: str
    complete: bool
    stages: list[StageReport] = field(default_factory=list)

    @property
    def ran(self) -> int:
        return sum(s.ran for s in self.stages)


class Runner:
    """Runs stages of one night.

    Args:
        engine: called once, when the first task has to run.
    """

    def __init__(
        self,
        home: Path,
        ds: date,
        pipeline: Pipeline,
        settings: Settings,
        *,
        engine: Callable[[], Engine],
        watcher: Progress,
    ) -> None:
        self.home, self.ds, self.pipeline = home, ds, pipeline
        self.planner = Planner(home, ds, pipeline, settings, twins=settings.engine == "spark")
        self.store = self.planner.store
        self._start_engine = engine
        self._engine: Engine | None = None
        self._watcher = watcher
        self._lease = Lease(home, ds)
        self._guard = LakeGuard(home)
        self._journal = Journal(home, ds, engine=settings.engine, workers=settings.workers)

    def run(self, stages: Sequence[Stage] | None = None, *, force: bool = False) -> NightReport:
        """Run these stages (all by default), in pipeline order, on top of what the night has.

        Args:
            force: run them again even where nothing changed.
        """
        chosen = self.pipeline.stages if stages is None else tuple(stages)
        night = self._night()
        reports = None if force else self._nothing_to_do(chosen, night)
        if reports is not None:
            return NightReport(self.ds, night.version, self._complete(night), reports)
        self._guard.enter()
        try:
            self._lease.acquire()
            night = self._night()
            for stage in chosen:
                night = self._noted(stage, night, force)
            if self._complete(night):
                self.store.put_night(night, "DONE")
                self.store.put_current(night)
            return NightReport(self.ds, night.version, self._complete(night), self._journal.stages)
        finally:
            self._close()

    def _night(self) -> NightManifest:
        return self.store.night(str(self.ds), "OPEN") or NightManifest(str(self.ds))

    def _nothing_to_do(self, stages: Sequence[Stage], night: NightManifest) -> list[StageReport] | None:
        """Reports of stages that are all done already; None as soon as one is not."""
        if self._complete(night):
            done = self.store.night(night.ds, "DONE")
            if done is None or done.version != night.version or self.store.behind(night):
                return None
        reports = []
        for stage in stages:
            if any(table not in night.tables for table in stage.writes):
                return None
            plan = self.planner.plan(stage, night)
            if plan.missing or night.stages[stage.name] != plan.entry:
                return None
            report = StageReport.of(plan)
            made = {name: self.store.table(name, night.tables[name]) for name in stage.writes}
            report.finish(made, [r for r in plan.records if r is not None], 0.0)
            reports.append(report)
        for report in reports:
            self._watcher.start(report.stage, report.tasks)
            self._watcher.finish(report.stage, report.words())
        return reports

    def _noted(self, stage: Stage, night: NightManifest, force: bool) -> NightManifest:
        try:
            return self._stage(stage, night, force)
        except BaseException as error:
            self._journal.fail(stage.name, error)
            raise

    def _stage(self, stage: Stage, night: NightManifest, force: bool) -> NightManifest:
        started = time.perf_counter()
        plan = self.planner.plan(stage, night, self._lease.check(), force=force)
        self._watcher.start(stage.name, len(plan.tasks))
        report = StageReport.of(plan)
        records = self._run_missing(plan, report)
        made = plan.manifests(records)
        _require_rows(stage, made, self.pipeline)
        for manifest in made.values():
            self.store.put_table(manifest)
        night = night.extended(stage.name, plan.entry, made)
        self.store.put_night(night, "OPEN")
        report.finish(made, records, time.perf_counter() - started)
        self._journal.add(report)
        self._watcher.finish(stage.name, report.words())
        return night

    def _run_missing(self, plan: StagePlan, report: StageReport) -> list[TaskRecord]:
        results: dict[str, TaskRecord] = {r.fingerprint: r for r in plan.records if r is not None}
        self._watcher.advance(plan.stage.name, len(results))

        def done(task: Task, result: TaskResult) -> None:
            results[task.fingerprint] = result.record
            report.hear(result)
            self._watcher.advance(plan.stage.name, 1, report.words())

        if plan.missing:
            self._engine = self._engine or self._start_engine()
            self._engine.run(plan.missing, done)
        return [results[t.fingerprint] for t in plan.tasks]

    def _complete(self, night: NightManifest) -> bool:
        return set(night.stages) == {s.name for s in self.pipeline.stages} and not night.stale()

    def _close(self) -> None:
        if self._engine is not None:
            self._engine.close()
            self._engine = None
        self._lease.release()
        self._guard.leave()


def select(pipeline: Pipeline, *, only: str | None, start: str | None, until: str | None) -> tuple[Stage, ...]:
    """The stages that ``--only``, ``--from`` and ``--until`` choose, in order."""
    names = [s.name for s in pipeline.stages]
    for name in (only, start, until):
        if name is not None and name not in names:
            raise UsageError(f"there is no stage {name!r}", fix=f"stages: {', '.join(names)}.")
    if only is not None:
        if start or until:
            raise UsageError("--only cannot go with --from or --until", fix="give one or the other.")
        return (pipeline.stages[names.index(only)],)
    first = names.index(start) if start else 0
    last = names.index(until) if until else len(names) - 1
    if first > last:
        raise UsageError(f"--from {start} comes after --until {until}", fix="swap them.")
    return pipeline.stages[first : last + 1]


def _require_rows(stage: Stage, made: Mapping[str, TableManifest], pipeline: Pipeline) -> None:
    for name, manifest in made.items():
        if manifest.rows == 0 and not pipeline.contracts[name].may_be_empty:
            raise ContractError(
                f"output of {stage.name}: table {name!r} has no rows at all",
                fix=f"look at the inputs of {stage.name}: {', '.join(stage.reads)}.",
            )
