"""Hash buckets: the same key lands in the same bucket in plain Python, Polars and Spark.

The hash is CRC-32 (ISO 3309) of the key's UTF-8 bytes, modulo the number of buckets: it is
stable over processes, machines and versions, and Spark has it built in as ``crc32``.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

_COLUMN = "__bucket"


def bucket_of(key: str, buckets: int) -> int:
    """The bucket 0..buckets-1 of a key."""
    return zlib.crc32(key.encode("utf-8")) % buckets


def spark_bucket_sql(column: str, buckets: int) -> str:
    """The Spark SQL expression that equals :func:`bucket_of`; ``crc32`` takes the UTF-8 bytes."""
    return f"cast(crc32(encode(`{column}`, 'UTF-8')) % {buckets} as int)"


def partition(frame: pl.DataFrame, column: str, buckets: int) -> list[pl.DataFrame]:
    """``frame`` cut into ``buckets`` frames by ``column``; rows keep their order.

    Each distinct key is hashed once and joined back, so cost follows keys, not rows.
    """
    import polars as pl

    keys = frame.get_column(column).unique()
    numbers = pl.Series(_COLUMN, [bucket_of(k, buckets) for k in keys], dtype=pl.Int32)
    marked = frame.join(pl.DataFrame([keys, numbers]), on=column, how="left", maintain_order="left")
    parts = marked.partition_by(_COLUMN, as_dict=True, include_key=False, maintain_order=True)
    empty = frame.clear()
    return [parts.get((b,), empty) for b in range(buckets)]


def foreign_keys(frame: pl.DataFrame, column: str, bucket: int, buckets: int) -> list[str]:
    """Keys in ``frame`` that do not belong to ``bucket``, sorted."""
    return sorted(k for k in frame.get_column(column).unique() if bucket_of(k, buckets) != bucket)
