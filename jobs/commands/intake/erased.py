"""What a delivery tells of erased users: left out of what is judged, and never copied into the landing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from jobs.commands.intake.judging import Read
from warehouse.erasure import Erased
from warehouse.erasure.rows import without


def without_erased(read: Sequence[Read], erased: Erased) -> tuple[list[Read], int]:
    """Files without rows of erased users, those that held nothing else left out; and how many rows that is."""
    found = [replace(r, frame=erased.kept(r.frame), unreadable=erased.readable(r.unreadable)) for r in read]
    rows = sum(r.rows for r in read) - sum(r.rows for r in found)
    return [new for new, old in zip(found, read, strict=True) if new.rows or not old.rows], rows


@contextmanager
def sources(read: Sequence[Read], erased: Erased) -> Iterator[list[Path]]:
    """The files to copy: those delivered, and copies without the rows of erased users where there were any."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, r in enumerate(read):
            data, rows = without(r.path, erased.holds) if erased.users else (b"", 0)
            files.append(Path(folder) / f"{number}{r.path.suffix}" if rows else r.path.resolve())
            if rows:
                files[-1].write_bytes(data)
        yield files


def told_of(rows: int) -> str:
    """What is said of rows that were left out."""
    return f"{rows:,} rows of users who were erased: nothing of them was kept"
