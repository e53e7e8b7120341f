"""Delivered files as raw columns: text as it was written, or Parquet's own types.

Nothing is lost here without a trace: lines that are not records (ragged, not JSON, not UTF-8)
come back as torn rows with their position.
"""

from __future__ import annotations

import csv
import functools
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from schemas.delivery import check_columns, columns_of, refuse_sensitive
from schemas.errors import ContractError
from warehouse.landing.limits import (
    DEFAULT,
    Limits,
    check_columns_count,
    check_lines,
    check_size,
    check_unreadable,
    too_deep,
)
from warehouse.landing.parquet_file import read_parquet

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

_BLOCK_BYTES = 64 << 20
_ROW = "source_row"


@dataclass(frozen=True, slots=True)
class Torn:
    """A row that is not a record: 1-based position, reason code, what was found."""

    row: int
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Raw:
    """One file's rows before types.

    Args:
        frame: ``source_row`` and the known columns that the file has; list columns of JSON and
            Parquet are lists, everything else of CSV and JSON is text.
        torn: rows that are no records.
    """

    frame: pl.DataFrame
    torn: list[Torn]


def read_raw(path: Path, table: str, *, name: str, limits: Limits = DEFAULT) -> Raw:
    """Read one delivered file of ``table``; ``name`` is how messages call it.

    Raises:
        ContractError: it is no such file, lacks columns, or is larger than ``limits`` say.
    """
    check_size(path, limits, name=name)
    if path.suffix == ".parquet":
        frame = read_parquet(path, table, name=name, limits=limits)
        return Raw(frame.with_row_index(_ROW, offset=1).with_columns(pl.col(_ROW).cast(pl.Int64)), [])
    return (_read_csv if path.suffix == ".csv" else _read_jsonl)(path, table, name, limits)


# --- CSV -------------------------------------------------------------------------------------------


