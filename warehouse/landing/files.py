"""Which files of the landing folder hold which table."""

from __future__ import annotations

import difflib
import hashlib
import os
from pathlib import Path

from schemas.delivery import REQUIRED_TABLES
from schemas.errors import ContractError

_MAY_WAIT = "plays"
SUFFIXES = (".csv", ".jsonl", ".ndjson", ".parquet")


def landing_root(home: Path) -> Path:
    """The landing folder of ``home``; raises when there is none."""
    root = home / "landing"
    if not root.exists():
        raise ContractError(
            f"{root}: there is no landing folder",
            fix="bring music: `daily30 ingest folder MUSIC`, `daily30 ingest delivery PATH` or `daily30 sample`.",
        )
    if not root.is_dir():
        raise ContractError(f"{root}: is a file, not a folder", fix="move it away and make the folder.")
    return root


def delivered_files(root: Path, table: str, *, required: bool = True) -> list[Path]:
    """The files of one table in reading order: ``<table>.<suffix>`` first, then ``<table>/**`` sorted.

    Both may stand side by side, so that a delivery adds files without touching earlier ones.
    Names that start with ``.`` or ``_`` are not data (``_SUCCESS``, ``.DS_Store``).

    Args:
        required: whether tracks and users must be there; plays may still be to come, but not under a name like it.
    """
    single = [path for suffix in SUFFIXES if os.path.lexists(path := root / f"{table}{suffix}")]
    if len(single) > 1:
        names = ", ".join(p.name for p in single)
        raise ContractError(
            f"{root}: {table} is delivered twice, as {names}",
            fix=f"keep one of them, or move both into {root / table}/.",
        )
    found = [_regular(root, path) for path in single]
    found += _folder_files(root, table)
    if required and not found and table in REQUIRED_TABLES and (table != _MAY_WAIT or _near(root, table)):
        raise _missing(root, table)
    return found


def _folder_files(root: Path, table: str) -> list[Path]:
    folder = root / table
    if not os.path.lexists(folder):
        return []
    _refuse_link_out(root, folder)
    if not folder.is_dir():
        raise ContractError(
            f"{folder}: is a file without a known ending, where a folder is expected",
            fix=f"name it {table}.csv, {table}.jsonl or {table}.parquet after what it holds.",
        )
    inside = sorted(
        (p for p in folder.rglob("*") if not any(part[0] in "._" for part in p.relative_to(folder).parts)),
        key=lambda p: p.relative_to(root).as_posix(),
    )
    for path in inside:
        if path.suffix in SUFFIXES:
            _regular(root, path)
        elif path.is_file():
            require_utf8(path)
            raise ContractError(
                f"{path}: files of {table} end in {', '.join(SUFFIXES)}", fix="convert it, or move it elsewhere."
            )
        _refuse_link_out(root, path)
    return [p for p in inside if p.is_file()]


def _regular(root: Path, path: Path) -> Path:
    _refuse_link_out(root, path)
    if path.is_dir():
        raise ContractError(
            f"{path}: is a folder where a file is expected",
            fix=f"put its files into {path.with_suffix('')}/ or replace it by a file.",
        )
    return require_file(require_utf8(path))


def _refuse_link_out(root: Path, path: Path) -> None:
    """Links stay inside: what lies elsewhere was not delivered, and may be nobody's to read."""
    if not path.is_symlink():
        return
    try:
        inside = path.resolve(strict=True).is_relative_to(root.resolve())
    except (OSError, RuntimeError):  # nothing is there, or a loop
        inside = False
    if not inside:
        raise ContractError(
            f"{path}: is a link that leads out of {root}, or nowhere", fix="put the file itself in its place."
        )


def is_utf8(path: Path) -> bool:
    """Whether a path is text: tables, records and messages cannot name another."""
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def shown(path: Path) -> str:
    """A path as text, bytes that are no UTF-8 escaped."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def require_utf8(path: Path) -> Path:
    """The path, unless it is not UTF-8."""
    if not is_utf8(path):
        raise ContractError(f"{shown(path)}: its name is not UTF-8", fix="rename it (convmv renames whole folders).")
    return path


def require_file(path: Path) -> Path:
    """The path, unless something else than a file lies there: a pipe would be waited for, a device has no end."""
    if path.exists() and not path.is_file():
        raise ContractError(f"{path}: is no regular file", fix="name a file; folders, pipes and devices are not read.")
    return path


def _near(root: Path, table: str) -> list[str]:
    """What lies there that may be meant as the table."""
    return difflib.get_close_matches(table, sorted(p.name for p in root.iterdir()), n=1, cutoff=0.5)


def _missing(root: Path, table: str) -> ContractError:
    there = sorted(p.name for p in root.iterdir())
    near = _near(root, table)
    hint = f"is {near[0]!r} meant? Name it" if near else "deliver it as"
    return ContractError(
        f"{root}: no {table} delivered (found: {', '.join(there) or 'nothing'})",
        fix=f"{hint} {table}.csv, {table}.jsonl, {table}.parquet or {table}/.",
    )


def relative_name(root: Path, path: Path) -> str:
    """A file's name relative to landing, with ``/``; bytes that are not UTF-8 escaped."""
    return shown(path.relative_to(root))


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, streamed."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
