"""The lake without a user: every night as it was, but for that user's rows.

Files are immutable and named by their bytes, so each night gets other files, manifests and records beside the old ones;
then all pointers are swung, as a note says that is there until they are; then what nothing points to any more goes. A
run that is cut short is taken up at the note, or from the start.

The outputs of others keep their bytes. A record goes on saying what its files were made from: where an input has
another hash now for want of the user's rows, that one stands in its fingerprint. So a night that is run again finds all
of it done, as it was served, and nothing brings the user back; models learnt from everyone stay as they were learnt.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from jobs.run import fingerprint
from jobs.run.planner import Pipeline
from jobs.run.resolve import Resolver
from jobs.run.settings import Settings
from schemas.errors import DamagedFile, UsageError
from warehouse.lake.atomic import canonical, write_bytes
from warehouse.lake.manifest import NightManifest, StageEntry, TableManifest
from warehouse.lake.parquet import Part
from warehouse.lake.retention import POINTERS, find_garbage
from warehouse.lake.store import LakeStore, TaskRecord

if TYPE_CHECKING:
    from collections.abc import Sequence

_NOTE = "_erasing.json"
NewPart = Callable[[NightManifest, TableManifest, Part], Part]
"""What becomes of a file of a night's table; the same where nothing of it changes."""


class _States(LakeStore):
    """A lake whose nights are these, whatever its pointers say."""

    def __init__(self, store: LakeStore, nights: Mapping[tuple[str, str], NightManifest]) -> None:
        super().__init__(store.root.parent)
        self._nights = nights

    def night(self, ds: str, pointer: str) -> NightManifest | None:
        return self._nights.get((ds, pointer))


@dataclass(frozen=True)
class Rewriting:
    """One rewriting of a lake that nobody else writes to meanwhile.

    Args:
        digests: of the landing, before and now, by landing table.
    """

    store: LakeStore
    pipeline: Pipeline
    settings: Settings
    digests: tuple[Mapping[str, str], Mapping[str, str]]

    def run(self, new_part: NewPart) -> int:
        """Rewrite every night; how many files changed.

        Raises:
            DamagedFile: something of a night cannot be read: only `daily30 repair` can tell what belongs there.
        """
        _swing(self.store)
        nights = dict(_nights(self.store))
        parts = self._parts(nights.values(), new_part)
        changed = [path for path, part in parts.items() if part.path != path]
        if changed or self.digests[0] != self.digests[1]:
            self._rewritten(nights, parts)
        _collect(self.store)
        return len(changed)

    def _parts(self, nights: Collection[NightManifest], new_part: NewPart) -> dict[str, Part]:
        """By the path of each file of a night, what becomes of it."""
        found: dict[str, Part] = {}
        for night in nights:
            for table, version in night.tables.items():
                manifest = self.store.table(table, version)
                for part in manifest.parts:
                    if part.path not in found:
                        found[part.path] = new_part(night, manifest, part)
        return found

    def _rewritten(self, nights: Mapping[tuple[str, str], NightManifest], parts: Mapping[str, Part]) -> None:
        now = self._hashes(nights, parts)
        prints = {} if not now else self._records(nights.values(), parts, now)
        swung: dict[str, dict[str, str]] = {}
        for (ds, pointer), night in nights.items():
            new = self._night(night, parts, now, prints)
            write_bytes(self.store.night_folder(ds) / f"{new.version}.json", new.encode(), aside=self.store.aside)
            swung.setdefault(ds, {})[pointer] = new.version
        write_bytes(self.store.root / _NOTE, canonical(swung), aside=self.store.aside)
        _swing(self.store)

    def _hashes(self, nights: Mapping[tuple[str, str], NightManifest], parts: Mapping[str, Part]) -> dict[str, str]:
        """Every hash that an input had, by that which it has now: of files, tables, look-backs and the landing."""
        old, new = self.digests
        now = {told: new[name] for name, told in old.items() if name in new}
        sketches: dict[tuple[str, str], NightManifest] = {}
        states = _States(self.store, sketches)
        for key, night in nights.items():
            tables = {}
            for table, version in night.tables.items():
                manifest = self.store.table(table, version)
                made = replace(manifest, parts=tuple(parts[p.path] for p in manifest.parts))
                now |= {p.sha256: parts[p.path].sha256 for p in manifest.parts} | {manifest.content: made.content}
                tables[table] = made.version
                states.remember(made)
            sketches[key] = replace(night, tables=tables)
        before, after = self._resolver(self.store, 0), self._resolver(states, 1)
        for key, night in nights.items():
            for stage in self.pipeline.stages:
                # What cannot be told of the settings and stages there are now is an input that has changed anyhow.
                with suppress(UsageError, DamagedFile, LookupError, ValueError):
                    inputs = after.inputs(stage, sketches[key])
                    for name, was in before.inputs(stage, night).items():
                        now[was.content] = inputs[name].content
                        now |= dict(zip(was.hashes, inputs[name].hashes, strict=True))
        return {was: is_now for was, is_now in now.items() if was != is_now}

    def _resolver(self, store: LakeStore, side: int) -> Resolver:
        pipeline, digests = self.pipeline, self.digests[side]
        return Resolver(
            store,
            pipeline.contracts,
            pipeline.lookbacks,
            pipeline.landing,
            lambda: digests,
            self.settings.buckets,
            pipeline.names,
        )

    def _records(
        self, nights: Collection[NightManifest], parts: Mapping[str, Part], now: Mapping[str, str]
    ) -> dict[tuple[str, str], str]:
        """Write the records of tasks; the fingerprint of each by its stage and the one it had."""
        made: dict[tuple[str, str], str] = {}
        for night in nights:
            for table, version in night.tables.items():
                manifest = self.store.table(table, version)
                for part in manifest.parts:
                    key = manifest.stage, part.fingerprint
                    if key not in made and (record := self.store.task_record(*key)) is not None:
                        new = _record(record, parts, now)
                        made[key] = new.fingerprint
                        self.store.put_task(new)
        return made

    def _night(
        self,
        night: NightManifest,
        parts: Mapping[str, Part],
        now: Mapping[str, str],
        prints: Mapping[tuple[str, str], str],
    ) -> NightManifest:
        """A state of a night with its tables as they are now, which are written."""
        tables, contents, of_stage = {}, {}, {}
        for table, version in night.tables.items():
            manifest = self.store.table(table, version)
            stage = manifest.stage
            named = tuple(
                replace(parts[p.path], fingerprint=prints.get((stage, p.fingerprint), p.fingerprint))
                for p in manifest.parts
            )
            new = replace(manifest, inputs=_mapped(manifest.inputs, now), parts=named)
            self.store.put_table(new)
            tables[table], contents[table] = new.version, new.content
            pairs = zip(manifest.parts, named, strict=True)
            of_stage[stage] = list(dict.fromkeys((old.fingerprint, new.fingerprint) for old, new in pairs))
        stages = {name: _entry(entry, of_stage.get(name, ()), now) for name, entry in night.stages.items()}
        return NightManifest(night.ds, tables, contents, stages)


