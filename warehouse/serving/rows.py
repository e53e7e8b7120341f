"""The SQLite store's rows of versions, read into :class:`Versions` and written back."""

from __future__ import annotations

import sqlite3
from datetime import date

from warehouse.serving.store import State
from warehouse.serving.versions import Version, Versions


def load(db: sqlite3.Connection) -> Versions:
    """What the file says of versions and pointer, within the caller's transaction."""
    rows = db.execute("SELECT seq, version, ds, state, lists, songs, reviews FROM versions ORDER BY seq")
    found = tuple(Version(seq, name, date.fromisoformat(ds), State(state), *n) for seq, name, ds, state, *n in rows)
    current, pinned = db.execute("SELECT current, pinned FROM pointer").fetchone()
    return Versions(found, current, pinned)


def save(db: sqlite3.Connection, versions: Versions) -> None:
    """Write states, counts and pointer of versions that the file has."""
    db.executemany(
        "UPDATE versions SET state = ?, lists = ?, songs = ?, reviews = ? WHERE seq = ?",
        [(v.state, v.lists, v.songs, v.reviews, v.number) for v in versions.all],
    )
    db.execute("UPDATE pointer SET current = ?, pinned = ?", (versions.current, versions.pinned))


def remove(db: sqlite3.Connection, number: int) -> None:
    """Delete a version and its rows."""
    for table in ("lists", "reviews", "versions"):
        db.execute(f"DELETE FROM {table} WHERE seq = ?", (number,))
