"""The SQLite store's rows of versions, read into :class:`Versions` and written back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date

from schemas.errors import OutsideServiceError
from warehouse.serving.checksums import checksum, damaged, require
from warehouse.serving.sqlite_file import has, kept
from warehouse.serving.store import Announced, State
from warehouse.serving.version import Version
from warehouse.serving.versions import Versions

_UNREADABLE = (sqlite3.Error, ValueError, OutsideServiceError)


def load(db: sqlite3.Connection) -> Versions:
    """What the file says of versions and pointer, within the caller's transaction.

    Raises:
        DamagedStore: a row of them is not what was written.
    """
    return Versions(tuple(_versions(db)), *_pointer(db)).known()


def salvaged(db: sqlite3.Connection) -> Versions:
    """What of a damaged file is still what was written; rows that are not are left out."""
    found: list[Version] = []
    pointer: tuple[int | None, int | None, list[str]] = (None, None, [])
    with suppress(*_UNREADABLE):
        found.extend(_versions(db, damaged_too=False))
    with suppress(*_UNREADABLE):
        pointer = _pointer(db)
    return Versions(tuple(found), *pointer).known()


def _versions(db: sqlite3.Connection, *, damaged_too: bool = True) -> Iterator[Version]:
    """Each version; a damaged row raises, or is left out."""
    sums = "sha256" if kept(db) else "NULL"
    tracks = "tracks" if has(db, "versions", "tracks") else "0"
    announced = "announced" if has(db, "versions", "announced") else "''"
    for *row, told in db.execute(
        f"SELECT seq, version, ds, state, lists, songs, reviews, {tracks}, {announced}, {sums} FROM versions"
        " ORDER BY seq"
    ):
        if not damaged_too and told not in (None, checksum(*_summed(row[1:]))):
            continue
        require(told, *_summed(row[1:]), what=f"the row of version {row[1]}")
        seq, name, ds, state, *counts, said = row
        version = Version(seq, name, date.fromisoformat(ds), State(state), *counts)
        yield replace(version, announced=Announced(said))


def _pointer(db: sqlite3.Connection) -> tuple[int | None, int | None, list[str]]:
    sums = "sha256" if kept(db) else "NULL"
    days = "rolled_back" if has(db, "pointer", "rolled_back") else "''"
    pointer = db.execute(f"SELECT current, pinned, {days}, {sums} FROM pointer").fetchone()
    if pointer is None:
        raise damaged("the pointer")
    current, pinned, back, told = pointer
    rolled_back = str(back).split()
    require(told, current, pinned, *rolled_back, what="the pointer")
    return current, pinned, rolled_back


def save(db: sqlite3.Connection, versions: Versions) -> None:
    """Write states, counts and pointer of versions that the file has."""
    rows = [
        (v.number, v.name, v.ds.isoformat(), v.state, v.lists, v.songs, v.reviews, v.tracks, v.announced)
        for v in versions.all
    ]
    db.executemany(
        "UPDATE versions SET state = ?, lists = ?, songs = ?, reviews = ?, tracks = ?, announced = ?, sha256 = ?"
        " WHERE seq = ?",
        [(*row[3:], checksum(*_summed(row[1:])), row[0]) for row in rows],
    )
    pointer = (versions.current, versions.pinned)
    db.execute(
        "UPDATE pointer SET current = ?, pinned = ?, rolled_back = ?, sha256 = ?",
        (*pointer, " ".join(versions.rolled_back), checksum(*pointer, *versions.rolled_back)),
    )


def begin_anew(db: sqlite3.Connection, versions: Versions, name: str, ds: date) -> Versions:
    """Put a version to be written in the place of what there is of that name, and say so; the versions then."""
    if before := next((v for v in versions.all if v.name == name), None):
        remove(db, before.number)
    row = (name, ds.isoformat(), State.WRITING)
    number = db.execute("INSERT INTO versions (version, ds, state) VALUES (?, ?, ?)", row).lastrowid
    after = versions.begun(name, ds, number)
    save(db, after)
    return after


def _summed(row: Sequence[object]) -> Sequence[object]:
    """What of a version's row its checksum is of; rows from before there were tracks or announcements have none."""
    return [*row[:-2], *filter(None, row[-2:])]


def remove(db: sqlite3.Connection, number: int) -> None:
    """Delete a version and its rows; the pointer, should it be pinned, is to be saved after this."""
    db.execute("UPDATE pointer SET pinned = NULL WHERE pinned = ?", (number,))
    for table in ("lists", "reviews", "tracks", "versions"):
        db.execute(f"DELETE FROM {table} WHERE seq = ?", (number,))
