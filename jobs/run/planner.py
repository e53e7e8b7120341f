"""Turns a stage of a night into tasks, and tells which of them are done already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from jobs.run import fingerprint
from jobs.run.body import asks_for, load
from jobs.run.left import LeftBefore
from jobs.run.resolve import Input, Resolver, carried_sources
from jobs.run.settings import Settings
from jobs.run.stage import Lookback, Stage
from jobs.run.task import Output, Task, ToolSpec
from jobs.tools.registry import REGISTRY
from schemas.contract import Table
from schemas.errors import ContractDeclarationError
from warehouse.lake.manifest import VERSION_DIGITS, NightManifest, StageEntry, TableManifest
from warehouse.lake.store import LakeStore, TaskRecord


@dataclass(frozen=True, slots=True)
class Pipeline:
    """What a run works on; tests bring toy pipelines of their own."""

    stages: tuple[Stage, ...]
    contracts: Mapping[str, Table]
    lookbacks: Mapping[str, Lookback]
    tools: Mapping[str, tuple[str, str]] = field(default_factory=lambda: REGISTRY)
    landing: str = "jobs.run.landing:open_home"

    @property
    def names(self) -> frozenset[str]:
        """Names of the stages."""
        return frozenset(stage.name for stage in self.stages)


@dataclass(frozen=True, slots=True)
class StagePlan:
    """A stage of a night, resolved.

    Args:
        fingerprint: of the stage, from those of its tasks.
        inputs: what it reads.
        tasks: one per bucket, in bucket order.
        records: per task what it left behind, None where it has to run.
    """

    stage: Stage
    fingerprint: str
    inputs: Mapping[str, Input]
    tasks: tuple[Task, ...]
    records: tuple[TaskRecord | None, ...]

    @property
    def missing(self) -> list[Task]:
        return [t for t, r in zip(self.tasks, self.records, strict=True) if r is None]

    def manifests(self, records: Sequence[TaskRecord]) -> dict[str, TableManifest]:
        """The stage's tables, once every task has its record (in bucket order)."""
        inputs = {name: i.content for name, i in self.inputs.items()}
        made = {}
        for output in self.tasks[0].outputs:
            table = output.table
            made[table.name] = TableManifest(
                table=table.name,
                ds=str(self.tasks[0].ds),
                stage=self.stage.name,
                stage_version=self.stage.version,
                split=table.split,
                buckets=output.buckets or 1,
                schema=tuple((c.name, str(c.type)) for c in table.columns),
                inputs=inputs,
                parts=tuple(p for record in records for p in record.outputs[table.name]),
            )
        return made

    @property
    def entry(self) -> StageEntry:
        """What the night's manifest says of this stage."""
        return StageEntry(self.stage.version, self.fingerprint, {n: i.content for n, i in self.inputs.items()})


@dataclass(frozen=True, slots=True)
class _Common:
    """What the tasks of a stage have in common."""

    stage: Stage
    body: str
    params: Mapping[str, Any]
    inputs: Mapping[str, Input]
    outputs: tuple[Output, ...]
    tools: tuple[ToolSpec, ...]


