"""What a run would do, and why: which part of a fingerprint changed. Nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jobs.run.fingerprint import difference
from jobs.run.planner import Planner, StagePlan
from jobs.run.stage import Stage
from jobs.run.task import Task
from warehouse.lake.manifest import NightManifest
from warehouse.lake.store import LakeStore, TaskRecord


@dataclass(frozen=True, slots=True)
class StagePreview:
    """What would become of one stage.

    Args:
        tasks: buckets in all; None when that is not known yet.
        to_run: buckets to run; None when it depends on what an earlier stage makes.
        why: causes that changed (dotted), or which stage has to run first.
    """

    stage: str
    tasks: int | None
    to_run: int | None
    why: tuple[str, ...]


def preview(planner: Planner, stages: Sequence[Stage]) -> list[StagePreview]:
    """Walk the stages as a run would, as far as fingerprints are known without running."""
    night = planner.store.night(str(planner.ds), "OPEN") or NightManifest(str(planner.ds))
    pending: dict[str, tuple[str, ...]] = {}  # table not known yet: the stages that start the change
    found = []
    for stage in stages:
        first = tuple(dict.fromkeys(s for name in stage.reads for s in pending.get(name, ())))
        if first:
            found.append(StagePreview(stage.name, None, None, tuple(f"after {s}" for s in first)))
            pending |= dict.fromkeys(stage.writes, first)
            continue
        plan = planner.plan(stage, night)
        if plan.missing:
            why = _why(planner.store, night, plan)
            found.append(StagePreview(stage.name, len(plan.tasks), len(plan.missing), why))
            pending |= dict.fromkeys(stage.writes, (stage.name,))
            continue
        made = plan.manifests([r for r in plan.records if r is not None])
        for manifest in made.values():
            planner.store.remember(manifest)
        night = night.extended(stage.name, plan.entry, made)
        found.append(StagePreview(stage.name, len(plan.tasks), 0, ()))
    return found


def _why(store: LakeStore, night: NightManifest, plan: StagePlan) -> tuple[str, ...]:
    """Causes in which the missing tasks differ from the newest version of the same bucket."""
    before = _latest(store, night, plan)
    if before is None:
        return ("never run",)
    changed: list[str] = []
    for task in plan.missing:
        old = _record(store, before, task)
        changed.extend(difference(old.causes, task.causes) if old is not None else ["bucket"])
    return tuple(dict.fromkeys(changed)) or ("its files are gone",)


def _latest(store: LakeStore, night: NightManifest, plan: StagePlan) -> NightManifest | None:
    """This night's state if it has the stage, else that of the newest earlier night."""
    table = plan.stage.writes[0]
    if table in night.tables:
        return night
    for day in reversed([d for d in store.nights("OPEN") if d < night.ds]):
        earlier = store.night(day, "OPEN")
        if earlier is not None and table in earlier.tables:
            return earlier
    return None


def _record(store: LakeStore, night: NightManifest, task: Task) -> TaskRecord | None:
    table = task.stage.writes[0]
    manifest = store.table(table, night.tables[table])
    number = task.bucket or 0
    if number >= len(manifest.parts):
        return None
    return store.task_record(task.stage.name, manifest.parts[number].fingerprint)
