"""Whether a user's id is still in a file: as the value of a column or key of users, and in texts as a word of its own.

An id inside a longer one (``u1`` in ``u10``, ``u-1`` in ``u-1-x``) is somebody else's. Ids of songs and artists are
another kind of id, and may be the same. An id that is only a word or a number (``anna``, ``42``) is looked for where
users stand, not in texts, which say such words of themselves.
"""

from __future__ import annotations

import html
import io
import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from schemas.errors import ContractError
from warehouse.erasure.register import USER
from warehouse.erasure.rows import without

_JOINS = "-.@+"  # between the words of an id
_SIGNS = "-_@:/"
_LEAST_BINARY = 6  # letters: shorter ones occur in sound and pictures by chance
_PARQUET, _KEPT_SUM = b"PAR1", 32
_OF_SONGS = ("subject", "subject_too", "item")
_TABULAR = (".csv", ".jsonl", ".ndjson")


@dataclass(frozen=True)
class Wanted:
    """What is looked for: one user's id."""

    user_id: str

    @cached_property
    def telling(self) -> bool:
        """Whether the id in a text is that id: it has letters, and figures or signs between them."""
        inner = self.user_id[1:-1]
        return any(map(str.isalpha, self.user_id)) and (
            any(map(str.isdigit, self.user_id)) or any(sign in inner for sign in _SIGNS)
        )

    @cached_property
    def _word(self) -> re.Pattern[str]:
        forms = {self.user_id, json.dumps(self.user_id)[1:-1], html.escape(self.user_id)}
        any_of = "|".join(map(re.escape, sorted(forms, key=len, reverse=True)))
        return re.compile(rf"(?<!\w)(?:{any_of})(?!\w)")

    @cached_property
    def _value(self) -> re.Pattern[str]:
        forms = {json.dumps(self.user_id), json.dumps(self.user_id, ensure_ascii=False)}
        return re.compile(rf'"{USER}"\s*:\s*(?:{"|".join(map(re.escape, sorted(forms)))})')

    def named(self, text: str) -> bool:
        """Whether the id is a word of a text."""
        return any(
            not _joined(text, found.start() - 1, -1) and not _joined(text, found.end(), 1)
            for found in self._word.finditer(text)
        )

    def told(self, text: str) -> bool:
        """Whether a text tells of the user: as the value of a key, and by name where that is telling."""
        return self._value.search(text) is not None or (self.telling and self.named(text))

    def column(self, name: str, values: Iterable[str | None]) -> bool:
        """Whether the values of a column tell of the user."""
        if name == USER:
            return any(value == self.user_id for value in values)
        if name.endswith(("_id", "_ids")) or name in _OF_SONGS:
            return False
        return any(value is not None and self.told(value) for value in values)


def _joined(text: str, at: int, step: int) -> bool:
    """Whether signs that stand within ids lead from here to another word."""
    start = at
    while 0 <= at < len(text) and text[at] in _JOINS:
        at += step
    return at != start and 0 <= at < len(text) and (text[at].isalnum() or text[at] == "_")


def named_in(path: Path, wanted: Wanted) -> bool:
    """Whether a file tells of the user: every string column of Parquet and SQLite, decoded; texts; other bytes."""
    if path.suffix in (".sqlite", ".damaged"):
        return _in_sqlite(path, wanted)
    data = path.read_bytes()
    if _PARQUET in (data[:4], data[_KEPT_SUM : _KEPT_SUM + 4]):
        return any(wanted.column(*column) for column in _columns(data if data[:4] == _PARQUET else data[_KEPT_SUM:]))
    if path.suffix in _TABULAR:
        with suppress(ContractError):
            if without(path, lambda user: user == wanted.user_id)[1]:
                return True
    try:
        return wanted.told(data.decode())
    except UnicodeDecodeError:
        return _in_bytes(data, wanted)


def _in_bytes(data: bytes, wanted: Wanted) -> bool:
    ids = wanted.user_id.encode("utf-8", "surrogatepass")
    if not wanted.telling or len(ids) < _LEAST_BINARY:
        return False
    return re.search(rb"(?<![\w-])" + re.escape(ids) + rb"(?![\w-])", data) is not None


def _columns(data: bytes) -> Iterator[tuple[str, list[str | None]]]:
    import polars as pl

    frame = pl.read_parquet(io.BytesIO(data))
    for name, kind in frame.schema.items():
        column = frame.get_column(name)
        if isinstance(kind, pl.List) and kind.inner == pl.String:
            column = column.explode()
        if column.dtype == pl.String:
            yield name, column.unique().to_list()


def _in_sqlite(path: Path, wanted: Wanted) -> bool:
    """In its rows, and in its bytes, of which some hold no row: there an id stands right beside other values, so it is
    theirs unless a row has a longer id that it is part of."""
    within = False
    try:
        for name, cell in _cells(path):
            if wanted.column(name, [cell]):
                return True
            within = within or wanted.user_id in cell
    except sqlite3.Error:
        pass  # no file that SQLite reads: its bytes tell
    data, ids = path.read_bytes(), wanted.user_id.encode("utf-8", "surrogatepass")
    if within or not wanted.telling or len(ids) < _LEAST_BINARY:
        return _in_bytes(data, wanted)
    return ids in data


def _cells(path: Path) -> Iterator[tuple[str, str]]:
    """Every text of every table, with its column."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        db.text_factory = lambda told: told.decode("utf-8", "replace")
        tables = [str(row[0]) for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            found = db.execute(f'SELECT * FROM "{table}"')
            names = [str(part[0]) for part in found.description]
            for row in found:
                yield from ((name, cell) for name, cell in zip(names, row, strict=True) if isinstance(cell, str))
