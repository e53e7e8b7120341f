"""Manifests: what a table version and a night consist of. Content-addressed, without a clock."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from schemas.errors import UsageError
from warehouse.lake.atomic import canonical
from warehouse.lake.parquet import Part

VERSION_DIGITS = 12


def digest(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True)
class TableManifest:
    """One version of one table.

    Args:
        table, ds: which table, of which night.
        stage, stage_version: what made it.
        split: column of its hash buckets, or None; ``buckets`` is then 1.
        schema: (column, contract type) in stored order.
        inputs: content hash of every input of the stage.
        parts: its files in bucket order, possibly of earlier nights.
    """

    table: str
    ds: str
    stage: str
    stage_version: int
    split: str | None
    buckets: int
    schema: tuple[tuple[str, str], ...]
    inputs: Mapping[str, str]
    parts: tuple[Part, ...]

    @property
    def rows(self) -> int:
        return sum(p.rows for p in self.parts)

    @property
    def size_bytes(self) -> int:
        return sum(p.bytes for p in self.parts)

    @cached_property
    def content(self) -> str:
        """Hash of what the table holds: equal tables have equal contents, whoever made them."""
        shape = [self.split, self.buckets, self.schema, [p.sha256 for p in self.parts]]
        return digest(canonical(shape))

    @cached_property
    def version(self) -> str:
        return digest(self.encode())[:VERSION_DIGITS]

    def encode(self) -> bytes:
        return canonical({**asdict(self), "rows": self.rows, "bytes": self.size_bytes, "content": self.content})

    @classmethod
    def decode(cls, data: bytes) -> TableManifest:
        record = _load(data)
        for derived in ("rows", "bytes", "content"):
            record.pop(derived)
        parts = tuple(Part.of(p) for p in record.pop("parts"))
        schema = tuple((name, kind) for name, kind in record.pop("schema"))
        return cls(**record, schema=schema, parts=parts)


@dataclass(frozen=True, slots=True)
class StageEntry:
    """How a stage of a night came to its tables: its fingerprint and what it read."""

    version: int
    fingerprint: str
    inputs: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NightManifest:
    """One state of one night: the version of every table made so far.

    Args:
        tables: table name to version of its manifest.
        contents: table name to content hash (what readers downstream depend on).
        stages: stage name to how it was made.
    """

    ds: str
    tables: Mapping[str, str] = field(default_factory=dict)
    contents: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, StageEntry] = field(default_factory=dict)

    @property
    def version(self) -> str:
        return digest(self.encode())[:VERSION_DIGITS]

    def extended(self, stage: str, entry: StageEntry, made: Mapping[str, TableManifest]) -> NightManifest:
        """This night with a stage's tables put in."""
        return NightManifest(
            self.ds,
            {**self.tables, **{name: m.version for name, m in made.items()}},
            {**self.contents, **{name: m.content for name, m in made.items()}},
            {**self.stages, stage: entry},
        )

    def finished(self, stages: Collection[str]) -> bool:
        """Whether all these stages are done and none read what has changed since."""
        return set(self.stages) == set(stages) and not self.stale()

    def stale(self) -> list[str]:
        """Stages that read another version of a table of this night than the one it now names."""
        return [
            name
            for name, entry in self.stages.items()
            if any(self.contents.get(table, content) != content for table, content in entry.inputs.items())
        ]

    def encode(self) -> bytes:
        return canonical(asdict(self))

    @classmethod
    def decode(cls, data: bytes) -> NightManifest:
        record = _load(data)
        stages = {name: StageEntry(**entry) for name, entry in record.pop("stages").items()}
        return cls(**record, stages=stages)


def _load(data: bytes) -> dict[str, Any]:
    try:
        record: dict[str, Any] = json.loads(data)
    except ValueError as error:
        raise UsageError(f"a manifest is not JSON: {error}", fix="restore the lake from a backup.") from error
    return record
