"""A manifest: what its owner says of the files of a music folder, row by row."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

from schemas.errors import ContractError
from warehouse.landing.files import require_file

Told = dict[str, str]


def read_manifest(path: Path) -> dict[str, Told]:
    """Rows of a manifest by their ``path``; blank cells are left out."""
    try:
        with require_file(path).open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            if "path" not in (reader.fieldnames or ()):
                raise ContractError(f"{path}: has no column 'path'", fix="name each file relative to the folder.")
            return {row["path"] or "": _filled(row) for row in reader}
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ContractError(f"{path}: not a readable CSV ({error})", fix="give a UTF-8 CSV file.") from error


def _filled(row: Mapping[str, str | None]) -> Told:
    cells = ((k, v.strip()) for k, v in row.items() if k and isinstance(v, str))
    return {k: v for k, v in cells if v and k != "path"}


def told_of(manifest: Mapping[str, Told], names: Iterable[str]) -> tuple[dict[str, Told], list[str]]:
    """Rows by the names of the files they mean, and the paths that mean none.

    ``./a``, ``a\\b`` and names composed otherwise (NFC, NFD) mean the same file.
    """
    by_key = {_key(name): name for name in names}
    found = {by_key[_key(path)]: told for path, told in manifest.items() if _key(path) in by_key}
    return found, [path for path in manifest if _key(path) not in by_key]


def _key(path: str) -> str:
    return unicodedata.normalize("NFC", path.replace("\\", "/").removeprefix("./").strip("/"))
