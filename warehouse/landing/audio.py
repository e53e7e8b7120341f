"""Audio and lyrics paths of the catalogue: kept inside their folder, hashed by content."""

from __future__ import annotations

from pathlib import Path

from warehouse.landing.files import file_sha256

_HASHED_BYTES = 2 << 30  # whoever decodes larger files, if they may be, hashes them then
_FORBIDDEN = ("\x00", "\n", "\r", "\\")


def inside(folder: Path, name: str) -> Path | None:
    """The file ``name`` under ``folder``, links resolved; None when it would lie elsewhere.

    A name that is absolute, climbs with ``..``, carries control characters or leads through a
    link out of the folder gives None. The file need not exist.
    """
    parts = name.split("/")
    if not name or name.startswith("/") or ".." in parts or any(c in name for c in _FORBIDDEN):
        return None
    try:
        path = (folder / name).resolve()
    except (OSError, RuntimeError):  # a loop of links
        return None
    return path if path.is_relative_to(folder.resolve()) else None


def _is_file(path: Path) -> bool:
    """Whether a file lies there; none lies where a name is longer than any disk takes."""
    try:
        return path.is_file()
    except OSError:
        return False


class AudioHashes:
    """SHA-256 of files under one folder, each read once in the life of this object."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._known: dict[Path, str | None] = {}

    def of(self, name: str | None) -> str | None:
        """Hash of the audio file a track names; None when it names none, or none that may be read, or a huge one."""
        path = inside(self.folder, name) if name else None
        if path is None:
            return None
        if path not in self._known:
            self._known[path] = file_sha256(path) if _is_file(path) and path.stat().st_size <= _HASHED_BYTES else None
        return self._known[path]

    def escapes(self, name: str) -> bool:
        """Whether a textually clean name leaves the folder through a link."""
        clean = not name.startswith("/") and ".." not in name.split("/") and not any(c in name for c in _FORBIDDEN)
        return clean and inside(self.folder, name) is None
