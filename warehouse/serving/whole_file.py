"""The hash of a store's file at rest: of bytes that hold no row (free pages, slack at their ends) nothing else tells
that they have changed.

It lies beside the file while nobody has it open to write: who opens it removes the note, who closes it last writes it.
A file without a note (a run was killed) is not compared.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import Path

from schemas.errors import OutsideServiceError
from warehouse.lake.atomic import clear, write_bytes

ENDING = ".sha256"


def note(path: Path) -> None:
    """Note the hash of a file that was closed, unless somebody else still writes; a full disk is no reason to fail."""
    with suppress(OSError, OutsideServiceError):
        if not _log_left(path):
            write_bytes(_beside(path), f"{_hash(path)}\n".encode(), aside=path.parent)


def forget(path: Path) -> None:
    """Remove the note: the file is about to change."""
    clear(_beside(path))


def differs(path: Path) -> bool:
    """Whether the file has other bytes than were noted."""
    beside = _beside(path)
    try:
        noted, found = beside.read_bytes(), f"{_hash(path)}\n".encode()
        # Whoever opened it to write meanwhile took the note away, or has a log.
        return noted != found and not _log_left(path) and beside.read_bytes() == noted
    except FileNotFoundError:
        return False


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}{ENDING}")


def _log_left(path: Path) -> bool:
    log = path.with_name(f"{path.name}-wal")
    with suppress(FileNotFoundError):
        return log.stat().st_size > 0
    return False


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
