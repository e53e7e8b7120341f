"""What is done about damaged files of the lake: each is set aside and made again from what it was made of.

A file made again has the bytes it had, for a stage is a function of its inputs; where that is not so, because settings,
code or deliveries have changed since, nothing takes its place and the damage is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from jobs.run.lease import Lease, LeaseCheck
from jobs.run.planner import Pipeline, Planner, StagePlan
from jobs.run.settings import Settings
from jobs.run.stage import Stage
from schemas.errors import DamagedFile
from schemas.terminal import command
from warehouse.lake.damage import damaged, set_aside
from warehouse.lake.manifest import VERSION_DIGITS, NightManifest, TableManifest
from warehouse.lake.retention import POINTERS
from warehouse.lake.store import LakeStore, TaskRecord

CURRENT = "CURRENT"
Work = Callable[[StagePlan], list[TaskRecord]]
"""Runs what a plan is missing; the records of all its tasks, in bucket order."""


@dataclass
class Healer:
    """Mends the lake of a home, for a caller that holds the lease of one night.

    Args:
        held: that lease.
        work: how missing tasks are run.
        met: paths that were mended or could not be, relative to the lake, in order.
        lost: those that could not be.
    """

    home: Path
    pipeline: Pipeline
    settings: Settings
    held: Lease
    work: Work
    met: list[str] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.store = LakeStore(self.home)
        self._unpointed: NightManifest | None = None  # a state in the making that no pointer names

    def mend(self, damage: DamagedFile, replanned: Collection[str] = ()) -> None:
        """Set the file aside, and make it again wherever a night names it.

        Args:
            replanned: stages that the caller plans again for its night after this, which writes their files,
                manifests and pointers by itself.

        Raises:
            DamagedFile: it cannot be made again, or was before in this run.
        """
        if not damage.path or damage.path in self.met:
            raise damage
        self.met.append(damage.path)
        try:
            self._mend(damage, replanned)
        except DamagedFile:
            self.lost.add(damage.path)
            raise

    def _mend(self, damage: DamagedFile, replanned: Collection[str]) -> None:
        folder, _, below = damage.path.partition("/")
        if damage.path == CURRENT:
            self._current_again()
            return
        if folder == "_nights":
            ds, _, pointer = below.removeprefix("ds=").partition("/")
            if pointer not in POINTERS:
                self._without_state(ds, pointer)
            elif replanned and ds == str(self.held.ds):
                set_aside(self.store.root, damage.path)
            else:
                self._point_again(ds, pointer)
            return
        set_aside(self.store.root, damage.path)
        for night, stage in self._makers(damage.path):
            if not (stage.name in replanned and night.ds == str(self.held.ds)):
                self._make_again(night, stage, damage, replanned)

    def _makers(self, path: str) -> list[tuple[NightManifest, Stage]]:
        """The nights that need a table's file, its manifest or its task's record, with the stage that makes it."""
        folder, *below = path.split("/")
        if folder == "_tasks":
            stages = [s for s in self.pipeline.stages if s.name == below[0]]
        else:
            table = below[0] if folder == "_manifests" else folder
            stages = [s for s in self.pipeline.stages if table in s.writes]
        found = {(n.ds, n.version): n for n in self._nights() if stages and path in self._needed(n, stages[0])}
        return [(night, stages[0]) for night in found.values()]

    def _nights(self) -> Iterator[NightManifest]:
        if self._unpointed is not None:
            yield self._unpointed
        for ds in sorted({day for pointer in POINTERS for day in self.store.nights(pointer)}):
            for pointer in POINTERS:
                with suppress(DamagedFile):
                    if night := self.store.night(ds, pointer):
                        yield night

    def _needed(self, night: NightManifest, stage: Stage) -> set[str]:
        """Paths of all that a stage left for a night."""
        store, paths = self.store, set()
        for table in stage.writes:
            if table not in night.tables:
                continue
            version = night.tables[table]
            paths.add(str(store.table_path(table, version).relative_to(store.root)))
            with suppress(DamagedFile):
                for part in store.table(table, version).parts:
                    record = store.task_path(stage.name, part.fingerprint)
                    paths |= {part.path, str(record.relative_to(store.root))}
        return paths

    def _make_again(self, night: NightManifest, stage: Stage, damage: DamagedFile, replanned: Collection[str]) -> None:
        """Run what is missing of a stage; what else is found damaged on the way is mended first."""
        while True:
            try:
                return self._make(night, stage, damage)
            except DamagedFile as deeper:
                if deeper.path == damage.path:
                    raise
                self.mend(deeper, replanned)

    def _make(self, night: NightManifest, stage: Stage, damage: DamagedFile) -> None:
        with self._lease(night.ds) as check:
            folder, name, *_ = damage.path.split("/")
            if folder == "_manifests" and (made := self._by_a_sibling(night, stage, name)) is not None:
                return self.store.put_table(made)
            plan = self._planner(night.ds).plan(stage, night, check)
            if plan.entry != night.stages[stage.name]:
                raise self._lost(damage, night.ds)
            for table, manifest in plan.manifests(self.work(plan)).items():
                if manifest.version != night.tables[table]:
                    raise self._lost(damage, night.ds)
                self.store.put_table(manifest)
        return None

    def _lost(self, damage: DamagedFile, ds: str) -> DamagedFile:
        fix = (
            f"run `{command('nightly', '--ds', ds, '--home', self.home)}`, which plans that night anew: "
            "made again, the file would not be what it was (other deliveries, settings or code by now)."
        )
        return DamagedFile(damage.message, fix, damage.path)

    def _point_again(self, ds: str, pointer: str) -> None:
        """Write a night's pointer anew, to the state it named, as the other one or the records of its tasks tell."""
        broken = damaged(self.store.root, f"_nights/ds={ds}/{pointer}", "points to no manifest of its night")
        lost, named = self._lost(broken, ds), _text(self.store.root / broken.path)
        without = not self._readable(ds, "OPEN")
        night = self._by_the_other(ds, named) or self._from_records(ds, named, lost)
        if named not in ("", night.version) or (pointer == "DONE" and not night.finished(self.pipeline.names)):
            raise lost
        with self._lease(ds):
            self.store.put_night(night, pointer)
            if without:  # on the way it pointed to what was there so far
                self.store.put_night(night, "OPEN")

    def _without_state(self, ds: str, name: str) -> None:
        """Do without a state of a night, unless it has been written anew: one that a pointer names is told as that."""
        try:
            self.store.night_version(ds, name.removesuffix(".json"))
        except DamagedFile as damage:
            set_aside(self.store.root, damage.path)

    def _current_again(self) -> None:
        """Point CURRENT at the newest finished night."""
        now = self.store.current()
        if now is not None:
            self.store.put_current(self.store.night_version(*now))

    def _by_the_other(self, ds: str, named: str) -> NightManifest | None:
        for pointer in POINTERS:
            with suppress(DamagedFile):
                night = self.store.night(ds, pointer)
                if night is not None and named in ("", night.version):
                    return night
        return None

    def _from_records(self, ds: str, named: str, lost: DamagedFile) -> NightManifest:
        """The state of a night as its tasks make it, from their records and files or, where the name of that state
        tells whether it is the same, anew; of stages whose deliveries have grown since, an earlier state tells."""
        outer, self._unpointed = self._unpointed, self._furthest(ds)  # what is met deeper may be another night's state
        try:
            while (stage := self._next(self._unpointed)) is not None:
                try:
                    self._unpointed = self._extended(self._unpointed, stage, lost, again=bool(named))
                except DamagedFile as deeper:
                    if deeper is lost:
                        raise
                    self.mend(deeper)
            return self._unpointed
        finally:
            self._unpointed = outer

    def _next(self, night: NightManifest) -> Stage | None:
        return next((s for s in self.pipeline.stages if s.name not in night.stages), None)

    def _extended(self, night: NightManifest, stage: Stage, lost: DamagedFile, *, again: bool) -> NightManifest:
        """A state with one stage more; what its tasks lost is made again where that is asked."""
        with self._lease(night.ds) as check:
            plan = self._planner(night.ds).plan(stage, night, check)
            if plan.missing and not again:
                raise lost
            if stage.outside and not self._readable(night.ds, "OPEN"):
                self.store.put_night(night, "OPEN")  # what reads a whole night (the report) goes by the pointer
            made = plan.manifests(self.work(plan))
            for manifest in made.values():
                self.store.put_table(manifest)
        return night.extended(stage.name, plan.entry, made)

    def _readable(self, ds: str, pointer: str) -> bool:
        with suppress(DamagedFile):
            return self.store.night(ds, pointer) is not None
        return False

    def _furthest(self, ds: str) -> NightManifest:
        """The state of a night with the most stages that is still there, though no pointer names it."""
        states = [NightManifest(ds)]
        for path in sorted(self.store.night_folder(ds).glob("*.json")):
            with suppress(DamagedFile):
                states.append(self.store.night_version(ds, path.stem))
        return max(states, key=lambda night: len(night.stages))

    def _by_a_sibling(self, night: NightManifest, stage: Stage, name: str) -> TableManifest | None:
        """A table's manifest, out of the records of tasks that another table of its stage names."""
        table = self.pipeline.contracts[name]
        schema = tuple((c.name, str(c.type)) for c in table.columns)
        for other in stage.writes:
            with suppress(DamagedFile, KeyError):
                known = self.store.table(other, night.tables[other])
                prints = dict.fromkeys(part.fingerprint for part in known.parts)
                records = [r for p in prints if (r := self.store.task_record(stage.name, p)) is not None]
                parts = tuple(part for record in records for part in record.outputs[name])
                buckets = self.settings.buckets(table.split) or 1
                made = replace(known, table=name, split=table.split, buckets=buckets, schema=schema, parts=parts)
                if made.version == night.tables[name]:
                    return made
        return None

    def _planner(self, ds: str) -> Planner:
        twins = self.settings.engine == "spark"
        return Planner(self.home, date.fromisoformat(ds), self.pipeline, self.settings, twins=twins)

    @contextmanager
    def _lease(self, ds: str) -> Iterator[LeaseCheck]:
        """The right to write a night: the caller's own, or that of another night for as long as it takes."""
        if ds == str(self.held.ds):
            yield self.held.check()
            return
        lease = Lease(self.home, date.fromisoformat(ds)).acquire()
        try:
            yield lease.check()
        finally:
            lease.release()


def _text(path: Path) -> str:
    """The version that a pointer names; empty where it names none."""
    try:
        text = path.read_text("ascii").strip()
    except (OSError, ValueError):
        return ""
    return text if re.fullmatch(rf"[0-9a-f]{{{VERSION_DIGITS}}}", text) else ""
