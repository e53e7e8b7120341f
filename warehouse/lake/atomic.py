"""Writes that are there whole or not at all: write aside, fsync, rename, fsync the folder."""

from __future__ import annotations

import errno
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec

from schemas.errors import OutsideServiceError, UsageError

_FULL = {errno.ENOSPC, errno.EDQUOT}
_READ_ONLY = {errno.EROFS, errno.EACCES, errno.EPERM}


@contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn a full disk or a folder we may not write into errors that say what to do."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise OutsideServiceError(
                f"the disk is full: cannot write {path}",
                fix="free space or point --home at a larger disk, then run the same command: it resumes.",
            ) from error
        if error.errno in _READ_ONLY:
            raise UsageError(
                f"may not write {path} ({error.strerror})",
                fix="make the home folder writable for this user, or choose another with --home.",
            ) from error
        raise


def write_bytes(path: Path, data: bytes, *, aside: Path) -> None:
    """Write ``data`` at ``path`` atomically and durably.

    Args:
        aside: folder on the same file system for the unfinished file.
    """
    with disk_errors(path):
        aside.mkdir(parents=True, exist_ok=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = aside / f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}"
        try:
            with unfinished.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            if path.is_dir() and not path.is_symlink():
                clear(path)  # no file can take the place of a folder
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
        sync_folder(path.parent)


def clear(path: Path) -> None:
    """Remove whatever lies where a file should: a file, a link, a folder, or nothing."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make the folder's entries durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def canonical(value: Any) -> bytes:
    """One JSON text per value: sorted keys, UTF-8, two-space indent, trailing newline.

    Indented by msgspec: where json indents it writes in Python, six times as long.
    """
    compact = json.dumps(value, ensure_ascii=False, sort_keys=True).encode("utf-8")
    try:
        return msgspec.json.format(compact, indent=2) + b"\n"
    except msgspec.DecodeError:  # NaN and infinities, which JSON has not
        return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode("utf-8")
