"""One run per night: a kernel lock with a fencing token.

The lock is ``flock`` on ``home/locks/ds=….lock``: the kernel drops it when the holder dies, however
it dies. Each holder writes the next token into the file; whoever is about to flip something calls
:meth:`LeaseCheck.__call__`, which refuses once another run has taken over or the holder is gone.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from schemas.errors import Locked
from warehouse.lake.atomic import disk_errors
from warehouse.lake.guard import open_lock

_SIZE = 512


@dataclass(frozen=True, slots=True)
class LeaseCheck:
    """The right to flip, as handed to workers: the lock file and the token it must still show."""

    path: Path
    token: int

    def __call__(self) -> None:
        """Raise :class:`Locked` unless the run that made this check still holds the night."""
        with _still_there(self.path) as file:
            shown = _content(file.read(_SIZE))
            if shown.get("token") != self.token:
                raise Locked(f"this run lost its night to another: {_holder(shown)}", fix="let the other run finish.")
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return
        raise Locked("the run this work belongs to is gone", fix="start the night again; it resumes.")


class Lease:
    """The lock of one night, held from :meth:`acquire` to :meth:`release`."""

    def __init__(self, home: Path, ds: date) -> None:
        self.path = home / "locks" / f"ds={ds}.lock"
        self.ds = ds
        self._handle: int | None = None
        self.token = 0

    def acquire(self) -> Lease:
        """Take the lock or raise :class:`Locked` at once, naming the holder."""
        handle = open_lock(self.path)
        with disk_errors(self.path):
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                shown = _content(os.pread(handle, _SIZE, 0))
                os.close(handle)
                raise Locked(
                    f"another run holds the night of {self.ds}: {_holder(shown)}",
                    fix="wait until it is done, or end that process; its lock goes with it.",
                ) from None
            self._take(handle)
        return self

    def _take(self, handle: int) -> None:
        said = _content(os.pread(handle, _SIZE, 0)).get("token")
        self.token = (said if isinstance(said, int) else 0) + 1
        me = {
            "token": self.token,
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        # Padded to one size: a crash in mid-write cannot leave the tail of an older, longer text.
        os.ftruncate(handle, _SIZE)
        os.pwrite(handle, json.dumps(me).ljust(_SIZE).encode(), 0)
        os.fsync(handle)
        self._handle = handle

    @property
    def held(self) -> bool:
        return self._handle is not None

    def check(self) -> LeaseCheck:
        """A picklable check for workers and tools."""
        return LeaseCheck(self.path, self.token)

    def release(self) -> None:
        """Let go; safe to call twice."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _still_there(path: Path) -> BinaryIO:
    """The lock file, opened; nobody holds a night whose lock was removed."""
    try:
        return path.open("rb")
    except OSError as error:
        raise Locked(
            f"the lock of this night cannot be read any more ({error.strerror})",
            fix="start the night again; it resumes. Leave the folder locks alone while it runs.",
        ) from error


def _content(text: bytes) -> dict[str, Any]:
    """What the lock file says; one cut short by a crash, or overwritten with whatever, says nothing."""
    try:
        shown = json.loads(text)
    except ValueError:
        return {}
    return shown if isinstance(shown, dict) else {}


def _holder(shown: dict[str, Any]) -> str:
    return f"pid {shown.get('pid', '?')} on {shown.get('host', '?')} since {shown.get('since', '?')}"
