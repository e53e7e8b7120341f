"""The rows behind the SQLite store's pointer: which version is which, and where the pointer may go."""

from __future__ import annotations

import sqlite3
from typing import Any

from schemas.errors import UsageError
from warehouse.serving.store import Outcome, State

NEXT_STEP = "`daily30 versions` lists what the store holds; a night publishes a version."


def pointer(db: sqlite3.Connection) -> tuple[int | None, int | None]:
    """Numbers of the current and the pinned version."""
    row: tuple[int | None, int | None] = db.execute("SELECT current, pinned FROM pointer").fetchone()
    return row


def name_of(db: sqlite3.Connection, seq: int | None) -> str | None:
    """The version's name; None when there is none."""
    row = db.execute("SELECT version FROM versions WHERE seq = ?", (seq,)).fetchone()
    return row[0] if row else None


def known(db: sqlite3.Connection, version: str) -> tuple[int, State, str]:
    """Number, state and listening day of a version; a usage error when the store lacks it."""
    row: Any = db.execute("SELECT seq, state, ds FROM versions WHERE version = ?", (version,)).fetchone()
    if row is None:
        raise UsageError(f"the serving store has no version {version!r}", fix=NEXT_STEP)
    return row[0], State(row[1]), row[2]


def number_of(db: sqlite3.Connection, version: str, *allowed: State) -> int:
    """The version's number, provided its state is one of ``allowed``."""
    seq, state, _ = known(db, version)
    if state not in allowed:
        raise UsageError(f"version {version} is {state}, not {' or '.join(allowed)}", fix=NEXT_STEP)
    return seq


def may_flip(db: sqlite3.Connection, version: str) -> tuple[int, Outcome]:
    """Number of the version, and whether publishing it moves the pointer."""
    seq, state, ds = known(db, version)
    current, pinned = pointer(db)
    served = db.execute("SELECT ds FROM versions WHERE seq = ?", (current,)).fetchone()
    if state is State.WRITING:
        raise UsageError(f"version {version} is not sealed and cannot be served", fix="run the night again.")
    if seq == current:
        return seq, Outcome.ALREADY
    if pinned is not None:
        return seq, Outcome.PINNED
    if state is State.WITHDRAWN:
        return seq, Outcome.WITHDRAWN
    return seq, Outcome.OLDER if served and ds < served[0] else Outcome.MOVED


def before(db: sqlite3.Connection, current: int) -> int:
    """The complete version next older than ``current``: of an earlier listening day, or of an earlier attempt at it."""
    row = db.execute(
        "SELECT seq FROM versions WHERE state = ? AND (ds, seq) < (SELECT ds, seq FROM versions WHERE seq = ?) "
        "ORDER BY ds DESC, seq DESC LIMIT 1",
        (State.SEALED, current),
    ).fetchone()
    if row is None:
        raise UsageError("there is no earlier version to roll back to", fix="name one with --to, or publish again.")
    return int(row[0])


def remove(db: sqlite3.Connection, seq: int) -> None:
    """Delete a version and its rows."""
    for table in ("lists", "reviews", "versions"):
        db.execute(f"DELETE FROM {table} WHERE seq = ?", (seq,))
