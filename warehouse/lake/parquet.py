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
from warehouse.lake.damage import read_verified

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


def write_part(
    lake: Path,
    path: str,
    frame: pl.DataFrame,
    *,
    bucket: int | None,
    fingerprint: str,
    before: Sequence[Part] = (),
) -> Part:
    """Write ``frame`` at ``lake/path`` and say what lies there.

    Args:
        before: what the same task left before: a part of the same bytes is written where that one lay, so that
            whatever names it finds it again.
    """
    data = encode(frame)
    sha256 = hashlib.sha256(data).hexdigest()
    path = next((p.path for p in before if (p.bucket, p.sha256) == (bucket, sha256)), path)
    write_bytes(lake / path, data, aside=lake / "_aside")
    return Part(path, bucket, frame.height, len(data), sha256, fingerprint)


def read_parts(table: Table, lake: Path, parts: Sequence[Part]) -> pl.DataFrame:
    """The rows of these files in this order, each proved by its hash; a table without files is empty.

    Raises:
        DamagedFile: a file is gone or is not the one its manifest names.
    """
    import polars as pl

    if not parts:
        return table.empty()
    # From bytes also because of the path: a folder ``ds=2026-03-01`` would become a DATE column of its own.
    frames = [pl.read_parquet(io.BytesIO(read_verified(lake, part.path, part.sha256))) for part in parts]
    return pl.concat(frames, rechunk=False) if len(frames) > 1 else frames[0]
