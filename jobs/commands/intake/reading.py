"""Every file of an export, of whatever service, into one gathering of listens."""

from __future__ import annotations

import csv
import itertools
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from features.ingest.listens import kinds, tables
from features.ingest.listens.files import other_than_text
from features.ingest.listens.gathered import Gathered
from features.ingest.listens.rows import LeftOut, Refused
from schemas.errors import ContractError
from warehouse.landing.exports import ABOUT, ExportFile, export_files, readable
from warehouse.landing.json_values import Broken, json_values
from warehouse.landing.limits import DEFAULT, Limits, over

if TYPE_CHECKING:
    from jobs.run.progress import Progress

_FIRST = 20  # rows by which a file among others is told
_DELIMITERS = ("\t", ";", ",")
_USER_BYTES = 1 << 20


@dataclass(slots=True)
class Read:
    """What an export held.

    Args:
        kinds: rows per kind, e.g. ``ListenBrainz listens``.
        files: files with listens.
        others: files without, by name.
        broken: files and archives that could not be read, or not to their end.
        users: whom a folder's user.json names, by folder.
        user_fault: why such a file could not be read.
        limits: how much there may be.
    """

    gathered: Gathered = field(default_factory=Gathered)
    kinds: Counter[str] = field(default_factory=Counter)
    files: int = 0
    others: list[str] = field(default_factory=list)
    broken: list[ContractError] = field(default_factory=list)
    users: dict[str, str] = field(default_factory=dict)
    user_fault: str = ""
    limits: Limits = DEFAULT

    def user_of(self, name: str) -> str | None:
        """Whose the file is, after the nearest user.json above it."""
        return next((self.users[folder] for p in PurePosixPath(name).parents if (folder := str(p)) in self.users), None)


def read_export(path: Path, shown: Progress, limits: Limits = DEFAULT) -> Read:
    """Rows of all files of ``path``, those of a file that breaks up to there.

    Raises:
        ContractError: nothing could be read; of a single file that holds no listens it says what it is instead.
            More rows than may be: nothing of it is taken.
    """
    read, alone = Read(limits=limits), path.is_file()
    beside = path.parent / ABOUT
    if alone and beside.is_file() and not beside.is_symlink() and beside != path:
        with beside.open("rb") as stream:
            _take_user(read, ".", stream.read(_USER_BYTES))
    shown.start("listens")
    for file in export_files(path, limits):
        if isinstance(file, ContractError):
            read.broken.append(file)
        else:
            _take_file(read, file, alone=alone and file.name in (path.name, path.stem))
            shown.advance("listens", detail=file.name)
    if read.broken and not read.gathered.holds_any:
        raise read.broken[0]
    shown.finish("listens", detail=f"{read.gathered.read:,} rows of {read.files:,} files")
    return read


def _take_file(read: Read, file: ExportFile, *, alone: bool) -> None:
    """One file of an export; what is wrong with it ends the reading only where it is ``alone``."""
    try:
        with readable(file.name):
            if PurePosixPath(file.name).name == ABOUT:
                _take_user(read, str(PurePosixPath(file.name).parent), file.stream.read(_USER_BYTES))
                return
            taken = _take(read, file, alone=alone)
    except ContractError as fault:
        if alone or _too_many(read):
            raise
        read.gathered.end_file(file.name, read.user_of(file.name))
        read.broken.append(fault)
        return
    read.files += taken
    read.others += [] if taken else [file.name]


def _take_user(read: Read, folder: str, content: bytes) -> None:
    try:
        told = json.loads(content.decode("utf-8-sig"))
        name = told.get("username") or told.get("user_name") if isinstance(told, dict) else None
    except (ValueError, RecursionError):
        read.user_fault = " (its user.json is no readable JSON)"
        return
    if name:
        read.users[folder] = str(name)
    read.user_fault = "" if name else " (its user.json names nobody)"


def _take(read: Read, file: ExportFile, *, alone: bool) -> bool:
    """The file's rows; whether it holds listens at all.

    Args:
        alone: whether it is all there is, so that a fault of it is the person's to hear.
    """
    other = other_than_text(file.head)
    if other:
        if alone:
            raise ContractError(f"{file.name}: holds no listens, it is {other[0]}", fix=f"{other[1]}.")
        return False
    if not file.head.strip():
        if alone:
            raise ContractError(f"{file.name}: holds no listens, it is empty", fix="export or download it again.")
        return False
    start = file.head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1]
    return _take_json(read, file, alone) if start in (b"{", b"[") else _take_table(read, file, alone)


