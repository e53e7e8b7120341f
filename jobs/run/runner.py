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

from jobs.run.healing import Healer
from jobs.run.journal import Journal, StageReport
from jobs.run.lease import Lease
from jobs.run.planner import Pipeline, Planner, StagePlan
from jobs.run.progress import Progress
from jobs.run.settings import Settings
from jobs.run.stage import Stage
from jobs.run.task import Task, TaskResult
from schemas.errors import ContractError, DamagedFile, UsageError
from warehouse.lake.guard import LakeGuard
from warehouse.lake.manifest import NightManifest, TableManifest
from warehouse.lake.store import TaskRecord
from warehouse.lake.verify import prove

_MENDED = "lake"


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
        healed: damaged files of the lake that were set aside and made again, relative to it.
        lost: such that could not be made again, and that this night could do without.
    """

    ds: date
    version: str
    complete: bool
    stages: list[StageReport] = field(default_factory=list)
    healed: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

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
        self._healer = Healer(home, pipeline, settings, self._lease, self._work)
        self._lost: dict[str, DamagedFile] = {}
        self._gone: list[str] = []

    def run(self, stages: Sequence[Stage] | None = None, *, force: bool = False) -> NightReport:
        """Run these stages (all by default), in pipeline order, on top of what the night has.

        Args:
            force: run them again even where nothing changed.
        """
        chosen = self.pipeline.stages if stages is None else tuple(stages)
        report = None if force else self._finished_before(chosen)
        if report is not None:
            return report
        self._guard.enter()
        try:
            self._lease.acquire()
            night = self._mended(chosen, force)
            if self._complete(night):
                self.store.put_night(night, "DONE")
                self.store.put_current(night)
            healed, lost = self._damage()
            return NightReport(self.ds, night.version, self._complete(night), self._journal.stages, healed, lost)
        finally:
            self._close()

    def mend(self, damages: Sequence[DamagedFile]) -> list[DamagedFile]:
        """Make damaged files of the lake again, whichever nights name them; those that could not be, with a fix."""
        left = []
        self._guard.enter()
        try:
            self._lease.acquire()
            for damage in damages:
                try:
                    if damage.path not in self._healer.met:  # with another that it was made from
                        self._healer.mend(damage)
                except DamagedFile as error:
                    left.append(DamagedFile(damage.message, error.fix, damage.path))
        finally:
            self._close()
        return left

    def _night(self) -> NightManifest:
        return self.store.night(str(self.ds), "OPEN") or NightManifest(str(self.ds))

    def _mended(self, chosen: Sequence[Stage], force: bool) -> NightManifest:
        """Run the stages; whenever one meets a damaged file, that is made again and they start over."""
        forced: set[str] = set()
        while True:
            stage = chosen[0].name
            try:
                night = self._night()
                for stage_now in chosen:
                    stage = stage_now.name
                    night = self._noted(stage_now, night, force and stage not in forced)
                    forced.add(stage)
                self._prove(chosen, night)
                return night
            except DamagedFile as damage:
                self._heal(damage, stage, chosen)

    def _heal(self, damage: DamagedFile, stage: str, chosen: Sequence[Stage]) -> None:
        """Mend what a stage met. What cannot be made again stops the run when it is met once more: rows that a stage
        only carries over can be had from another night, or found anew."""
        said = "is made again"
        try:
            self._healer.mend(damage, {s.name for s in chosen})
        except DamagedFile as error:
            if first := self._lost.get(damage.path):
                self._journal.fail(stage, first)
                raise first from error
            self._lost[damage.path] = error
            said = "cannot be made again as it was"
        self._journal.healed, self._journal.lost = self._damage()
        self._watcher.start(_MENDED)
        self._watcher.finish(_MENDED, f"{damage.path} was damaged: it {said}")

    def _damage(self) -> tuple[list[str], list[str]]:
        """Paths met damaged: those made again, and those that could not be."""
        met, lost = dict.fromkeys([*self._gone, *self._healer.met]), self._healer.lost
        return [p for p in met if p not in lost], [p for p in met if p in lost]

    def _note_gone(self, plan: StagePlan) -> None:
        """Note files that tasks left once and that are no longer there: these tasks run again."""
        records = (self.store.task_record(t.stage.name, t.fingerprint) for t in plan.missing)
        parts = (
            part for record in records if record is not None for parts in record.outputs.values() for part in parts
        )
        self._gone += [part.path for part in parts if not self.store.has(part)]
        self._journal.healed, self._journal.lost = self._damage()

    def _work(self, plan: StagePlan) -> list[TaskRecord]:
        """Run what a plan of any night is missing."""
        self._watcher.start(plan.stage.name, len(plan.tasks))
        return self._run_missing(plan, StageReport.of(plan))

    def _finished_before(self, stages: Sequence[Stage]) -> NightReport | None:
        """The report of a night that has nothing to do; None where it has, or where something of it is damaged."""
        try:
            night = self._night()
            if (reports := self._nothing_to_do(stages, night)) is not None:
                self._prove(stages, night)
        except DamagedFile:
            return None
        return None if reports is None else NightReport(self.ds, night.version, self._complete(night), reports)

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

    def _prove(self, stages: Sequence[Stage], night: NightManifest) -> None:
        """Read all files of these stages: those that were reused were only looked for."""
        prove(self.store, night, [table for stage in stages for table in stage.writes])

    def _noted(self, stage: Stage, night: NightManifest, force: bool) -> NightManifest:
        try:
            return self._stage(stage, night, force)
        except DamagedFile:
            raise  # may be mended
        except BaseException as error:
            self._journal.fail(stage.name, error)
            raise

    def _stage(self, stage: Stage, night: NightManifest, force: bool) -> NightManifest:
        started = time.perf_counter()
        plan = self.planner.plan(stage, night, self._lease.check(), force=force)
        if not force:
            self._note_gone(plan)
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
        return night.finished(self.pipeline.names)

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
