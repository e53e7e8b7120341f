"""Putting files into a landing, whole or not at all, beside what is there."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import stat
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache, partial
from pathlib import Path

import polars as pl

from schemas.delivery import LANDING
from schemas.errors import ContractError, UsageError
from warehouse.lake.atomic import disk_errors, sync_folder
from warehouse.landing.delivery import read_delivery
from warehouse.landing.files import delivered_files
from warehouse.landing.limits import DEFAULT, Limits

_SLUG_BYTES = 120


class LandingWriter:
    """Writer of one landing.

    A delivery is a file of its own in ``landing/<table>/``; a file of the same name is replaced,
    so that delivering twice changes nothing.

    Args:
        home: the home; its landing folder is made when missing.
        limits: beyond which a file that is there is refused.
    """

    def __init__(self, home: Path, limits: Limits = DEFAULT) -> None:
        self._limits = limits
        self.root = home / "landing"
        with disk_errors(self.root):
            try:
                self.root.mkdir(parents=True, exist_ok=True)
            except (FileExistsError, NotADirectoryError) as error:
                raise UsageError(f"{self.root} is no folder", fix="choose another --home.") from error

    def names(self, table: str) -> list[str]:
        """Files that hold rows of ``table``, relative to landing, in reading order."""
        return [p.relative_to(self.root).as_posix() for p in delivered_files(self.root, table, required=False)]

    def known(self, table: str, *, but: str = "", where: pl.Expr | bool = True) -> pl.DataFrame:
        """Delivered rows of ``table``, none when nothing is there.

        Args:
            but: a file (relative to landing) to leave out: the one about to be replaced.
            where: which rows; files are read one after the other and only these kept.

        A file is read once by a process, unless it is written anew; plays, of which there are many, are not kept.
        """
        contract = LANDING[f"landing_{table}"]
        paths = delivered_files(self.root, table, required=False)
        frames = [self._rows(p, table).filter(where) for p in paths]
        return pl.concat([contract.empty(), *frames]).filter(pl.col("source_file") != but)

    def _rows(self, path: Path, table: str) -> pl.DataFrame:
        name = path.relative_to(self.root).as_posix()
        if table == "plays":
            return read_delivery(path, table, name=name, limits=self._limits)[0]
        status = path.stat()
        return _read(path, table, name, self._limits, (status.st_ino, status.st_size, status.st_mtime_ns))

    def put_rows(self, name: str, rows: pl.DataFrame) -> Path:
        """Write rows as ``landing/<name>``; its ending, ``.jsonl`` or ``.parquet``, says how."""
        if Path(name).suffix == ".parquet":
            return self._put(name, rows.write_parquet)
        return self._put(name, rows.write_ndjson)

    def put_text(self, name: str, text: str) -> Path:
        """Write UTF-8 text as ``landing/<name>``."""
        return self._put(name, partial(Path.write_text, data=text, encoding="utf-8"))

    def remove(self, name: str) -> None:
        """Remove the file ``landing/<name>``, if there is one."""
        target = self.root / name
        with disk_errors(target):
            target.unlink(missing_ok=True)

    def put_copy(self, name: str, source: Path) -> Path:
        """Copy a file to ``landing/<name>``."""
        return self._put(name, partial(shutil.copyfile, source))

    def put_link(self, name: str, source: Path) -> Path:
        """Link a file's bytes at ``landing/<name>`` (no second copy); copy across file systems."""
        return self._put(name, partial(_link_or_copy, source))

    def put_all(self, copies: Mapping[str, Path], links: Mapping[str, Path]) -> None:
        """Copy and link many files to ``landing/<name>``: none is seen there before all are written."""
        writes: dict[str, Callable[[Path], object]] = {n: partial(_copy, s) for n, s in copies.items()}
        writes |= {n: partial(_link_or_copy, s) for n, s in links.items()}
        self._put_many(writes)

    def put_texts(self, texts: Mapping[str, bytes]) -> None:
        """Write many small files to ``landing/<name>``: none is seen there before all are written."""
        self._put_many({name: partial(_write, data) for name, data in texts.items()})

    def _put_many(self, writes: Mapping[str, Callable[[Path], object]]) -> None:
        asides: dict[str, Path] = {}
        try:
            for name, write in writes.items():
                with disk_errors(self.root / name):
                    asides[name] = self._aside(name)
                    write(asides[name])
            for name, aside in asides.items():
                with disk_errors(self.root / name):
                    aside.replace(self.root / name)
            for folder in {(self.root / name).parent for name in asides}:
                sync_folder(folder)
        finally:
            for aside in asides.values():
                aside.unlink(missing_ok=True)

    def drop_others(self, folder: str, keep: Iterable[str], *, named: re.Pattern[str]) -> None:
        """Remove files of ``landing/<folder>`` named so and not among ``keep`` (names below the folder's parent)."""
        wanted = {(self.root / folder).parent / name for name in keep}
        with disk_errors(self.root / folder):
            for path in (self.root / folder).glob("*"):
                if named.fullmatch(path.stem) and path not in wanted:
                    path.unlink()

    def _put(self, name: str, write: Callable[[Path], object]) -> Path:
        target = self.root / name
        with disk_errors(target):
            aside = self._aside(name)
            try:
                write(aside)
                _sync(aside)
                aside.replace(target)
            finally:
                aside.unlink(missing_ok=True)
            sync_folder(target.parent)
        return target

    def _aside(self, name: str) -> Path:
        """Where the file of this name is written first, beside its place."""
        folder = (self.root / name).parent
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f".{secrets.token_hex(8)}"


def slug(text: str) -> str:
    """A file name of letters, digits, ``-`` and ``_`` of any script; never empty, hidden or too long for a disk.

    Texts that differ may have one slug: what must stay apart adds a digest, or is found in a register.
    """
    plain = re.sub(r"[^\w-]+", "-", text).strip("-_")
    return plain.encode()[:_SLUG_BYTES].decode(errors="ignore").strip("-_") or "unnamed"


def _copy(source: Path, target: Path) -> None:
    _require_plain(source)
    shutil.copyfile(source, target)
    _sync(target)


def _write(data: bytes, target: Path) -> None:
    target.write_bytes(data)
    _sync(target)


def _link_or_copy(source: Path, target: Path) -> None:
    """A link holds bytes that are on disk already: only a copy waits for the disk."""
    _require_plain(source)
    try:
        target.hardlink_to(source)
    except OSError:
        _copy(source, target)


def _require_plain(source: Path) -> None:
    """What became a link, a pipe or a device since it was looked at is not taken."""
    if not stat.S_ISREG(source.lstat().st_mode):
        raise ContractError(f"{source}: is no regular file (any more)", fix="put the file itself in its place.")


@lru_cache(maxsize=32)
def _read(path: Path, table: str, name: str, limits: Limits, stamp: tuple[int, int, int]) -> pl.DataFrame:
    """Rows of a delivered file, kept for as long as it bears this stamp: its number, size and time of change."""
    del stamp  # only asked for
    return read_delivery(path, table, name=name, limits=limits)[0]


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
