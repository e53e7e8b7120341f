"""One delivered file as typed rows and as rows nobody could read."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import polars as pl

from schemas.catalogue import LANDING_UNREADABLE
from warehouse.landing.coerce import coerce
from warehouse.landing.limits import DEFAULT, Limits, check_unreadable
from warehouse.landing.raw import Torn, read_raw

_BLOCK_BYTES = 1 << 20


def read_delivery(path: Path, table: str, *, name: str, limits: Limits = DEFAULT) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of one delivered file as ``landing_<table>``, and its unreadable rows."""
    raw = read_raw(path, table, name=name, limits=limits)
    check_unreadable(len(raw.torn), limits, name=name)
    frame, unreadable = coerce(raw.frame, table, name=name, limits=limits)
    return frame, pl.concat([LANDING_UNREADABLE.empty(), _torn_rows(raw.torn, table, name), unreadable])


def _torn_rows(torn: list[Torn], table: str, name: str) -> pl.DataFrame:
    """Torn rows of a file as rows of ``landing_unreadable``."""
    return LANDING_UNREADABLE.frame(
        [
            {
                "table_name": table,
                "source_file": name,
                "source_row": t.row,
                "row_key": "",
                "reason": t.reason,
                "detail": t.detail,
            }
            for t in torn
        ]
    )


def count_rows(path: Path) -> int:
    """About how many rows a delivered file holds: by its footer or its line ends, without reading it."""
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        return int(pq.read_metadata(path).num_rows)
    with path.open("rb") as stream:
        return sum(block.count(b"\n") for block in iter(partial(stream.read, _BLOCK_BYTES), b""))
