"""A SQLite store's file and its logs, moved out of the way by one process at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from warehouse.lake.atomic import clear
from warehouse.serving import whole_file


def logs(path: Path) -> list[Path]:
    """The files that SQLite keeps beside one."""
    return [path.with_name(f"{path.name}{ending}") for ending in ("-wal", "-shm")]


def move(path: Path, aside: Path) -> None:
    """Move a file, in the place of whatever lies there."""
    for file, kept in zip((path, *logs(path)), (aside, *logs(aside)), strict=True):
        clear(kept)
        with suppress(FileNotFoundError):
            file.replace(kept)  # with its log: what was committed may stand there alone
    whole_file.forget(path)


def identity(path: Path) -> tuple[int, int] | None:
    """What tells a file from another that was put in its place."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Nobody else sets anything of the folder aside meanwhile."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
