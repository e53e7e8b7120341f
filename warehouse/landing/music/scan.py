"""Which files of a folder may be music, and why each other one is not taken."""

from __future__ import annotations

import os
import stat
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from schemas.errors import ContractError
from warehouse.landing.files import require_utf8

SUFFIXES = (".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".mp4", ".aac", ".wav")
OTHER_AUDIO = (
    ".wma", ".ape", ".wv", ".aif", ".aiff", ".aifc", ".dsf", ".dff", ".mka", ".m4b", ".m4p", ".webm", ".mpc", ".tak",
    ".tta", ".mid", ".midi", ".it", ".xm", ".mod", ".s3m", ".ac3", ".dts", ".ra", ".amr", ".spx", ".caf", ".au", ".ncm",
    ".kgm", ".qmc0", ".qmc3", ".qmcflac", ".mp2", ".shn",
)  # fmt: skip
LYRICS_SUFFIXES = (".lrc", ".txt")
COVER_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
# What network drives, archives and systems put beside music, in lower case.
_OF_SYSTEMS = frozenset(
    ("@eadir", "__macosx", "lost+found", "$recycle.bin", "recycler", "recycled", "#recycle", "@recycle", "#snapshot",
     "@recently-snapshot", "system volume information")
)  # fmt: skip

REASONS: dict[str, str] = {
    "hidden_folder": "folders whose name starts with a dot",
    "system_folder": "folders of a system, an archiver or a recycle bin",
    "hidden_file": "files whose name starts with a dot",
    "resource_fork": "files ._* that macOS leaves beside the real ones",
    "unsupported_format": "audio in a format that is not read",
    "other_file": "files that are no audio by their ending",
    "not_audio": "files that are no audio, whatever their ending says",
    "empty_file": "empty files",
    "undecodable": "files of which nothing can be decoded",
    "unreadable_file": "files the system does not let us read",
    "unreadable_folder": "folders the system does not let us read",
    "not_a_file": "pipes, sockets and devices",
    "broken_link": "links that lead nowhere",
    "link_loop": "links that lead back to themselves or to a folder above",
    "link_outside": "links that lead out of the folder",
    "link_to_known": "links to what is taken already",
    "name_not_utf8": "names that are not UTF-8 (convmv renames them)",
}
"""Why something was not taken -> what it is, for a person."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file that may be music, or lies beside it.

    Args:
        name: relative to the folder, with ``/``.
        path: where it lies, links resolved.
        inode: device and number: two names of one file have the same.
    """

    name: str
    path: Path
    size: int
    mtime_ns: int
    inode: tuple[int, int]

    @property
    def stamp(self) -> str:
        """Changes when the file does."""
        return f"{self.name}:{self.size}:{self.mtime_ns}"


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something not taken: its name relative to the folder, a key of :data:`REASONS` and what was found."""

    name: str
    reason: str
    detail: str = ""


@dataclass(slots=True)
class Scan:
    """A folder as found.

    Args:
        files: by name, possibly music.
        beside: possible lyrics and covers by the folder they lie in (``""`` is the top).
        skipped: what is not taken.
    """

    files: list[Found] = field(default_factory=list)
    beside: defaultdict[str, list[Found]] = field(default_factory=lambda: defaultdict(list))
    skipped: list[Skipped] = field(default_factory=list)


def scan_folder(folder: Path) -> Scan:
    """Every entry below ``folder``, each once: files first, then what links lead to."""
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise ContractError(f"{folder}: {what}", fix="name a folder that holds music files.")
    walk = _Walk(require_utf8(folder.resolve()))
    walk.folder(walk.root, "")
    while walk.links:
        links, walk.links = sorted(walk.links), []
        for name, path in links:
            walk.link(name, path)
    walk.scan.files.sort(key=lambda f: f.name)
    walk.scan.skipped.sort(key=lambda s: s.name)
    return walk.scan


class _Walk:
    """One walk below a folder; what was met is known by its inode."""

    def __init__(self, root: Path) -> None:
        self.root, self.scan = root, Scan()
        self.links: list[tuple[str, Path]] = []
        self._seen: set[Path] = set()

    def folder(self, top: Path, top_name: str) -> None:
        """Everything in ``top`` and below; links are put aside."""
        waiting = [(top, top_name)]
        while waiting:
            path, name = waiting.pop()
            self._seen.add(path)
            try:
                with os.scandir(path) as listed:
                    entries = sorted(listed, key=lambda e: e.name)
            except OSError as error:
                self._skip(name, "unreadable_folder", _why(error))
                continue
            for entry in entries:
                child = f"{name}/{entry.name}" if name else entry.name
                if not _is_utf8(entry.name):
                    self._skip(os.fsencode(child).decode("utf-8", "backslashreplace"), "name_not_utf8")
                elif entry.is_symlink():
                    self.links.append((child, Path(entry.path)))
                elif entry.is_dir(follow_symlinks=False):
                    if reason := _of_no_interest(entry.name, is_folder=True):
                        self._skip(child, reason)
                    else:
                        waiting.append((Path(entry.path), child))
                else:
                    self.file(Path(entry.path), child)

    def link(self, name: str, path: Path) -> None:
        """What a link leads to, where it lies in the folder and was not met before."""
        try:
            target = path.resolve(strict=True)
        except FileNotFoundError:
            self._skip(name, "broken_link")
        except (OSError, RuntimeError) as error:
            self._skip(name, "link_loop", _why(error))
        else:
            if reason := self._not_followed(path, target):
                self._skip(name, reason)
            else:
                (self.folder if target.is_dir() else self.file)(target, name)

    def _not_followed(self, path: Path, target: Path) -> str | None:
        """Why a link is not followed; None where it is."""
        if reason := _of_no_interest(path.name, is_folder=target.is_dir()):
            return reason
        if not target.is_relative_to(self.root):
            return "link_outside"
        if path.is_relative_to(target):
            return "link_loop"
        return "link_to_known" if target in self._seen else None

    def file(self, path: Path, name: str) -> None:
        """One file by its name; its content is not looked at."""
        self._seen.add(path)
        base, suffix = name.rsplit("/", 1)[-1], Path(name).suffix.lower()
        reason = _of_no_interest(base, is_folder=False)
        reason = reason or ("unsupported_format" if suffix in OTHER_AUDIO else None)
        wanted = suffix in SUFFIXES or suffix in LYRICS_SUFFIXES or suffix in COVER_SUFFIXES
        if reason or not wanted:
            return self._skip(name, reason or "other_file")
        try:
            status = path.stat()
        except OSError as error:
            return self._skip(name, "unreadable_file", _why(error))
        if not stat.S_ISREG(status.st_mode):
            return self._skip(name, "not_a_file")
        found = Found(name, path, status.st_size, status.st_mtime_ns, (status.st_dev, status.st_ino))
        if suffix not in SUFFIXES:
            self.scan.beside[name.rpartition("/")[0]].append(found)
        elif not status.st_size:
            self._skip(name, "empty_file")
        else:
            self.scan.files.append(found)
        return None

    def _skip(self, name: str, reason: str, detail: str = "") -> None:
        self.scan.skipped.append(Skipped(name, reason, detail))


def _of_no_interest(name: str, *, is_folder: bool) -> str | None:
    """Why a name alone says that nothing is to be looked for here; ``...And Justice`` is not hidden."""
    if name.lower() in _OF_SYSTEMS:
        return "system_folder" if is_folder else "other_file"
    if name.startswith("._"):
        return "resource_fork" if not is_folder else "hidden_folder"
    if name.startswith(".") and not name.startswith(".."):
        return "hidden_folder" if is_folder else "hidden_file"
    return None


def _is_utf8(name: str) -> bool:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _why(error: BaseException) -> str:
    return (isinstance(error, OSError) and error.strerror) or type(error).__name__