class Planner:
    """Plans stages of one night under one set of settings."""

    def __init__(
        self,
        home: Path,
        ds: date,
        pipeline: Pipeline,
        settings: Settings,
        *,
        twins: bool = False,
    ) -> None:
        self.home, self.ds, self.pipeline, self.settings = home, ds, pipeline, settings
        self.store = LakeStore(home)
        self._twins = twins
        landing_digest = cache(lambda: load(pipeline.landing)(home).digest())
        self._resolver = Resolver(
            self.store,
            pipeline.contracts,
            pipeline.lookbacks,
            pipeline.landing,
            landing_digest,
            settings.buckets,
            pipeline.names,
        )

    def of(self, ds: date) -> Planner:
        """A planner of another night of the same home."""
        return Planner(self.home, ds, self.pipeline, self.settings, twins=self._twins)

    def plan(self, stage: Stage, night: NightManifest, lease: Any = None, *, force: bool = False) -> StagePlan:
        """The stage's tasks against what the night has now.

        With ``force`` every task again, into a folder of its own: files that older manifests name stay.
        """
        common = self._common(stage, night)
        buckets = self.settings.buckets(stage.split) or 1
        causes = [self._causes(common, b) for b in range(buckets)]
        prints = [fingerprint.of(c) for c in causes]
        whole = fingerprint.of_stage(prints)
        records = (None,) * buckets if force else self._finished(common, prints)
        needed = None in records
        carried = self._carried(stage, stage.carries, buckets, needed=needed)
        again = self._again(stage, prints, records)
        ledger = self._carried(stage, stage.ledger, buckets, needed=needed, own=not again)
        left = LeftBefore(self.store, stage, night)
        tasks = tuple(
            Task(
                stage=stage,
                body=common.body,
                ds=self.ds,
                seed=self.settings.seed,
                bucket=b if stage.split else None,
                buckets=buckets if stage.split else None,
                fingerprint=prints[b],
                causes=causes[b],
                version=self._unused(stage, whole[:VERSION_DIGITS]) if force else whole[:VERSION_DIGITS],
                home=self.home,
                params=common.params,
                inputs={name: i.sources[b] for name, i in common.inputs.items()},
                outputs=common.outputs,
                carried=carried[b],
                ledger=ledger[b],
                tools=common.tools,
                lease=lease,
                before=left.by(prints[b]) if records[b] is None and not force else {},
            )
            for b in range(buckets)
        )
        return StagePlan(stage, whole, common.inputs, tasks, records)

    def _again(self, stage: Stage, prints: Sequence[str], records: Sequence[TaskRecord | None]) -> bool:
        """Whether files are made again: what counts attempts then goes on from earlier nights, these were counted."""
        return any(r is None and self.store.task_record(stage.name, p) for r, p in zip(records, prints, strict=True))

    def _finished(self, common: _Common, prints: Sequence[str]) -> tuple[TaskRecord | None, ...]:
        """What tasks of these fingerprints left behind, None where one has to run."""
        stage = common.stage
        records = tuple(self.store.task(stage.name, p) for p in prints)
        if stage.outside is None or not any(records):
            return records
        from jobs.tools.outside import still_there

        return still_there(stage.outside, records, self.home, self.ds, common.outputs, common.tools)

    def _common(self, stage: Stage, night: NightManifest) -> _Common:
        return _Common(
            stage=stage,
            body=stage.spark if self._twins and stage.spark else stage.run,
            params=self.settings.params_of(stage),
            inputs=self._resolver.inputs(stage, night),
            outputs=tuple(self._output(stage, name) for name in stage.writes),
            tools=tuple(self._tool(name) for name in stage.tools),
        )

    def _unused(self, stage: Stage, version: str) -> str:
        """``version``-1, -2, ...: the first without a folder."""
        folders = [self.store.root / name / f"ds={self.ds}" for name in stage.writes]
        numbered = (f"{version}-{n}" for n in count(1))
        return next(v for v in numbered if not any((f / f"v={v}").exists() for f in folders))

    def _carried(self, stage: Stage, table: str | None, buckets: int, *, needed: bool, own: bool = True) -> list[Any]:
        if table is None or not needed:
            return [None] * buckets
        return list(carried_sources(self.store, stage, self.pipeline.contracts[table], str(self.ds), buckets, own=own))

    def _output(self, stage: Stage, name: str) -> Output:
        table = self.pipeline.contracts[name]
        if stage.split is not None and table.split != stage.split:
            raise ContractDeclarationError(
                f"stage {stage.name!r} runs per {stage.split} but writes {name!r}, which is split by {table.split}"
            )
        return Output(table, self.settings.buckets(table.split))

    def _tool(self, name: str) -> ToolSpec:
        factory, section = self.pipeline.tools[name]
        return ToolSpec(name, factory, self.settings.section(section))

    def _causes(self, common: _Common, bucket: int) -> dict[str, Any]:
        """What the result of one bucket depends on (see :mod:`jobs.run.fingerprint`)."""
        stage, params = common.stage, common.params
        asked = asks_for(stage, common.body)
        causes: dict[str, Any] = {
            "stage": stage.name,
            "version": stage.version,
            "params": fingerprint.params_text(params["params"]) if "params" in asked else None,
            "outputs": fingerprint.outputs_text(common.outputs),
            "tools": fingerprint.tools_text(common.tools),
            "inputs": {name: i.hashes[bucket] for name, i in common.inputs.items()},
            "bucket": f"{bucket} of {self.settings.buckets(stage.split)}" if stage.split else None,
        }
        if stage.with_params:
            causes["settings"] = {p.section: fingerprint.params_text(params[p.keyword]) for p in stage.with_params}
        if common.body != stage.run:
            causes["body"] = common.body
        if "night" in asked:
            causes["night"] = str(self.ds)
        if "seeds" in asked:
            causes["seed"] = self.settings.seed
        return causes
