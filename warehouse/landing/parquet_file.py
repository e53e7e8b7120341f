"""A delivered Parquet file: what it says of itself is held against the limits, and what it holds, before it is read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from schemas.delivery import check_columns, columns_of, refuse_sensitive
from schemas.errors import ContractError
from warehouse.landing.limits import Limits, check_columns_count, most_unpacked, over, too_large_unpacked
from warehouse.landing.pages import Span, unpacked_bytes

if TYPE_CHECKING:
    import pyarrow.parquet as pq

_FOOTER_TAIL, _MAGIC = 8, b"PAR1"  # its length, and this
_PREFIXES = "DELTA_BYTE_ARRAY"  # a text repeats what the one before begins with
_BYTES_PER_CHARACTER = 4  # UTF-8
_PAGE_BYTES = 1 << 20  # what a column costs before its first cell, generously


def read_parquet(path: Path, table: str, *, name: str, limits: Limits) -> pl.DataFrame:
    """The known columns of a delivered file, of Parquet's own types.

    Raises:
        ContractError: it is no Parquet, lacks columns, or is larger than ``limits`` say.
    """
    try:
        footer = _footer(path, limits, name=name)
        schema = pl.read_parquet_schema(path)
        names = list(schema)
        check_columns(table, names, file=name)
        refuse_sensitive(table, _inner_fields(schema), file=name)
        known = [n for n in names if n in columns_of(table)]
        _check_footer(path, footer, known, limits, name=name)
        frame = pl.read_parquet(path, columns=known, hive_partitioning=False, use_pyarrow=False)
        _check_texts(frame, path.stat().st_size, limits, name=name)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError, ValueError) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise ContractError(f"{name}: not readable as Parquet: {first}", fix="deliver the file again.") from error
    return frame


def _inner_fields(schema: Mapping[str, Any]) -> list[str]:
    """Dotted names of the fields of structs, however deep."""
    found: list[str] = []
    for name, dtype in schema.items():
        if isinstance(dtype, pl.List | pl.Array):
            found += _inner_fields({name: dtype.inner})
        elif isinstance(dtype, pl.Struct):
            fields = {f"{name}.{field.name}": field.dtype for field in dtype.fields}
            found += [*fields, *_inner_fields(fields)]
    return found


def read_unpacked(path: Path, *, name: str, limits: Limits) -> pl.DataFrame:
    """All columns of a Parquet file of any layout, as many rows as it has, unless it unpacks beyond the limits."""
    footer = _footer(path, limits, name=name)
    _check_pages(path, _chunks(footer), limits, name=name)
    frame = pl.read_parquet(path, hive_partitioning=False)
    _check_texts(frame, path.stat().st_size, limits, name=name)
    return frame


def _footer(path: Path, limits: Limits, *, name: str) -> pq.FileMetaData:
    """The footer of a Parquet file; one that is too long, or has too many columns, is refused."""
    import pyarrow.parquet as pq

    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _FOOTER_TAIL))
        tail = file.read()
    length = int.from_bytes(tail[:4], "little")
    if tail[4:] == _MAGIC and limits.max_footer_bytes < length < size:
        raise over(f"{name}: has a footer of {length:,} bytes", "max_footer_bytes", limits, "write fewer row groups")
    footer = pq.read_metadata(path)
    check_columns_count(footer.num_columns, limits, name=name)
    return footer


def _check_footer(path: Path, footer: pq.FileMetaData, known: Sequence[str], limits: Limits, *, name: str) -> None:
    """Refuse a Parquet file by what its footer says of rows and cells, and the heads of its pages of bytes.

    Args:
        known: the columns that would be read.
    """
    groups = [footer.row_group(number) for number in range(footer.num_row_groups)]
    rows = max(footer.num_rows, sum(group.num_rows for group in groups))
    if rows > limits.max_rows:
        raise over(f"{name}: has {rows:,} rows", "max_rows", limits, "split it into several files")
    for group in groups:
        for column in map(group.column, range(group.num_columns)):
            if _top(column) in known:
                _check_cells(column, group.num_rows, limits, name=name)
    _check_pages(path, _chunks(footer, known), limits, name=name)


def _check_pages(path: Path, chunks: Iterable[Span], limits: Limits, *, name: str) -> None:
    """Refuse a Parquet file by the heads of its pages."""
    size = path.stat().st_size
    most, _ = most_unpacked(size, limits)
    if unpacked_bytes(path, chunks, most) > most:
        raise too_large_unpacked(name, size, limits)


def _chunks(footer: pq.FileMetaData, known: Sequence[str] | None = None) -> Iterator[Span]:
    """Where the pages of each of these columns lie, row group by row group; of all columns where none are named."""
    for group in map(footer.row_group, range(footer.num_row_groups)):
        for column in map(group.column, range(group.num_columns)):
            if known is None or _top(column) in known:
                first: int = column.data_page_offset
                start = min(first, column.dictionary_page_offset) if column.has_dictionary_page else first
                yield start, column.total_compressed_size


def _top(column: pq.ColumnChunkMetaData) -> str:
    """The name of the column that these are cells or parts of."""
    return str(column.path_in_schema.split(".")[0])


def _check_cells(column: pq.ColumnChunkMetaData, rows: int, limits: Limits, *, name: str) -> None:
    """Refuse a column that holds more than its rows may, however long they are, or may unpack to anything."""
    top, unpacked = _top(column), column.total_uncompressed_size
    if _PREFIXES in column.encodings:
        found = f"{name}: column {top!r} is written as {_PREFIXES}, of which nobody can tell what it unpacks to"
        raise ContractError(found, fix="write it plain, or with a dictionary.")
    items = 1 if top == column.path_in_schema else limits.max_list_items
    if unpacked > _PAGE_BYTES + _BYTES_PER_CHARACTER * limits.max_cell_chars * items * max(rows, 1):
        found = f"{name}: column {top!r} holds {unpacked:,} bytes in {rows:,} rows"
        raise over(found, "max_cell_chars", limits, "shorten its cells")


def _check_texts(frame: pl.DataFrame, size: int, limits: Limits, *, name: str) -> None:
    """Refuse rows whose texts, written out, are more than a file of this size may hold: one text can stand for many."""
    texts = [_length(name, dtype) for name, dtype in frame.schema.items() if _is_text(dtype)]
    if texts and sum(frame.select(texts).row(0)) > most_unpacked(size, limits)[0]:
        raise too_large_unpacked(name, size, limits)


def _is_text(dtype: pl.DataType) -> bool:
    return (dtype.inner if isinstance(dtype, pl.List) else dtype) in (pl.String, pl.Categorical, pl.Enum)


def _length(name: str, dtype: pl.DataType) -> pl.Expr:
    cells = pl.col(name).explode() if isinstance(dtype, pl.List) else pl.col(name)
    return cells.cast(pl.String).str.len_bytes().sum().cast(pl.Int64)
