"""Files of an export: a file, a folder, a zip or gzip of them, opened one by one as streams."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from schemas.errors import ContractError
from warehouse.landing.files import require_file
from warehouse.landing.limits import DEFAULT, Limits, check_size, most_unpacked, too_large_unpacked

_ZIP, _GZIP = b"PK\x03\x04", b"\x1f\x8b"
_EMPTY_ZIP = b"PK\x05\x06"
HEAD_BYTES = 4096
ABOUT = "user.json"  # ListenBrainz: whose export it is
_BROKEN = (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError)


@dataclass(frozen=True, slots=True)
class ExportFile:
    """One file of an export.

    Args:
        name: how messages call it, e.g. ``export.zip/listens/2026/1.jsonl``.
        stream: its bytes, read once from the start.
        head: its first bytes.
    """

    name: str
    stream: IO[bytes]
    head: bytes

    def text(self) -> io.TextIOWrapper:
        """Its text: UTF-8, or UTF-16 where it says so; bytes that are neither stay as lone surrogates."""
        wide = self.head.startswith((b"\xff\xfe", b"\xfe\xff"))
        return io.TextIOWrapper(
            self.stream, encoding="utf-16" if wide else "utf-8-sig", errors="surrogateescape", newline=""
        )


class _Unpacked(io.RawIOBase):
    """The bytes of a packed file of this size on disk; reading beyond its limits raises."""

    def __init__(self, stream: IO[bytes], name: str, size: int, limits: Limits) -> None:
        self._stream, self._name, self._size, self._limits = stream, name, size, limits
        self._left, _ = most_unpacked(size, limits)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise too_large_unpacked(self._name, self._size, self._limits)
        buffer[: len(data)] = data
        return len(data)


def export_files(path: Path, limits: Limits = DEFAULT) -> Iterator[ExportFile | ContractError]:
    """Every file of an export, those in archives unpacked in passing; hidden ones and links are left out.

    Of a folder or archive its files ``user.json`` come first: they say whose the others are. In place of a file or
    archive that is damaged, encrypted, too large or may not be read stands why; the others come all the same.

    Args:
        limits: how large a file or archive may be, and how much it may unpack to.

    Raises:
        ContractError: nothing is there.
    """
    if not path.exists():
        raise ContractError(f"{path}: not readable, it does not exist", fix="name a file or folder of listens.")
    if not path.is_dir():
        require_file(path)
    for file in _files(path):
        name = file.relative_to(path).as_posix() if path.is_dir() else path.name
        try:
            with readable(name):
                yield from _opened(file, name, limits)
        except ContractError as error:
            yield error


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    inside = (p for p in path.rglob("*") if p.is_file() and not p.is_symlink())
    seen = (p for p in inside if not any(part.startswith(".") for part in p.relative_to(path).parts[:-1]))
    return sorted(seen, key=lambda p: _order(p.as_posix()))


def _order(name: str) -> tuple[bool, str]:
    return not name.endswith(ABOUT), name


def _opened(file: Path, name: str, limits: Limits) -> Iterator[ExportFile | ContractError]:
    check_size(file, limits, name=name)
    with file.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
        stream.seek(0)
        if head.startswith(_ZIP) or head.startswith(_EMPTY_ZIP):
            yield from _members(stream, name, file.stat().st_size, limits)
        elif head.startswith(_GZIP):
            with gzip.open(stream) as unpacked:
                whole = _Unpacked(cast(IO[bytes], unpacked), name, file.stat().st_size, limits)
                yield _peeked(name, cast(IO[bytes], whole))
        else:
            yield ExportFile(name, stream, head)


def _members(stream: IO[bytes], name: str, size: int, limits: Limits) -> Iterator[ExportFile | ContractError]:
    with zipfile.ZipFile(stream) as archive:
        # What is more than the archive says of itself is not read.
        if sum(member.file_size for member in archive.infolist()) > most_unpacked(size, limits)[0]:
            raise too_large_unpacked(name, size, limits)
        names = [m for m in archive.namelist() if not m.endswith("/") and not m.startswith("__MACOSX/")]
        if "[Content_Types].xml" in names:
            raise ContractError(f"{name}: is an Office document", fix="save the table as CSV.")
        for member in sorted(names, key=_order):
            try:
                with readable(f"{name}/{member}"), _member(archive, member, name) as unpacked:
                    yield _peeked(f"{name}/{member}", unpacked)
            except ContractError as error:
                yield error


def _member(archive: zipfile.ZipFile, member: str, name: str) -> IO[bytes]:
    try:
        return archive.open(member)
    except (RuntimeError, NotImplementedError) as error:  # a password is asked for; a compression nobody reads
        raise ContractError(f"{name}: {error}", fix="unpack it and give the folder.") from error


def _peeked(name: str, stream: IO[bytes]) -> ExportFile:
    whole = io.BufferedReader(cast(io.RawIOBase, stream), buffer_size=1 << 16)
    return ExportFile(name, whole, whole.peek(HEAD_BYTES)[:HEAD_BYTES])


@contextmanager
def readable(name: str) -> Iterator[None]:
    """A file or archive that breaks while it is read, as an error that names it."""
    try:
        yield
    except _BROKEN as error:
        raise ContractError(f"{name}: cannot be read ({error})", fix="download or copy it again.") from error
