"""How large a delivered file may be: looked at before it is read, so that no file takes more memory than it may."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from schemas.errors import ContractError

_UNPACKED_FREELY = 32 << 20
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
        max_files: files of one delivery, and of one table in the landing.
        max_file_bytes: of one file, as it lies on disk.
        max_decompressed_bytes: of one file unpacked: the columns of a Parquet file, a file in an archive.
        max_unpacked_ratio: how many times as large as on disk it may be then; of what takes more than 32 MiB.
        max_footer_bytes: of one Parquet file's footer.
        max_rows: rows of one file, or of one export of listens.
        max_unreadable_rows: rows of one file that are no records, or hold what is none of their column's type.
        max_columns: columns of one file, or different keys of its JSON objects.
        max_line_bytes: one line of a CSV or JSON file, one row of a table of listens.
        max_cell_chars: characters of one text, or of one element of a list.
        max_list_items: elements of one list.
        max_nesting: objects and lists within one another in a line of JSON.
    """

    max_files: int = 100_000
    max_file_bytes: int = 1 << 30
    max_decompressed_bytes: int = 1 << 30
    max_unpacked_ratio: int = 50
    max_footer_bytes: int = 16 << 20
    max_rows: int = 5_000_000
    max_unreadable_rows: int = 100_000
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
        raise over(f"{where}: holds {len(paths):,} files", "max_files", limits, "deliver fewer, larger files")


def check_size(path: Path, limits: Limits, *, name: str) -> None:
    """Refuse a file that is too large on disk."""
    size = path.stat().st_size
    if size > limits.max_file_bytes:
        raise over(f"{name}: has {size:,} bytes", "max_file_bytes", limits, "split it into several files")


def check_columns_count(number: int, limits: Limits, *, name: str) -> None:
    """Refuse a file of too many columns, before their names are compared with ours."""
    if number > limits.max_columns:
        raise over(f"{name}: has {number:,} columns", "max_columns", limits, "leave out what the table does not have")


def check_plain(path: Path, *, name: str) -> None:
    """Refuse a text file that is packed."""
    with path.open("rb") as stream:
        head = stream.read(8)
    for magic, packing in _PACKED.items():
        if head.startswith(magic):
            raise ContractError(f"{name}: is packed with {packing}", fix="unpack it and deliver the text file.")


def check_lines(path: Path, limits: Limits, *, name: str) -> None:
    """Refuse a text file that is packed, has a line too long, or too many lines; one line is held at a time."""
    check_plain(path, name=name)
    with path.open("rb") as stream:
        if path.stat().st_size <= min(limits.max_line_bytes, limits.max_rows):
            return
        lines = 0
        while line := stream.readline(limits.max_line_bytes + 1):
            lines += 1
            if len(line) > limits.max_line_bytes:
                found = f"{name}: line {lines:,} has more than {limits.max_line_bytes:,} bytes"
                fix = "check its line ends and quotes, or raise the setting [limits] max_line_bytes."
                raise ContractError(found, fix=fix)
    if lines > limits.max_rows + 1:  # one may be a header
        raise over(f"{name}: has {lines:,} lines", "max_rows", limits, "split it into several files")


def most_unpacked(size: int, limits: Limits) -> tuple[int, str]:
    """To how many bytes a file of this size on disk may unpack, and the setting that says so."""
    by_ratio = max(_UNPACKED_FREELY, limits.max_unpacked_ratio * size)
    if by_ratio < limits.max_decompressed_bytes:
        return by_ratio, "max_unpacked_ratio"
    return limits.max_decompressed_bytes, "max_decompressed_bytes"


def too_large_unpacked(name: str, size: int, limits: Limits) -> ContractError:
    """The error of a file that unpacks to more than it may."""
    most, field = most_unpacked(size, limits)
    return ContractError(
        f"{name}: unpacks to more than {most:,} bytes, from {size:,} on disk",
        fix=f"split it into several files, or raise the setting [limits] {field}.",
    )


def check_unreadable(number: int, limits: Limits, *, name: str) -> None:
    """Refuse a file of which too much cannot be read, before each of its rows is told."""
    most = limits.max_unreadable_rows
    if number > most:
        raise ContractError(
            f"{name}: more than {most:,} rows cannot be read",
            fix="check that it is the right file, or raise the setting [limits] max_unreadable_rows.",
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


def over(found: str, field: str, limits: Limits, fix: str) -> ContractError:
    """The error of a file that has more of something than may be."""
    most = getattr(limits, field)
    return ContractError(f"{found}; at most {most:,} are read", fix=f"{fix}, or raise the setting [limits] {field}.")
