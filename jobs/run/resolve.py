"""Finds what a stage reads: hashes for its fingerprints, file lists for its tasks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from jobs.run.stage import Lookback, Stage
from jobs.run.task import LakeSource, LandingSource, LookbackSource, Source
from schemas.contract import Table
from schemas.errors import UsageError
from warehouse.lake.atomic import canonical
from warehouse.lake.manifest import NightManifest, TableManifest, digest
from warehouse.lake.store import LakeStore


@dataclass(frozen=True, slots=True)
class Input:
    """One resolved input of a stage.

    Args:
        content: hash of all of it, as recorded in manifests.
        hashes: what each task's fingerprint takes of it, per bucket (one entry when unsplit).
        sources: what each task reads, per bucket.
        rows: rows in all of it; None when only reading tells.
    """

    content: str
    hashes: tuple[str, ...]
    sources: tuple[Source, ...]
    rows: int | None


@dataclass(frozen=True)
class Resolver:
    """Resolves inputs of one night.

    Args:
        landing: ``"module:function"`` that opens the landing.
        landing_digest: hash per landing table; called only when a stage reads landing.
        buckets: number of buckets per split column.
    """

    store: LakeStore
    contracts: Mapping[str, Table]
    lookbacks: Mapping[str, Lookback]
    landing: str
    landing_digest: Callable[[], Mapping[str, str]]
    buckets: Callable[[str | None], int | None]

    def inputs(self, stage: Stage, night: NightManifest) -> dict[str, Input]:
        """Every table in ``stage.reads``, resolved against what the night has now."""
        found = {}
        for name in stage.reads:
            if name.startswith("landing_"):
                found[name] = self._landing(stage, name)
            elif name in self.lookbacks:
                found[name] = self._lookback(stage, name, date.fromisoformat(night.ds))
            else:
                found[name] = self._tonight(stage, name, night)
        return found

    def _tasks(self, stage: Stage) -> int:
        return self.buckets(stage.split) or 1

    def _landing(self, stage: Stage, name: str) -> Input:
        content = self.landing_digest()[name]
        source = LandingSource(self.contracts[name], self.landing)
        return Input(content, (content,) * self._tasks(stage), (source,) * self._tasks(stage), None)

    def _tonight(self, stage: Stage, name: str, night: NightManifest) -> Input:
        if name not in night.tables:
            raise UsageError(
                f"stage {stage.name!r} needs table {name!r} of {night.ds}, which is not made yet",
                fix=f"run the stages before it: `daily30 nightly --ds {night.ds} --until {stage.name}`.",
            )
        manifest = self.store.table(name, night.tables[name])
        table = self.contracts[name]
        tasks = self._tasks(stage)
        if stage.split is None or manifest.split != stage.split:
            source = LakeSource(table, manifest.parts, shared=stage.split is not None)
            return Input(manifest.content, (manifest.content,) * tasks, (source,) * tasks, manifest.rows)
        if manifest.buckets != tasks:
            raise UsageError(
                f"table {name!r} of {night.ds} lies in {manifest.buckets} buckets, the settings say {tasks}",
                fix=f"run the whole night again: `daily30 nightly --ds {night.ds}`.",
            )
        sources = tuple(LakeSource(table, (p,), shared=False) for p in manifest.parts)
        return Input(manifest.content, tuple(p.sha256 for p in manifest.parts), sources, manifest.rows)

    def _lookback(self, stage: Stage, name: str, ds: date) -> Input:
        """Earlier finished nights, newest first; each bucket depends on its own files only."""
        lookback = self.lookbacks[name]
        table = self.contracts[name]
        days = (ds - timedelta(days=n) for n in range(1, lookback.nights + 1))
        nights = [(day, m) for day in days if (m := self._earlier(day, lookback.table)) is not None]
        bucketed = stage.split is not None and table.split == stage.split
        sources = []
        for bucket in range(self._tasks(stage)):
            number = bucket if bucketed else None
            sources.append(self._lookback_source(stage, table, lookback, nights, number))
        hashes = tuple(_lookback_hash(s) for s in sources)
        content = digest(canonical([[str(day), m.content] for day, m in nights]))
        return Input(content, hashes, tuple(sources), sum(m.rows for _, m in nights))

    def _lookback_source(
        self,
        stage: Stage,
        table: Table,
        lookback: Lookback,
        nights: list[tuple[date, TableManifest]],
        number: int | None,
    ) -> LookbackSource:
        if number is None or stage.split is None:
            return LookbackSource(table, tuple((d, m.parts) for d, m in nights), lookback.latest_per, None)
        tasks = self._tasks(stage)
        chosen = []
        for day, manifest in nights:
            fits = manifest.buckets == tasks and manifest.split == stage.split
            chosen.append((day, (manifest.parts[number],) if fits else manifest.parts))
        return LookbackSource(table, tuple(chosen), lookback.latest_per, (stage.split, number, tasks))

    def _earlier(self, day: date, table: str) -> TableManifest | None:
        night = self.store.night(day.isoformat(), "DONE")
        if night is None or table not in night.tables:
            return None
        return self.store.table(table, night.tables[table])


def _lookback_hash(source: LookbackSource) -> str:
    return digest(canonical([[str(day), [p.sha256 for p in parts]] for day, parts in source.nights]))


def carried_sources(store: LakeStore, stage: Stage, table: Table, ds: str, tasks: int) -> list[LakeSource | None]:
    """Per bucket, the carried table's rows from the nearest version: this night's, the newest
    earlier one's, else a later one's (a backfill). Other stage versions do not count."""
    manifest = _nearest(store, stage, table.name, ds)
    if manifest is None:
        return [None] * tasks
    if stage.split is None:
        return [LakeSource(table, manifest.parts, shared=False)] * tasks
    if manifest.buckets != tasks:
        return [LakeSource(table, manifest.parts, shared=True)] * tasks
    return [LakeSource(table, (p,), shared=False) for p in manifest.parts]


def _nearest(store: LakeStore, stage: Stage, table: str, ds: str) -> TableManifest | None:
    days = store.nights("OPEN")
    earlier = sorted((d for d in days if d <= ds), reverse=True)
    for day in [*earlier, *sorted(d for d in days if d > ds)]:
        night = store.night(day, "OPEN")
        if night is None or table not in night.tables:
            continue
        manifest = store.table(table, night.tables[table])
        if manifest.stage_version == stage.version and manifest.rows:
            return manifest
    return None
