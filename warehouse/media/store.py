"""Content-addressed media: a file's name is the hash of its bytes, so nothing is stored twice or changed."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from schemas.errors import OutsideServiceError
from warehouse.lake.atomic import clear, write_bytes

_KEY = re.compile(r"[0-9a-f]{32}\.[a-z0-9]{2,5}")


class MediaStore:
    """Videos and posters under ``folder``, fanned out over 256 subfolders.

    Keys look like ``<32 hex>.mp4``; a key is valid for ever.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes, suffix: str) -> str:
        """Store bytes and return their key; storing bytes again that lie there whole writes nothing.

        Args:
            suffix: file extension with its dot, e.g. ``".mp4"``.
        """
        key = hashlib.sha256(data).hexdigest()[:32] + suffix
        path = self.path(key)
        if not self.has(key):
            write_bytes(path, data, aside=self.folder / ".aside")
        return key

    def has(self, key: str) -> bool:
        """Whether the media of a key lie here, with the bytes that name them."""
        return _is(self.path(key), key)

    def damaged(self, due: Callable[[str], bool] = lambda _: True) -> list[str]:
        """Keys whose bytes are no longer those that name them, sorted; every file is read whose key is due."""
        named = (path for path in self.folder.glob("[0-9a-f][0-9a-f]/*") if _KEY.fullmatch(path.name))
        found = (path for path in named if due(path.name))
        return sorted(p.name for p in found if not _is(p, p.name))

    def drop(self, key: str) -> None:
        """Remove the media of a key, to be made again."""
        clear(self.path(key))

    def path(self, key: str) -> Path:
        """Where the media of a key lie.

        Raises:
            OutsideServiceError: when the key is not of our form (it may come from a request).
        """
        if not _KEY.fullmatch(key):
            raise OutsideServiceError(f"no media key: {key!r}", fix="media keys look like <32 hex digits>.mp4")
        return self.folder / key[:2] / key


def _is(path: Path, key: str) -> bool:
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest()[:32] == key.partition(".")[0]


def open_media_store(home: Path, settings: Mapping[str, Any] | None = None, **_: Any) -> MediaStore:
    """The media store of a home folder."""
    del settings  # nothing to set yet
    return MediaStore(Path(home) / "media")
