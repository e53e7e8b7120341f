"""Finds what a stage reads: hashes for its fingerprints, file lists for its tasks."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from jobs.run.stage import Lookback, Stage
from jobs.run.task import LakeSource, LandingSource, LookbackSource, Source
from schemas.contract import Table
from schemas.errors import DamagedFile, UsageError
from schemas.identity import TRACK_ALIASES
from warehouse.lake.atomic import canonical
from warehouse.lake.manifest import NightManifest, TableManifest, digest
from warehouse.lake.parquet import Part
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
        stages: names of the stages of a night.
    """

    store: LakeStore
    contracts: Mapping[str, Table]
    lookbacks: Mapping[str, Lookback]
    landing: str
    landing_digest: Callable[[], Mapping[str, str]]
    buckets: Callable[[str | None], int | None]
    stages: Collection[str]

    def inputs(self, stage: Stage, night: NightManifest) -> dict[str, Input]:
        """Every table in ``stage.reads``, resolved against what the night has now."""
        found = {}
        for name in stage.reads:
            if name.startswith("landing_"):
                found[name] = self._landing(stage, name)
            elif name in self.lookbacks:
                found[name] = self._lookback(stage, name, night)
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

    def _lookback(self, stage: Stage, name: str, night: NightManifest) -> Input:
        """Earlier finished nights, newest first; each bucket depends on its own files only."""
        lookback, ds = self.lookbacks[name], date.fromisoformat(night.ds)
        table = self.contracts[name]
        days = (ds - timedelta(days=n) for n in range(1, lookback.nights + 1))
        nights = [(day, m) for day in days if (m := self._earlier(day, lookback.table)) is not None]
        nights = nights[:1] if lookback.newest else nights
        aliases = self._aliases(stage, night)
        bucketed = stage.split is not None and table.split == stage.split
        sources = []
        for bucket in range(self._tasks(stage)):
            number = bucket if bucketed else None
            source = self._lookback_source(stage, table, lookback, nights, number, moving=bool(aliases))
            sources.append(replace(source, aliases=aliases))
        hashes = tuple(_lookback_hash(s) for s in sources)
        content = digest(canonical([[str(day), m.content] for day, m in nights] + _aliased(aliases)))
        return Input(content, hashes, tuple(sources), sum(m.rows for _, m in nights))

    def _lookback_source(
        self,
        stage: Stage,
        table: Table,
        lookback: Lookback,
        nights: list[tuple[date, TableManifest]],
        number: int | None,
        *,
        moving: bool,
    ) -> LookbackSource:
        """What one task reads; ``moving``: tracks may have other ids, hence other buckets, by now."""
        if number is None or stage.split is None:
            return LookbackSource(table, tuple((d, m.parts) for d, m in nights), lookback.latest_per, None)
        tasks = self._tasks(stage)
        chosen = []
        for day, manifest in nights:
            fits = manifest.buckets == tasks and manifest.split == stage.split
            fits &= not (moving and stage.split == "track_id")
            chosen.append((day, (manifest.parts[number],) if fits else manifest.parts))
        return LookbackSource(table, tuple(chosen), lookback.latest_per, (stage.split, number, tasks))

    def _aliases(self, stage: Stage, night: NightManifest) -> tuple[Part, ...]:
        """Files of tonight's ``track_aliases``; none where it has no rows, nor for the stage that writes it: what a
        stage made does not bear on whether it has to run."""
        name = TRACK_ALIASES.name
        if name in stage.writes:
            return ()
        manifest = self.store.table(name, night.tables[name]) if name in night.tables else None
        return manifest.parts if manifest is not None and manifest.rows else ()

    def _earlier(self, day: date, table: str) -> TableManifest | None:
        """A table of a finished night; of one that lost the pointer which says so, too."""
        night = self.store.night(day.isoformat(), "DONE")
        if night is None:
            newest = self.store.night(day.isoformat(), "OPEN")
            night = newest if newest is not None and newest.finished(self.stages) else None
        if night is None or table not in night.tables:
            return None
        return self.store.table(table, night.tables[table])


def _lookback_hash(source: LookbackSource) -> str:
    nights: list[Any] = [[str(day), [p.sha256 for p in parts]] for day, parts in source.nights]
    return digest(canonical(nights + _aliased(source.aliases)))


def _aliased(aliases: tuple[Part, ...]) -> list[Any]:
    """What of the aliases goes into a hash: nothing where there are none, as before there were any."""
    return [["aliases", [p.sha256 for p in aliases]]] if aliases else []


def carried_sources(
    store: LakeStore, stage: Stage, table: Table, ds: str, tasks: int, *, own: bool = True
) -> list[LakeSource | None]:
    """Per bucket, the carried table's rows from the nearest version whose files are there: this night's (if ``own``),
    the newest earlier one's, else a later one's (a backfill). Other stage versions do not count."""
    found: list[LakeSource | None] = [None] * tasks
    for manifest in _nearest(store, stage, table.name, ds):
        if manifest.ds == ds and not own:
            continue
        for bucket, parts in enumerate(_parts_of(stage, manifest, tasks)):
            if found[bucket] is None and all(store.has(p) for p in parts):
                shared = stage.split is not None and manifest.buckets != tasks
                found[bucket] = LakeSource(table, parts, shared=shared)
        if None not in found:
            break
    return found


def _parts_of(stage: Stage, manifest: TableManifest, tasks: int) -> list[tuple[Part, ...]]:
    """The files that hold what each task may carry."""
    if stage.split is None or manifest.buckets != tasks:
        return [manifest.parts] * tasks
    return [(part,) for part in manifest.parts]


def _nearest(store: LakeStore, stage: Stage, table: str, ds: str) -> Iterator[TableManifest]:
    """Versions of a table by the same version of its stage, nearest first; what cannot be read is passed over."""
    days = store.nights("OPEN")
    earlier = sorted((d for d in days if d <= ds), reverse=True)
    for day in [*earlier, *sorted(d for d in days if d > ds)]:
        with contextlib.suppress(DamagedFile):
            night = store.night(day, "OPEN")
            if night is not None and table in night.tables:
                manifest = store.table(table, night.tables[table])
                if manifest.stage_version == stage.version and manifest.rows:
                    yield manifest
