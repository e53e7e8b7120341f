"""Where manifests, task records and pointers lie, and how they are read and swapped.

::

    lake/CURRENT                                  pointer: the night apps and analysts see
    lake/_nights/ds=2026-03-01/OPEN, DONE         pointers: work in progress, last finished
    lake/_nights/ds=2026-03-01/<version>.json     night manifests
    lake/_manifests/<table>/<version>.json        table manifests
    lake/_tasks/<stage>/<fingerprint>.json        one record per finished task
    lake/<table>/ds=.../v=<fingerprint>/part-00003.parquet

Everything but the pointers is immutable and named by its content.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from schemas.errors import DamagedFile
from warehouse.lake.atomic import canonical, write_bytes
from warehouse.lake.damage import damaged, read_bytes
from warehouse.lake.manifest import VERSION_DIGITS, NightManifest, TableManifest, digest
from warehouse.lake.parquet import Part

RECORD_DIGITS = 32


@dataclass(frozen=True, slots=True)
class TaskRecord:
    """What a finished task left behind.

    Args:
        stage, bucket: which task; bucket None for a stage that sees everything.
        fingerprint: hash of everything the result depends on.
        causes: the parts of that fingerprint, to tell what changed.
        rows_in: rows read per input.
        outputs: files per table, in bucket order.
    """

    stage: str
    bucket: int | None
    fingerprint: str
    causes: Mapping[str, Any]
    rows_in: Mapping[str, int]
    outputs: Mapping[str, tuple[Part, ...]]

    def encode(self) -> bytes:
        """JSON with a checksum of its own: nothing else names a record by its bytes."""
        record = asdict(self)
        return canonical({**record, "sha256": digest(canonical(record))})

    @classmethod
    def decode(cls, data: bytes) -> TaskRecord:
        """The record of these bytes; one written before there were checksums is taken as it is.

        Raises:
            ValueError: the checksum is another.
        """
        record = json.loads(data)
        told = record.pop("sha256", None)
        if told is not None and told != digest(canonical(record)):
            raise ValueError("the record is not what was written")
        outputs = {name: tuple(Part.of(p) for p in parts) for name, parts in record.pop("outputs").items()}
        return cls(**record, outputs=outputs)


class LakeStore:
    """Reads and writes the lake's records under ``home/lake``."""

    def __init__(self, home: Path) -> None:
        self.root = home / "lake"
        self.aside = self.root / "_aside"
        self._known: dict[tuple[str, str], TableManifest] = {}

    # -- tasks -------------------------------------------------------------------------------
    def task_path(self, stage: str, fingerprint: str) -> Path:
        return self.root / "_tasks" / stage / f"{fingerprint[:RECORD_DIGITS]}.json"

    def task(self, stage: str, fingerprint: str) -> TaskRecord | None:
        """The record of a finished task whose files are all there; None otherwise."""
        record = self.task_record(stage, fingerprint)
        if record is None:
            return None
        parts = [p for parts in record.outputs.values() for p in parts]
        return record if all(self.has(p) for p in parts) else None

    def task_record(self, stage: str, fingerprint: str) -> TaskRecord | None:
        """The record of a task, whether or not its files are still there."""
        record = self.record_at(self.task_path(stage, fingerprint))
        return record if record is not None and record.fingerprint == fingerprint else None

    def record_at(self, path: Path) -> TaskRecord | None:
        """The record in a file; None where there is none that can be read, which costs running the task again."""
        data = read_bytes(path)
        try:
            return None if data is None else TaskRecord.decode(data)
        except (ValueError, TypeError, KeyError, AttributeError):
            return None

    def put_task(self, record: TaskRecord) -> None:
        write_bytes(self.task_path(record.stage, record.fingerprint), record.encode(), aside=self.aside)

    def has(self, part: Part) -> bool:
        """Whether the part's file is there with its size."""
        path = self.root / part.path
        return path.exists() and path.stat().st_size == part.bytes  # no path of a loop of links exists

    # -- manifests -----------------------------------------------------------------------------
    def table(self, name: str, version: str) -> TableManifest:
        """A version of a table; remembered, for it cannot change.

        Raises:
            DamagedFile: its manifest is gone, or its bytes are not those of that version.
        """
        if (name, version) not in self._known:
            self._known[name, version] = TableManifest.decode(self._proved(self.table_path(name, version), version))
        return self._known[name, version]

    def _proved(self, path: Path, version: str) -> bytes:
        """The bytes of a manifest, whose name is their hash."""
        where, data = str(path.relative_to(self.root)), read_bytes(path)
        if data is None:
            raise damaged(self.root, where, "is gone")
        if digest(data)[:VERSION_DIGITS] != version:
            raise damaged(self.root, where, "is not the manifest of its name (its SHA-256 differs)")
        return data

    def table_path(self, name: str, version: str) -> Path:
        return self.root / "_manifests" / name / f"{version}.json"

    def remember(self, manifest: TableManifest) -> None:
        """Know a version that is not written (yet), to plan with it."""
        self._known[manifest.table, manifest.version] = manifest

    def put_table(self, manifest: TableManifest) -> None:
        self._put_once(self.table_path(manifest.table, manifest.version), manifest.encode())

    def _put_once(self, path: Path, data: bytes) -> None:
        if read_bytes(path) != data:
            write_bytes(path, data, aside=self.aside)

    # -- nights --------------------------------------------------------------------------------
    def night_folder(self, ds: str) -> Path:
        return self.root / "_nights" / f"ds={ds}"

    def night(self, ds: str, pointer: str) -> NightManifest | None:
        """The night manifest that ``OPEN`` or ``DONE`` of ``ds`` points to.

        Raises:
            DamagedFile: the pointer cannot be followed.
        """
        path = self.night_folder(ds) / pointer
        data = read_bytes(path)
        if data is None:
            return None
        try:
            return self.night_version(ds, _version(data))
        except (DamagedFile, UnicodeDecodeError, ValueError) as error:
            raise damaged(self.root, str(path.relative_to(self.root)), "points to no manifest of its night") from error

    def night_version(self, ds: str, version: str) -> NightManifest:
        """A state of a night.

        Raises:
            DamagedFile: its manifest is gone, or its bytes are not those of that version.
        """
        return NightManifest.decode(self._proved(self.night_folder(ds) / f"{version}.json", version))

    def put_night(self, night: NightManifest, pointer: str) -> None:
        """Store the manifest, then swing the pointer; nothing is written when it points there already."""
        folder, version = self.night_folder(night.ds), night.version
        self._put_once(folder / f"{version}.json", night.encode())
        self._put_once(folder / pointer, f"{version}\n".encode())

    def nights(self, pointer: str = "DONE") -> list[str]:
        """Days that have this pointer, in order. Only for listings; a reader names its night."""
        found = (self.root / "_nights").glob(f"ds=*/{pointer}")
        return sorted(path.parent.name.removeprefix("ds=") for path in found)

    # -- CURRENT -------------------------------------------------------------------------------
    def current(self) -> tuple[str, str] | None:
        """(ds, version) of the night that readers see by default: the newest finished one where CURRENT cannot tell."""
        return self._pointed() or self._newest()

    def follows_current(self) -> bool:
        """Whether CURRENT names a night that is there."""
        return self._pointed() is not None

    def _pointed(self) -> tuple[str, str] | None:
        """What CURRENT says; None where it is gone or cannot be followed."""
        try:
            data = read_bytes(self.root / "CURRENT") or b""
            pointer = json.loads(data)
            if canonical({"ds": pointer["ds"], "night": pointer["night"]}) != data:
                return None
            self.night_version(pointer["ds"], pointer["night"])
        except (DamagedFile, ValueError, TypeError, KeyError):
            return None
        return pointer["ds"], pointer["night"]

    def _newest(self) -> tuple[str, str] | None:
        for ds in reversed(self.nights()):
            with contextlib.suppress(DamagedFile):
                night = self.night(ds, "DONE")
                if night is not None:
                    return ds, night.version
        return None

    def behind(self, night: NightManifest) -> bool:
        """Whether CURRENT should move to this night: it names none, an older one, or an older state."""
        now = self._pointed()
        if now is None:
            newest = self._newest()
            return newest is None or newest[0] <= night.ds
        return now[0] < night.ds or (now[0] == night.ds and now[1] != night.version)

    def put_current(self, night: NightManifest) -> None:
        """Point CURRENT at this night, unless it already points at a later one (a backfill)."""
        if self.behind(night):
            self._put_once(self.root / "CURRENT", canonical({"ds": night.ds, "night": night.version}))


def _version(pointer: bytes) -> str:
    """What a pointer of a night names.

    Raises:
        ValueError: it is not what is written there.
    """
    version = pointer.decode("ascii").removesuffix("\n")
    if version.split() != [version] or pointer != f"{version}\n".encode():
        raise ValueError("no pointer")
    return version
