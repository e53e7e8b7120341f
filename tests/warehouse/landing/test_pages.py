"""What a Parquet file unpacks to, counted by its pages: whoever wrote it, and whatever its footer says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from warehouse.landing.pages import Span, unpacked_bytes

ROWS = 20_000
TABLE = pa.table({"n": list(range(ROWS)), "t": [f"text {n % 50} of some length" for n in range(ROWS)]})


def chunks(path: Path) -> list[Span]:
    footer = pq.read_metadata(path)
    found = []
    for group in map(footer.row_group, range(footer.num_row_groups)):
        for column in map(group.column, range(group.num_columns)):
            start = column.dictionary_page_offset if column.has_dictionary_page else column.data_page_offset
            found.append((start, column.total_compressed_size))
    return found


@pytest.mark.parametrize(
    "how",
    [
        {"compression": "none"},
        {"compression": "zstd", "use_dictionary": False},
        {"compression": "gzip", "data_page_version": "2.0", "row_group_size": 1_000},
        {"compression": "snappy", "data_page_size": 100, "write_page_index": True},
    ],
)
def test_every_page_counts(tmp_path: Path, how: dict[str, Any]) -> None:
    path = tmp_path / "x.parquet"
    pq.write_table(TABLE, path, **how)
    unpacked = sum(c.total_uncompressed_size for g in _groups(path) for c in (g.column(0), g.column(1)))
    counted = unpacked_bytes(path, chunks(path), 1 << 40)
    assert counted >= unpacked / 2 + 2 * 16 * ROWS  # heads of pages, which a footer counts, are not counted
    assert unpacked_bytes(path, [*chunks(path), *chunks(path)], 1 << 40) == 2 * counted
    assert 1_000 < unpacked_bytes(path, chunks(path), 1_000) < counted  # counted no further than is asked


def _groups(path: Path) -> list[Any]:
    footer = pq.read_metadata(path)
    return [footer.row_group(n) for n in range(footer.num_row_groups)]


@pytest.mark.parametrize(
    "data", [b"\xff" * 60, b"\x15\x00" * 30, b"\x1c" * 60, b"\x15\x01\x15\x01\x00", b"\x15\x00\x15\xff", b"x"]
)
def test_what_is_no_page_is_told(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(b"PAR1" + data)
    for span in [(4, 60), (-3, 60), (4_000, 60)]:
        with pytest.raises(ValueError, match=r"begins|cut off|does not end|has a field"):
            unpacked_bytes(path, [span], 1 << 30)