def _take_json(read: Read, file: ExportFile, alone: bool) -> bool:
    values = json_values(file.text(), file.name)
    first = list(itertools.islice(values, _FIRST))
    if not alone and not any(kinds.named(v) for _, value in first for v in kinds.unwrapped(value)):
        return False
    user = None
    for row, value in itertools.chain(first, values):
        _refuse_too_many(read, file.name)
        if isinstance(value, Broken):
            read.gathered.refuse(file.name, row, str(value))
            continue
        user = user or (None if kinds.named(value) else kinds.page_user(value))
        for item in kinds.unwrapped(value):
            _take_item(read, file.name, row, item)
    read.gathered.end_file(file.name, user or read.user_of(file.name))
    return True


def _take_item(read: Read, name: str, row: int, item: Any) -> None:
    try:
        for found in kinds.rows_of(item):
            read.gathered.take(row, found)
            read.kinds[kinds.named(item) or ""] += 1
    except Refused as why:
        read.gathered.refuse(name, row, str(why))
    except LeftOut as why:
        read.gathered.leave_out(why)


def _take_table(read: Read, file: ExportFile, alone: bool) -> bool:
    rows = _cells(file, read.limits)
    first = list(itertools.islice(rows, _FIRST))
    try:
        layout = tables.layout([cells for _, cells in first if isinstance(cells, list)])
    except Refused as why:
        if alone:
            raise ContractError(f"{file.name}: holds no listens: {why}", fix=_TABLE_FIX) from why
        return False
    if layout.note:
        read.gathered.notes.append(f"{file.name}: {layout.note}")
    body = itertools.chain(first[1:] if layout.headed else first, rows)
    for row, cells in body:
        _refuse_too_many(read, file.name)
        if isinstance(cells, str):
            read.gathered.refuse(file.name, row, cells)
        elif cells and not (cells[0].startswith("#") and len(cells) == 1):
            try:
                read.gathered.take(row, layout.listen(cells))
                read.kinds["rows of a table"] += 1
            except Refused as why:
                read.gathered.refuse(file.name, row, str(why))
            except LeftOut as why:
                read.gathered.leave_out(why)
    read.gathered.end_file(file.name, layout.user or read.user_of(file.name))
    return True


_TABLE_FIX = "a table needs the columns artist, track and time (uts, timestamp or date), named in its first line."


def _too_many(read: Read) -> bool:
    return read.gathered.read > read.limits.max_rows


def _refuse_too_many(read: Read, name: str) -> None:
    """Every row is held until the last is read."""
    if _too_many(read):
        raise over(
            f"{name}: is part of more listens than are read at once", "max_rows", read.limits, "take it in parts"
        )


class _Lines:
    """Lines of a table; more of them to one row than a row may have raises.

    Args:
        taken: letters since it was last set to nought, which is at every row.
    """

    def __init__(self, file: ExportFile, limits: Limits) -> None:
        self._stream, self._name, self._limits = file.text(), file.name, limits
        self.taken = 0

    def __iter__(self) -> Iterator[str]:
        most = self._limits.max_line_bytes
        while line := self._stream.readline(most + 1):
            self.taken += len(line)
            if self.taken > most:
                raise ContractError(
                    f"{self._name}: a row has more than {most:,} bytes",
                    fix="check its line ends and quotes, or raise the setting [limits] max_line_bytes.",
                )
            yield line


def _cells(file: ExportFile, limits: Limits) -> Iterator[tuple[int, list[str] | str]]:
    """(1-based row, cells) of a CSV or TSV, or what is wrong with the row."""
    lines = _Lines(file, limits)
    head = file.head.decode("utf-16" if file.head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
    line = next((part for part in head.lstrip("\ufeff").splitlines() if not part.startswith("#")), "")
    delimiter = max(_DELIMITERS, key=line.count) if "\t" not in line else "\t"
    reader = (
        csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
        if delimiter == "\t"
        else csv.reader(lines, delimiter=delimiter)
    )
    for row in itertools.count(1):
        lines.taken = 0
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield row, f"no row of a table: {error}"
            continue
        yield row, cells
