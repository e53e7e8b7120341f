"""What a task left before, of which something is lost: made again, its files lie where they lay."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from jobs.run.stage import Stage
from schemas.errors import DamagedFile
from warehouse.lake.manifest import NightManifest
from warehouse.lake.parquet import Part
from warehouse.lake.retention import POINTERS
from warehouse.lake.store import LakeStore


@dataclass(frozen=True)
class LeftBefore:
    """Files that tasks of a stage left, as their records tell; of a task whose record is lost, as manifests do.

    Args:
        night: the state that is planned upon.
    """

    store: LakeStore
    stage: Stage
    night: NightManifest

    def by(self, fingerprint: str) -> dict[str, tuple[Part, ...]]:
        """By table, what the task of this fingerprint left; empty where nothing tells."""
        record = self.store.task_record(self.stage.name, fingerprint)
        return dict(record.outputs) if record is not None else self._named.get(fingerprint, {})

    @cached_property
    def _named(self) -> dict[str, dict[str, tuple[Part, ...]]]:
        """Parts that manifests name, by fingerprint and table; of the state first met."""
        found: dict[str, dict[str, tuple[Part, ...]]] = {}
        for night in self._states():
            here: dict[str, dict[str, tuple[Part, ...]]] = {}
            for table in self.stage.writes:
                with suppress(DamagedFile, KeyError):
                    for part in self.store.table(table, night.tables[table]).parts:
                        parts = here.setdefault(part.fingerprint, {})
                        parts[table] = (*parts.get(table, ()), part)
            found = here | found
        return found

    def _states(self) -> Iterator[NightManifest]:
        """The state planned upon, others of its night, and those of the night before it, which a task without
        anything new has its record from."""
        yield self.night
        earlier = {day for pointer in POINTERS for day in self.store.nights(pointer) if day < self.night.ds}
        for day in (self.night.ds, *sorted(earlier)[-1:]):
            for pointer in POINTERS:
                with suppress(DamagedFile):
                    if (state := self.store.night(day, pointer)) is not None:
                        yield state
