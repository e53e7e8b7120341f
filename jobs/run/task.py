"""The unit of work: one stage over one hash bucket (or over everything). All of it pickles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from jobs.run.stage import Stage
from schemas.contract import Table
from warehouse.lake.parquet import Part
from warehouse.lake.store import TaskRecord


@dataclass(frozen=True, slots=True)
class LandingSource:
    """A delivered table, read through the landing reader.

    Args:
        opener: ``"module:function"`` that opens the landing of a home.
    """

    table: Table
    opener: str


@dataclass(frozen=True, slots=True)
class LakeSource:
    """A table of this night: one bucket's file, or all of them.

    Args:
        shared: whether every task of the stage reads the same rows (then a worker keeps them).
    """

    table: Table
    parts: tuple[Part, ...]
    shared: bool


@dataclass(frozen=True, slots=True)
class LookbackSource:
    """Rows of earlier nights, newest night first.

    Args:
        table: contract of what the body gets; a ``ds`` column is filled with the night.
        nights: (ds, files) of each earlier night that has the table.
        latest_per: keep only the newest row per these columns; empty = keep all.
        bucket: (column, number, buckets) when files may hold rows of other buckets.
        aliases: files of tonight's ``track_aliases``, where it has rows: ids of earlier nights are read by them.
    """

    table: Table
    nights: tuple[tuple[date, tuple[Part, ...]], ...]
    latest_per: tuple[str, ...]
    bucket: tuple[str, int, int] | None
    aliases: tuple[Part, ...] = ()


Source = LandingSource | LakeSource | LookbackSource


@dataclass(frozen=True, slots=True)
class Output:
    """A table to write: its contract and into how many buckets (None = one file)."""

    table: Table
    buckets: int | None


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """How a worker opens a tool: ``"module:factory"`` and the settings section it gets."""

    name: str
    factory: str
    settings: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Task:
    """Everything a worker needs; nothing in it depends on which worker runs it.

    Args:
        body: ``"module:function"`` to call, the stage's own or its Spark twin.
        bucket: bucket number, or None for a stage that sees everything.
        fingerprint, causes: see :mod:`jobs.run.fingerprint`.
        version: directory name of this stage's files (12 hex of the stage's fingerprint).
        carried, ledger: rows of the carried tables from an earlier version.
        params: parameters objects by the keyword that the body takes them by.
        lease: lock file and token, for tools that flip something.
        defer: outputs to leave aside whole, because the engine itself cuts them into buckets.
        before: what the same task left before, by table: made again, the same bytes lie where they lay.
    """

    stage: Stage
    body: str
    ds: date
    seed: int
    bucket: int | None
    buckets: int | None
    fingerprint: str
    causes: Mapping[str, Any]
    version: str
    home: Path
    params: Mapping[str, Any]
    inputs: Mapping[str, Source]
    outputs: tuple[Output, ...]
    carried: LakeSource | None
    ledger: LakeSource | None
    tools: tuple[ToolSpec, ...]
    lease: Any
    defer: tuple[str, ...] = ()
    before: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """What to call it in messages."""
        return f"{self.stage.name}, bucket {self.bucket}" if self.bucket is not None else self.stage.name

    @property
    def rows(self) -> int:
        """Of the first input, where that is a table of this night."""
        first = self.inputs[self.stage.reads[0]]
        return sum(part.rows for part in first.parts) if isinstance(first, LakeSource) else 0


@dataclass(frozen=True, slots=True)
class TaskResult:
    """What came of a task.

    Args:
        seconds: wall time in the worker.
        peak_mb: highest resident memory of the worker during the task.
        warnings: broken WARN rules, in words.
    """

    record: TaskRecord
    seconds: float
    peak_mb: float
    warnings: tuple[str, ...] = ()