def _entry(entry: StageEntry, prints: Sequence[tuple[str, str]], now: Mapping[str, str]) -> StageEntry:
    """What a night says of a stage; its fingerprint is that of its tasks, where it was before."""
    whole = entry.fingerprint
    if fingerprint.of_stage(old for old, _ in prints) == whole:
        whole = fingerprint.of_stage(new for _, new in prints)
    return StageEntry(entry.version, whole, _mapped(entry.inputs, now))


def _record(record: TaskRecord, parts: Mapping[str, Part], now: Mapping[str, str]) -> TaskRecord:
    causes: dict[str, Any] = {**record.causes}
    causes["inputs"] = _mapped(causes.get("inputs", {}), now)
    told = fingerprint.of(record.causes) == record.fingerprint
    print_now = fingerprint.of(causes) if told else record.fingerprint
    outputs = {
        table: tuple(replace(parts.get(p.path, p), fingerprint=print_now) for p in files)
        for table, files in record.outputs.items()
    }
    return replace(record, fingerprint=print_now, causes=causes, outputs=outputs)


def _mapped(inputs: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    return {name: now.get(told, told) for name, told in inputs.items()}


def _nights(store: LakeStore) -> Iterator[tuple[tuple[str, str], NightManifest]]:
    """Every state that a pointer names, by day and pointer, oldest first."""
    for ds in sorted({day for pointer in POINTERS for day in store.nights(pointer)}):
        for pointer in POINTERS:
            if (night := store.night(ds, pointer)) is not None:
                yield (ds, pointer), night


def _swing(store: LakeStore) -> None:
    """Point every night where the note says, and CURRENT at its night; the note goes last."""
    note = store.root / _NOTE
    if not note.exists():
        return
    for ds, pointers in json.loads(note.read_bytes()).items():
        for pointer, version in pointers.items():
            write_bytes(store.night_folder(ds) / pointer, f"{version}\n".encode(), aside=store.aside)
    if (current := store.current()) is not None and (night := store.night(current[0], "DONE")) is not None:
        data = canonical({"ds": night.ds, "night": night.version})
        write_bytes(store.root / "CURRENT", data, aside=store.aside)
    note.unlink()


def _collect(store: LakeStore) -> None:
    """Remove everything that no night reaches: what it was before, and what is kept aside."""
    garbage = find_garbage(store.root.parent, keep_nights=len(list(_nights(store))) + 1, lookback_nights=0)
    for path in garbage.paths:
        path.unlink(missing_ok=True)
