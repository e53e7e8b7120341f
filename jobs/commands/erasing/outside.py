"""What lies of a user outside the lake: deliveries, feedback that waits, paid answers, logs, pages."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from jobs.commands.erasing.rows import HIDDEN
from warehouse.erasure.rows import without
from warehouse.erasure.search import Wanted
from warehouse.lake.atomic import canonical, write_bytes
from warehouse.landing.files import SUFFIXES

_NOT_TABULAR = ("lake", "media", "cache", "report", "serving", "inbox", "locks")
_OF_SONGS = ("audio", "lyrics", "covers")


def delivered(home: Path) -> Iterator[Path]:
    """Files of a home that hold rows as somebody delivered them, or as a sample wrote them."""
    for path in sorted(home.rglob("*")):
        inside = path.relative_to(home).parts
        if inside[0] in _NOT_TABULAR or (inside[0] == "landing" and inside[1:2] and inside[1] in _OF_SONGS):
            continue
        if path.suffix in SUFFIXES and path.is_file():
            yield path


def rows_of(home: Path, wanted: Wanted) -> dict[str, int]:
    """How many rows of a user each delivered file holds, by its name relative to the home."""
    counted = ((path, without(path, lambda user: user == wanted.user_id)[1]) for path in delivered(home))
    return {path.relative_to(home).as_posix(): rows for path, rows in counted if rows}


def cut_rows(home: Path, wanted: Wanted) -> None:
    """Take a user's rows out of every delivered file; a file of nobody else, which may bear the name, goes."""
    for path in delivered(home):
        data, rows = without(path, lambda user: user == wanted.user_id)
        if rows and path.parent.name == "users" and _is_empty(path, data):
            path.unlink()
        elif rows:
            write_bytes(path, data, aside=path.parent / "_aside")
            shutil.rmtree(path.parent / "_aside")


def _is_empty(path: Path, data: bytes) -> bool:
    if path.suffix != ".parquet":
        return len(data.splitlines()) <= (path.suffix == ".csv")
    import io

    import pyarrow.parquet as pq

    return int(pq.read_metadata(io.BytesIO(data)).num_rows) == 0


def hide_in_logs(home: Path, wanted: Wanted) -> None:
    """Logs of runs say of a sentence that names the user only that; what evaluations keep is made again."""
    shutil.rmtree(home / "runs" / "evaluate", ignore_errors=True)
    for path in sorted((home / "runs").rglob("*.json")):
        text = path.read_text("utf-8", "replace")
        if wanted.named(text):
            try:
                told = _hidden(json.loads(text), wanted)
            except ValueError:
                path.unlink()  # cut short, and so no log
                continue
            write_bytes(path, canonical(told), aside=home / "lake" / "_aside")


def _hidden(told: Any, wanted: Wanted) -> Any:
    if isinstance(told, dict):
        return {name: _hidden(value, wanted) for name, value in told.items()}
    if isinstance(told, list):
        return [_hidden(value, wanted) for value in told]
    return HIDDEN if isinstance(told, str) and wanted.named(told) else told


def pages_naming(home: Path, wanted: Wanted) -> list[date]:
    """Nights whose report shows the user."""
    found = {
        path.relative_to(home / "report").parts[0]
        for path in (home / "report").rglob("*")
        if path.suffix in (".html", ".js", ".json") and wanted.named(path.read_text("utf-8", "replace"))
    }
    return sorted(date.fromisoformat(name.removeprefix("ds=")) for name in found)


def files_of_report(home: Path, names: list[str]) -> list[dict[str, Any]]:
    """Rows of ``report_files`` of files as they are now."""
    rows = []
    for name in names:
        data = (home / name).read_bytes()
        rows.append({"path": name, "sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)})
    return rows
