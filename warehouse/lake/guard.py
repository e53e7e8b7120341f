"""Runs and garbage collection keep out of each other's way: runs share the lake, gc wants it alone."""

from __future__ import annotations

import fcntl
import os
import stat
from pathlib import Path

from schemas.errors import Locked, UsageError
from warehouse.lake.atomic import disk_errors

_REMOVE = "remove it while no run is under way; it is made again."


def open_lock(path: Path) -> int:
    """A handle of a lock file, made where there is none.

    Raises:
        UsageError: something else lies there, or a file of somebody else.
    """
    try:
        with disk_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            # Without waiting: a pipe in its place would never open.
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW, 0o644)
    except OSError as error:
        raise UsageError(f"cannot lock {path}: {error.strerror}", fix=_REMOVE) from error
    except UsageError as error:
        if not path.exists() or path.stat().st_uid == os.geteuid():
            raise  # a disk that takes nothing, a file nobody may write: said already
        whose = f"the file belongs to user {path.stat().st_uid}, this is user {os.geteuid()}"
        raise UsageError(f"may not lock {path}: {whose}", fix=f"run daily30 as that user, or: {_REMOVE}") from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise UsageError(f"cannot lock {path}: it is no regular file", fix=_REMOVE)
    return handle


class LakeGuard:
    """A shared (run) or exclusive (gc) kernel lock on the lake of a home."""

    def __init__(self, home: Path) -> None:
        self._path = home / "locks" / "lake.lock"
        self._handle: int | None = None

    def enter(self, *, alone: bool = False) -> None:
        """Take the lock or raise :class:`Locked` at once."""
        handle = open_lock(self._path)
        try:
            fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            who = "a run is writing to the lake" if alone else "gc is cleaning the lake"
            raise Locked(who, fix="try again when it is done.") from None
        self._handle = handle

    def leave(self) -> None:
        """Let go; safe to call twice."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
