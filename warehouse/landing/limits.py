"""How large a delivered file may be: looked at before it is read, so that no file takes more memory than it may."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from schemas.errors import ContractError

_BYTES_PER_CHARACTER = 4  # UTF-8
_PAGE_BYTES = 1 << 20  # what a column costs before its first cell, generously
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"?')  # also one that is never closed
_BRACKET = re.compile(r"[\[\]{}]")
_PACKED = {
    b"\x1f\x8b": "gzip",
    b"\x28\xb5\x2f\xfd": "Zstandard",
    b"PK\x03\x04": "ZIP",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What a delivered file, row and cell may hold at most. A file beyond is refused, a row beyond is quarantined.

    Args:
        max_files: files of one delivery.
        max_file_bytes: of one file, as it lies on disk.
        max_decompressed_bytes: of one Parquet file's columns, unpacked.
        max_rows: rows of one file.
        max_columns: columns of one file, or different keys of its JSON objects.
        max_line_bytes: one line of a CSV or JSON file.
        max_cell_chars: characters of one text, or of one element of a list.
        max_list_items: elements of one list.
        max_nesting: objects and lists within one another in a line of JSON.
    """

    max_files: int = 100_000
    max_file_bytes: int = 1 << 30
    max_decompressed_bytes: int = 1 << 30
    max_rows: int = 5_000_000
    max_columns: int = 500
    max_line_bytes: int = 1 << 20
    max_cell_chars: int = 4_096
    max_list_items: int = 1_000
    max_nesting: int = 16

    def __post_init__(self) -> None:
        for name in self.__slots__:
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is below 1")


DEFAULT = Limits()


def check_files(paths: Sequence[Path], limits: Limits, *, where: Path) -> None:
    """Refuse a delivery of too many files."""
    if len(paths) > limits.max_files:
        raise _over(f"{where}: holds {len(paths):,} files", "max_files", limits, "deliver fewer, larger files")


def check_size(path: Path, limits: Limits, *, name: str) -> None:
    """Refuse a file that is too large on disk."""
    size = path.stat().st_size
    if size > limits.max_file_bytes:
        raise _over(f"{name}: has {size:,} bytes", "max_file_bytes", limits, "split it into several files")


def check_columns_count(number: int, limits: Limits, *, name: str) -> None:
    """Refuse a file of too many columns, before their names are compared with ours."""
    if number > limits.max_columns:
        raise _over(f"{name}: has {number:,} columns", "max_columns", limits, "leave out what the table does not have")


def check_lines(path: Path, limits: Limits, *, name: str) -> None:
    """Refuse a text file that is packed, has a line too long, or too many lines; one line is held at a time."""
    with path.open("rb") as stream:
        head = stream.read(8)
        for magic, packing in _PACKED.items():
            if head.startswith(magic):
                raise ContractError(f"{name}: is packed with {packing}", fix="unpack it and deliver the text file.")
        if path.stat().st_size <= min(limits.max_line_bytes, limits.max_rows):
            return
        stream.seek(0)
        lines = 0
        while line := stream.readline(limits.max_line_bytes + 1):
            lines += 1
            if len(line) > limits.max_line_bytes:
                found = f"{name}: line {lines:,} has more than {limits.max_line_bytes:,} bytes"
                fix = "check its line ends and quotes, or raise the setting [limits] max_line_bytes."
                raise ContractError(found, fix=fix)
    if lines > limits.max_rows + 1:  # one may be a header
        raise _over(f"{name}: has {lines:,} lines", "max_rows", limits, "split it into several files")


def check_footer(path: Path, known: Sequence[str], limits: Limits, *, name: str) -> None:
    """Refuse a Parquet file by what its footer says of rows and unpacked bytes; nothing else of it is read.

    Args:
        known: the columns that would be read.
    """
    import pyarrow.parquet as pq

    footer = pq.read_metadata(path)
    if footer.num_rows > limits.max_rows:
        raise _over(f"{name}: has {footer.num_rows:,} rows", "max_rows", limits, "split it into several files")
    total = 0
    for number in range(footer.num_row_groups):
        group = footer.row_group(number)
        for place in range(group.num_columns):
            column = group.column(place)
            top = column.path_in_schema.split(".")[0]
            if top not in known:
                continue
            unpacked = column.total_uncompressed_size
            total += unpacked
            widest = (
                _BYTES_PER_CHARACTER
                * limits.max_cell_chars
                * (1 if top == column.path_in_schema else limits.max_list_items)
            )
            if unpacked > _PAGE_BYTES + widest * max(group.num_rows, 1):
                found = f"{name}: column {top!r} holds {unpacked:,} bytes in {group.num_rows:,} rows"
                raise _over(found, "max_cell_chars", limits, "shorten its cells")
    if total > limits.max_decompressed_bytes:
        raise _over(
            f"{name}: unpacks to {total:,} bytes", "max_decompressed_bytes", limits, "split it into several files"
        )


def too_deep(lines: pl.Series, limits: Limits) -> pl.Series:
    """True where a line of JSON holds more objects and lists within one another than may be."""
    suspects = (lines.str.count_matches(r"[\[{]") > limits.max_nesting).fill_null(False)
    deep = iter([_depth(text) > limits.max_nesting for text in lines.filter(suspects)])
    if not suspects.any():
        return suspects
    return pl.Series([suspect and next(deep) for suspect in suspects], dtype=pl.Boolean)


def _depth(line: str) -> int:
    depth = deepest = 0
    for bracket in _BRACKET.findall(_TEXT.sub("", line)):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _over(found: str, field: str, limits: Limits, fix: str) -> ContractError:
    most = getattr(limits, field)
    return ContractError(f"{found}; at most {most:,} are read", fix=f"{fix}, or raise the setting [limits] {field}.")
