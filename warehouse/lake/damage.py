"""Damaged files of the lake: how they are told, and where they are put."""

from __future__ import annotations

import errno
import hashlib
from pathlib import Path

from schemas.errors import DamagedFile
from schemas.terminal import command
from warehouse.lake.atomic import clear, disk_errors, sync_folder

_NO_FILE = {errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ELOOP, errno.EIO}
ASIDE = "_damaged"
"""Folder of the lake for what was damaged; garbage collection removes it."""


def damaged(lake: Path, path: str, what: str) -> DamagedFile:
    """The error to raise of a file of the lake.

    Args:
        path: relative to the lake. what: is the matter with it, e.g. "is gone".
    """
    home = lake.parent
    return DamagedFile(
        f"{lake / path} {what}",
        fix=f"run `{command('repair', '--home', home)}`: it makes again what the rest allows, and names what not.",
        path=path,
    )


def read_bytes(path: Path) -> bytes | None:
    """What lies in a file; None where there is none, or none that can be read: a folder, a loop, a broken sector."""
    try:
        return path.read_bytes()
    except OSError as error:
        if error.errno in _NO_FILE:
            return None
        raise


def read_verified(lake: Path, path: str, sha256: str) -> bytes:
    """The bytes of a file, proved by their hash.

    Raises:
        DamagedFile: it is gone or its bytes are others.
    """
    data = read_bytes(lake / path)
    if data is None:
        raise damaged(lake, path, "is gone")
    if hashlib.sha256(data).hexdigest() != sha256:
        raise damaged(lake, path, "is not the file its manifest names (its SHA-256 differs)")
    return data


def set_aside(lake: Path, path: str) -> Path | None:
    """Move a damaged file, or what lies in its place, out of the way, to be looked at; None where nothing does."""
    there, to = lake / path, lake / ASIDE / path
    if not (there.exists() or there.is_symlink()):
        return None
    with disk_errors(to):
        to.parent.mkdir(parents=True, exist_ok=True)
        clear(to)
        there.replace(to)
        sync_folder(there.parent)
    return to
