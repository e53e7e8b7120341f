"""The tool ``shared_audio``: what was heard in files that several tracks share, one JSON file per content.

Buckets of a night run apart and know nothing of each other; the same recording under two ids
lies in two of them as a rule. Only shared content is kept here, so the folder stays small.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.lake.atomic import disk_errors, write_bytes

_KEY = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class SharedRow:
    """Where one content's row lies; read and written under its lock."""

    path: Path

    def read(self) -> dict[str, Any] | None:
        """The row; None when nobody has heard this content, or what was kept of it is no longer what was written."""
        try:
            kept = json.loads(self.path.read_bytes())
            row: dict[str, Any] = kept["row"]
        except (FileNotFoundError, IsADirectoryError, ValueError, LookupError, TypeError):
            return None
        return row if kept.get("sha256") == _sum(row) else None

    def write(self, row: dict[str, Any]) -> None:
        """Keep the row; floats keep every bit."""
        plain = json.loads(json.dumps(row, default=_plain))
        data = json.dumps({"row": plain, "sha256": _sum(plain)}, sort_keys=True).encode()
        write_bytes(self.path, data, aside=self.path.parent / ".aside")


class SharedAudio:
    """Rows by content key under ``folder``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @contextmanager
    def entry(self, key: str) -> Iterator[SharedRow]:
        """The entry of a content key (32 hex digits), held until the end of the block.

        Whoever wants the same one waits; the kernel lets go of it when its holder dies.
        """
        if not _KEY.fullmatch(key):
            raise ValueError(f"no content key: {key!r}")
        lock = self.folder / f"{key}.lock"
        with disk_errors(lock):
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = lock.open("ab")
        with handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield SharedRow(self.folder / f"{key}.json")


def _sum(row: dict[str, Any]) -> str:
    """Checksum of a row of plain values."""
    return hashlib.sha256(json.dumps(row, sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """NumPy's numbers and arrays as Python's."""
    return value.tolist()


def open_shared_audio(home: Path, **_: object) -> SharedAudio:
    """The shared audio of a home folder."""
    return SharedAudio(Path(home) / "shared_audio")
