"""Runs one task: read and check its inputs, call the body, check, sort and write its outputs.

The same code runs in local workers and in Spark tasks, hence the same bytes.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from features.night import Night
from features.seeds import Seeds
from jobs.run import body
from jobs.run.memory import peak_mb, reset_peak
from jobs.run.task import LakeSource, LandingSource, LookbackSource, Output, Source, Task, TaskResult
from jobs.tools.registry import ToolBox
from schemas.contract import Table
from schemas.errors import ContractError
from schemas.identity import TRACK_ALIASES
from schemas.validate import require
from warehouse.lake.buckets import bucket_of, foreign_keys, partition
from warehouse.lake.parquet import Part, read_parts, write_part
from warehouse.lake.store import LakeStore, TaskRecord

if TYPE_CHECKING:
    import polars as pl


class Worker:
    """What a worker keeps between tasks: open tools and side inputs of the present stage."""

    def __init__(self) -> None:
        self._stage: str | None = None
        self._shared: dict[tuple[str, ...], pl.DataFrame] = {}
        self._landing: Any = None
        self._tools = ToolBox()

    def execute(self, task: Task, extras: Mapping[str, Any] | None = None) -> TaskResult:
        """Run the task and leave its files and its record in the lake.

        Args:
            extras: more keywords for the body, e.g. the Spark session of a twin.
        """
        if task.stage.name != self._stage:
            self._shared.clear()
            self._landing = None
            self._tools.close()
            self._stage = task.stage.name
        reset_peak()
        started = time.perf_counter()
        inputs = self.inputs(task)
        made = self.call(task, inputs, extras)
        outputs, warnings = _write(task, made)
        rows_in = {name: frame.height for name, frame in inputs.items()}
        record = TaskRecord(task.stage.name, task.bucket, task.fingerprint, task.causes, rows_in, outputs)
        if not task.defer:
            LakeStore(task.home).put_task(record)
        return TaskResult(record, time.perf_counter() - started, peak_mb(), warnings)

    def inputs(self, task: Task) -> dict[str, pl.DataFrame]:
        """The tables the task reads, checked."""
        return {name: self._read(task, source) for name, source in task.inputs.items()}

    def call(
        self, task: Task, inputs: Mapping[str, pl.DataFrame], extras: Mapping[str, Any] | None = None
    ) -> dict[str, pl.DataFrame]:
        """What the body makes of these inputs."""
        return body.call(task.stage, task.body, {**self._offered(task, inputs), **(extras or {})})

    def close(self) -> None:
        """Close the tools."""
        self._tools.close()

    def _offered(self, task: Task, inputs: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
        offered: dict[str, Any] = {
            **inputs,
            **self._tools.open(task.tools, task.home, task.ds, task.lease),
            **task.params,
        }
        asked = body.asks_for(task.stage, task.body)
        if "seeds" in asked:
            offered["seeds"] = Seeds(task.seed)
        if "night" in asked:
            offered["night"] = Night(task.ds)
        for name, table, source in (
            ("carried", task.stage.carries, task.carried),
            ("ledger", task.stage.ledger, task.ledger),
        ):
            if table and name in asked:
                offered[name] = self._carried(task, table, source)
        return offered

    def _carried(self, task: Task, table: str, source: LakeSource | None) -> pl.DataFrame:
        if source is None:
            return next(o.table for o in task.outputs if o.table.name == table).empty()
        return source.table.frame(lake_frame(task.home, source))

    def _read(self, task: Task, source: Source) -> pl.DataFrame:
        where = f"input of {task.label}"
        if isinstance(source, LandingSource):
            self._landing = self._landing or body.load(source.opener)(task.home)
            delivered: pl.DataFrame = self._landing.frame(source.table.name)
            require(delivered, source.table, where=where)
            return delivered
        if isinstance(source, LookbackSource):
            frame = _lookback_frame(task.home, source)
            require(frame, source.table, where=where)
            return frame
        key = tuple(p.path for p in source.parts)
        if source.shared and key in self._shared:
            return self._shared[key]
        frame = lake_frame(task.home, source)
        _same_schema(frame, source.table, where)
        if source.shared:
            self._shared[key] = frame
        return frame


def lake_frame(home: Path, source: LakeSource) -> pl.DataFrame:
    """Rows of lake files, each proved by its hash: they passed their contract when they were written."""
    return read_parts(source.table, home / "lake", source.parts)


def _same_schema(frame: pl.DataFrame, table: Table, where: str) -> None:
    """The stored columns and types are still those of the contract."""
    if dict(frame.schema) != table.schema():
        require(frame, table, where=where)


def _lookback_frame(home: Path, source: LookbackSource) -> pl.DataFrame:
    import polars as pl

    aliases = lake_frame(home, LakeSource(TRACK_ALIASES, source.aliases, shared=False))
    frames = []
    for ds, parts in source.nights:
        frame = under_present_ids(lake_frame(home, LakeSource(source.table, parts, shared=False)), aliases)
        if source.bucket is not None:
            column, number, buckets = source.bucket
            mine = [k for k in frame.get_column(column).unique() if bucket_of(k, buckets) == number]
            frame = frame.filter(pl.col(column).is_in(mine))
        if "ds" in source.table.names:
            frame = frame.with_columns(ds=pl.lit(ds, dtype=pl.Date))
        frames.append(source.table.frame(frame))
    rows = pl.concat(frames) if frames else source.table.empty()
    if source.latest_per:
        rows = rows.unique(subset=list(source.latest_per), keep="first", maintain_order=True)
    if aliases.height:
        rows = rows.unique(subset=list(source.table.key), keep="first", maintain_order=True)
    return rows.sort(source.table.key)


def under_present_ids(frame: pl.DataFrame, aliases: pl.DataFrame) -> pl.DataFrame:
    """Rows of an earlier night with track ids that are aliases by now under the ids of their tracks.

    Args:
        aliases: contract ``track_aliases``.
    """
    import polars as pl

    others = aliases.filter(pl.col("alias_id") != pl.col("track_id"))
    columns = [name for name in frame.columns if name.endswith("track_id")]
    if others.is_empty() or not columns:
        return frame
    old, new = others.get_column("alias_id"), others.get_column("track_id")
    return frame.with_columns(pl.col(columns).replace(old, new))


def _write(task: Task, made: dict[str, pl.DataFrame]) -> tuple[dict[str, tuple[Part, ...]], tuple[str, ...]]:
    """Check every output before the first is written, then write them all."""
    warnings: list[str] = []
    for output in task.outputs:
        frame = made[output.table.name]
        # Whether a table may be empty is asked of the whole table, once all buckets are there.
        contract = replace(output.table, may_be_empty=True)
        found = require(frame, contract, where=f"output of {task.label}")
        warnings.extend(str(v) for v in found)
        _only_mine(task, output, frame)
    written = {o.table.name: _write_table(task, o, made[o.table.name]) for o in task.outputs}
    return written, tuple(warnings)


def _only_mine(task: Task, output: Output, frame: pl.DataFrame) -> None:
    """A split stage returns rows of its own bucket only."""
    if task.bucket is None or task.buckets is None or output.table.split is None:
        return
    others = foreign_keys(frame, output.table.split, task.bucket, task.buckets)
    if others:
        raise ContractError(
            f"output of {task.label}: {output.table.name} has {len(others)} {output.table.split} of other "
            f"buckets (first: {', '.join(others[:5])})",
            fix="a split stage may only return rows of the keys it was given.",
        )


def part_path(task: Task, table: Table, bucket: int | None) -> str:
    """Where a part of the task's output lies, relative to the lake."""
    return f"{table.name}/ds={task.ds}/v={task.version}/part-{bucket or 0:05d}.parquet"


def _write_table(task: Task, output: Output, frame: pl.DataFrame) -> tuple[Part, ...]:
    table = output.table
    ordered = frame.sort(table.key)
    if table.name in task.defer:
        aside = f"_aside/{table.name}-{task.fingerprint}.parquet"
        return (write_part(task.home / "lake", aside, ordered, bucket=None, fingerprint=task.fingerprint),)
    if task.bucket is not None:
        numbered: list[tuple[int | None, pl.DataFrame]] = [(task.bucket, ordered)]
    elif output.buckets is not None and table.split is not None:
        numbered = list(enumerate(partition(ordered, table.split, output.buckets)))
    else:
        numbered = [(None, ordered)]
    return tuple(
        write_part(
            task.home / "lake",
            part_path(task, table, b),
            rows,
            bucket=b,
            fingerprint=task.fingerprint,
            before=task.before.get(table.name, ()),
        )
        for b, rows in numbered
    )
