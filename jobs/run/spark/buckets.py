"""Cuts a table into hash buckets with Spark: the same parts, byte for byte, as Polars would cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from jobs.run.execute import part_path
from jobs.run.task import Output, Task
from warehouse.lake.buckets import spark_bucket_sql
from warehouse.lake.parquet import Part, write_part

_BUCKET = "__bucket"
_REPLY = "path string, bucket int, rows long, bytes long, sha256 string, fingerprint string"


def bucket_table(session: Any, task: Task, output: Output, whole: Part) -> tuple[Part, ...]:
    """The parts of ``output``, cut from the whole table that a worker left aside.

    Rows are brought together by bucket before they are handed to Python: without that, a bucket's
    rows would be spread over tasks and each would write its own, wrong, part.
    """
    split, buckets = output.table.split, output.buckets
    assert split is not None
    assert buckets is not None
    source = task.home / "lake" / whole.path
    rows = session.read.parquet(str(source)).selectExpr("*", f"{spark_bucket_sql(split, buckets)} as {_BUCKET}")
    together = rows.repartition(buckets, _BUCKET)
    found = together.mapInArrow(_writer(task, output), _REPLY).collect()
    parts = {row["bucket"]: Part(**row.asDict()) for row in found}
    source.unlink()
    return tuple(parts.get(b) or _write(task, output, b, output.table.empty()) for b in range(buckets))


def _writer(task: Task, output: Output) -> Callable[[Iterator[Any]], Iterator[Any]]:
    def write(batches: Iterator[Any]) -> Iterator[Any]:
        import polars as pl
        import pyarrow as pa

        kept = [b for b in batches if b.num_rows]
        if not kept:
            return
        frame = pl.DataFrame(pa.Table.from_batches(kept))
        for (bucket,), rows in frame.partition_by(_BUCKET, as_dict=True, include_key=False).items():
            part = _write(task, output, int(bucket), output.table.frame(rows))
            values = {"path": part.path, "bucket": part.bucket, "rows": part.rows, "bytes": part.bytes}
            row = {**values, "sha256": part.sha256, "fingerprint": part.fingerprint}
            yield pa.RecordBatch.from_pylist([row], schema=_reply_schema())

    return write


def _reply_schema() -> Any:
    import pyarrow as pa

    numbers = [("bucket", pa.int32()), ("rows", pa.int64()), ("bytes", pa.int64())]
    return pa.schema([("path", pa.string()), *numbers, ("sha256", pa.string()), ("fingerprint", pa.string())])


def _write(task: Task, output: Output, bucket: int, rows: Any) -> Part:
    path = part_path(task, output.table, bucket)
    ordered = rows.sort(output.table.key)
    before = task.before.get(output.table.name, ())
    return write_part(task.home / "lake", path, ordered, bucket=bucket, fingerprint=task.fingerprint, before=before)
