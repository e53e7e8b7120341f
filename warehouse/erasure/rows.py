"""Taking users' rows out of a delivered file; all other rows keep the bytes they have, in Parquet their values."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from schemas.errors import ContractError
from warehouse.erasure.register import USER

Gone = Callable[[str], bool]
"""Whether the user of an id was erased."""


def without(path: Path, gone: Gone) -> tuple[bytes, int]:
    """The bytes of a delivered file without the rows of erased users, and how many rows these are.

    Raises:
        ContractError: it cannot be read.
    """
    cut = {".parquet": _parquet, ".csv": _csv}.get(path.suffix, _json_lines)
    try:
        return cut(path.read_bytes(), cache(gone))
    except (ValueError, csv.Error, OSError) as error:
        raise ContractError(
            f"{path}: cannot be read, so nobody can be taken out of it: {error}", fix="mend or remove the file."
        ) from error


def _parquet(data: bytes, gone: Gone) -> tuple[bytes, int]:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    if USER not in pq.read_schema(io.BytesIO(data)).names:
        return data, 0
    table = pq.ParquetFile(io.BytesIO(data)).read()
    ids = table[USER].cast(pa.large_string())
    theirs = [user for user in pc.unique(ids).to_pylist() if user is not None and gone(user)]
    if not theirs:
        return data, 0
    kept = table.filter(pc.invert(pc.fill_null(pc.is_in(ids, pa.array(theirs, pa.large_string())), False)))
    written = io.BytesIO()
    pq.write_table(kept, written, compression="zstd")
    return written.getvalue(), table.num_rows - kept.num_rows


def _csv(data: bytes, gone: Gone) -> tuple[bytes, int]:
    text = data.decode("utf-8", "surrogateescape")
    records = _records(text)
    header, first = next(records, ([], ""))
    names = [name.removeprefix("\ufeff") for name in header]
    if USER not in names:
        return data, 0
    at, kept, rows = names.index(USER), [first], 0
    for cells, raw in records:
        lines = list(io.StringIO(raw, newline=""))
        if raw.count('"') % 2 and len(lines) > 1:  # a mark that nothing closes has taken the rows below with it
            others = [line for line in lines if not _theirs(_cells(line), at, len(names), gone)]
            kept += others
            rows += len(lines) - len(others)
        elif _theirs(cells, at, len(names), gone):
            rows += 1
        else:
            kept.append(raw)
    return ("".join(kept).encode("utf-8", "surrogateescape") if rows else data), rows


def _theirs(cells: list[str], at: int, width: int, gone: Gone) -> bool:
    # Of a ragged row nobody knows which cell is which.
    looked_at = cells[at : at + 1] if len(cells) == width else cells
    return any(gone(cell) or gone(cell.strip()) for cell in looked_at)


def _cells(line: str) -> list[str]:
    """Cells of a line by its commas, whatever is quoted."""
    return [cell.strip(' \t\r\n"') for cell in line.split(",")]


def _records(text: str) -> Iterator[tuple[list[str], str]]:
    """Cells of each record, and the text that it is."""
    taken: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            taken.append(line)
            yield line

    for cells in csv.reader(lines()):
        yield cells, "".join(taken)
        taken.clear()


def _json_lines(data: bytes, gone: Gone) -> tuple[bytes, int]:
    kept = [line for line in data.split(b"\n") if not _of_theirs(line, gone)]
    rows = data.count(b"\n") + 1 - len(kept)
    return (b"\n".join(kept) if rows else data), rows


def _of_theirs(line: bytes, gone: Gone) -> bool:
    if not line.strip():
        return False
    try:
        row: Any = json.loads(line)
    except (ValueError, RecursionError):  # no record; it may name them all the same
        return any(gone(part) for part in line.decode("utf-8", "replace").split('"'))
    return isinstance(row, dict) and row.get(USER) is not None and gone(str(row[USER]))