def _read_csv(path: Path, table: str, name: str, limits: Limits) -> Raw:
    import pyarrow as pa
    import pyarrow.csv as pc

    check_lines(path, limits, name=name)
    header = _header(path, name)
    check_columns_count(len(header), limits, name=name)
    check_columns(table, header, file=name)
    torn: list[Torn] = []
    unclosed: list[int] = []

    def ragged(row: Any) -> str:
        if len(torn) <= limits.max_unreadable_rows:  # else the file is refused
            found = f"{row.actual_columns} cells instead of {row.expected_columns}: {row.text[:120]}"
            torn.append(Torn(row.number - 1, "ragged_row", found))
            unclosed.extend([row.number - 1] if row.text.count('"') % 2 else [])
        return "skip"

    try:
        cells = pc.read_csv(
            path,
            read_options=pc.ReadOptions(use_threads=False, block_size=_BLOCK_BYTES),
            parse_options=pc.ParseOptions(newlines_in_values=True, invalid_row_handler=ragged),
            convert_options=pc.ConvertOptions(
                column_types={h: pa.binary() for h in header},
                include_columns=[h for h in header if h in columns_of(table)],
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid as error:
        raise ContractError(f"{name}: not readable as CSV: {error}", fix="check its quotes and separators.") from error
    if unclosed:
        raise ContractError(
            f"{name}: a quote opened in row {unclosed[0]} is never closed and swallows the rows after it",
            fix='close it, or write a quote inside a cell as "".',
        )
    positions = np.setdiff1d(np.arange(1, cells.num_rows + len(torn) + 1), [t.row for t in torn])
    return _utf8(cells, positions, torn)


def _header(path: Path, name: str) -> list[str]:
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as stream:
        try:
            header = next(csv.reader(stream), [])
        except csv.Error as error:
            raise ContractError(f"{name}: the header is no line of CSV ({error})", fix="check its quotes.") from error
    if any("\udc80" <= letter <= "\udcff" for letter in "".join(header)):
        raise ContractError(f"{name}: the header is not UTF-8 text", fix="save the file as UTF-8.")
    if not header:
        raise ContractError(f"{name}: is empty, not even a header", fix="deliver the header line, or no file at all.")
    for separator in (";", "\t"):
        if len(header) == 1 and separator in header[0]:
            raise ContractError(f"{name}: cells are separated by {separator!r}", fix="separate cells by commas.")
    return header


def _utf8(cells: pa.Table, positions: np.ndarray, torn: list[Torn]) -> Raw:
    """Bytes to text; rows with bytes that are not UTF-8 are torn."""
    import pyarrow as pa

    columns: dict[str, pl.Series] = {}
    broken: dict[int, str] = {}
    for name in cells.column_names:
        column = cells[name]
        try:
            text = column.cast(pa.large_string())
        except pa.ArrowInvalid:
            values, bad = _decode_each(column.to_pylist())
            broken.update({i: f"{name}: {values[i]!r}" for i in bad})
            text = pa.chunked_array([pa.array(values, pa.large_string())])
        columns[name] = pl.Series(name, text, dtype=pl.String)
    frame = pl.DataFrame({_ROW: pl.Series(positions, dtype=pl.Int64), **columns})
    torn = torn + [Torn(int(positions[i]), "not_utf8", detail) for i, detail in sorted(broken.items())]
    keep = np.ones(frame.height, dtype=bool)
    keep[list(broken)] = False
    return Raw(frame.filter(pl.Series(keep)), torn)


def _decode_each(cells: list[bytes | None]) -> tuple[list[str | None], list[int]]:
    """The slow way, for columns with broken bytes: texts (broken ones escaped) and where they are."""
    texts: list[str | None] = []
    bad: list[int] = []
    for index, cell in enumerate(cells):
        try:
            texts.append(None if cell is None else cell.decode())
        except UnicodeDecodeError:
            texts.append((cell or b"").decode("utf-8", "backslashreplace"))
            bad.append(index)
    return texts, bad


# --- JSON lines ------------------------------------------------------------------------------------


def _read_jsonl(path: Path, table: str, name: str, limits: Limits) -> Raw:
    check_lines(path, limits, name=name)
    lines = _lines(path, name)
    if lines.frame.is_empty() and not lines.torn:
        return Raw(pl.DataFrame(schema={_ROW: pl.Int64}), [])
    wanted = columns_of(table)
    deep = too_deep(lines.frame["line"], limits)
    nested = [Torn(r, "too_deep", t[:120]) for r, t in lines.frame.filter(deep).select(_ROW, "line").iter_rows()]
    parsed, keys = _parse_json(lines.frame.filter(~deep), table, wanted)
    check_columns_count(len(keys), limits, name=name)
    if parsed["is_object"].any():
        check_columns(table, keys, file=name)
    refuse_sensitive(table, _inner_keys(lines.frame.filter(~deep)), file=name)
    bad = parsed.filter(~pl.col("is_object"))
    check_unreadable(bad.height + len(nested), limits, name=name)
    torn = [Torn(r, "not_json", t[:120]) for r, t in bad.select(_ROW, "line").iter_rows()]
    good = parsed.filter("is_object").select(_ROW, *[c for c in wanted if c in keys])
    return Raw(good, lines.torn + nested + torn)


def _lines(path: Path, name: str) -> Raw:
    """The file's non-blank lines as text, numbered from 1."""
    import pyarrow as pa
    import pyarrow.csv as pc

    if path.stat().st_size == 0:
        return Raw(pl.DataFrame(schema={_ROW: pl.Int64, "line": pl.String}), [])
    unlikely = "\x01"  # control characters cannot stand bare in JSON
    try:
        table = pc.read_csv(
            path,
            read_options=pc.ReadOptions(use_threads=False, block_size=_BLOCK_BYTES, column_names=["line"]),
            parse_options=pc.ParseOptions(delimiter=unlikely, quote_char=False, ignore_empty_lines=False),
            convert_options=pc.ConvertOptions(column_types={"line": pa.binary()}, strings_can_be_null=False),
        )
    except pa.ArrowInvalid as error:
        raise ContractError(f"{name}: not readable as JSON lines: {error}", fix="one object per line.") from error
    read = _utf8(table, np.arange(1, table.num_rows + 1), [])
    return Raw(read.frame.filter(pl.col("line").str.strip_chars() != ""), read.torn)


def _parse_json(lines: pl.DataFrame, table: str, wanted: tuple[str, ...]) -> tuple[pl.DataFrame, list[str]]:
    """Known keys of each line as text or lists of text, and all keys that occur, in order.

    Keys first: a song may have thirty columns, of which most files have five, and each costs as much as a file.
    """
    is_object = "CASE WHEN json_valid(line) THEN json_type(line) = 'OBJECT' ELSE false END"
    objects = (
        f"WITH marked AS (SELECT {_ROW}, line, {is_object} AS is_object FROM lines), objects AS "
        f"(SELECT {_ROW}, CASE WHEN is_object THEN line ELSE '{{}}' END AS line, is_object, line AS original "
        "FROM marked)"
    )
    with _engine().cursor() as connection:
        connection.register("lines", lines.to_arrow())
        found = connection.execute(f"{objects} SELECT DISTINCT unnest(json_keys(line)) FROM objects").fetchall()
        known = [c for c in wanted if (c,) in found]
        picks = ", ".join(["original AS line", *_picks(table, known)])
        paths = "[" + ", ".join(f"""'$."{column}"'""" for column in known) + "]::VARCHAR[]"
        # One look into each line for all columns: each function that parses keeps a block of parsed lines in memory.
        values = f"json_type(line, {paths}) AS kinds, json_extract_string(line, {paths}) AS texts"
        looked = f"(SELECT {_ROW}, is_object, original, {values} FROM objects)"
        rows = connection.sql(f"{objects} SELECT {_ROW}, is_object, {picks} FROM {looked} ORDER BY {_ROW}")
        parsed = pl.DataFrame(rows.to_arrow_table())
    return parsed, known + sorted(k for k in itertools.chain.from_iterable(found) if k not in wanted)


def _picks(table: str, columns: Sequence[str]) -> list[str]:
    """SQL that takes each column, numbered as in ``kinds`` and ``texts``, out of a line that is an object."""
    from schemas.delivery import LANDING

    picks = []
    for number, column in enumerate(columns, start=1):
        kind, text = f"kinds[{number}]", f"texts[{number}]"
        if LANDING[f"landing_{table}"].column(column).type.is_list:
            items = f"CASE WHEN {kind} = 'ARRAY' THEN json_extract_string({text}, '$[*]') ELSE [NULL] END"
            value = f"CASE WHEN {kind} <> 'NULL' THEN {items} END"
        else:
            # An object where a value belongs keeps a mark no text can carry, so that coercion refuses it.
            value = f"CASE WHEN {kind} IN ('OBJECT', 'ARRAY') THEN '\x00' ELSE '' END || {text}"
        picks.append(f'{value} AS "{column}"')
    return picks


@functools.cache
def _engine() -> DuckDBPyConnection:
    """One engine for a process: to open one takes longer than to read a small file. Cursors share no tables."""
    import duckdb

    return duckdb.connect()


def _inner_keys(lines: pl.DataFrame) -> list[str]:
    """Keys of objects inside objects; quotation marks within a text are escaped and so never taken for a key."""
    nested = lines.filter(pl.col("line").str.contains(r"\{.*\{"))
    keys = nested.select(pl.col("line").str.extract_all(r'"[^"\\]+"\s*:').alias("key")).explode(
        "key", empty_as_null=True
    )
    found = keys.drop_nulls().unique().sort("key")["key"].to_list()
    return [key.rstrip(": \t")[1:-1] for key in found]
