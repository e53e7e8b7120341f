"""Runs and garbage collection keep out of each other's way: runs share the lake, gc wants it alone."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from schemas.errors import Locked
from warehouse.lake.atomic import disk_errors


class LakeGuard:
    """A shared (run) or exclusive (gc) kernel lock on the lake of a home."""

    def __init__(self, home: Path) -> None:
        self._path = home / "locks" / "lake.lock"
        self._handle: int | None = None

    def enter(self, *, alone: bool = False) -> None:
        """Take the lock or raise :class:`Locked` at once."""
        with disk_errors(self._path):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
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
