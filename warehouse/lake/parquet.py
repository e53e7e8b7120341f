"""Parquet with the same bytes for the same rows, whatever machine or thread count wrote it."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.contract import Table
from warehouse.lake.atomic import write_bytes

if TYPE_CHECKING:
    import polars as pl

# Fixed, because Polars otherwise derives them from chunks and cores.
_ROW_GROUP_ROWS = 131_072
_ZSTD_LEVEL = 3


@dataclass(frozen=True, slots=True)
class Part:
    """One immutable file of a table.

    Args:
        path: relative to the lake.
        bucket: hash bucket, or None for a table that is not split.
        rows, bytes: size.
        sha256: of the file's bytes.
        fingerprint: of the task that made it (jobs.run.fingerprint).
    """

    path: str
    bucket: int | None
    rows: int
    bytes: int
    sha256: str
    fingerprint: str

    @classmethod
    def of(cls, record: dict[str, Any]) -> Part:
        return cls(**record)


def encode(frame: pl.DataFrame) -> bytes:
    """The Parquet bytes of ``frame`` in its present row order."""
    buffer = io.BytesIO()
    frame.rechunk().write_parquet(
        buffer,
        compression="zstd",
        compression_level=_ZSTD_LEVEL,
        row_group_size=_ROW_GROUP_ROWS,
        statistics=True,
    )
    return buffer.getvalue()


def write_part(lake: Path, path: str, frame: pl.DataFrame, *, bucket: int | None, fingerprint: str) -> Part:
    """Write ``frame`` at ``lake/path`` and say what lies there."""
    data = encode(frame)
    write_bytes(lake / path, data, aside=lake / "_aside")
    return Part(path, bucket, frame.height, len(data), hashlib.sha256(data).hexdigest(), fingerprint)


def read_parts(table: Table, paths: Sequence[Path]) -> pl.DataFrame:
    """The rows of these files in this order; a table without files is empty.

    Hive inference is off: a folder ``ds=2026-03-01`` would become a DATE column of its own.
    """
    import polars as pl

    if not paths:
        return table.empty()
    frames = [pl.read_parquet(path, hive_partitioning=False, glob=False) for path in paths]
    return pl.concat(frames, rechunk=False) if len(frames) > 1 else frames[0]
