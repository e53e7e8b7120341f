"""Writing a landing: delivery files, and a claim on the folder that says whose they are."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from schemas.errors import UsageError

MARKER, UNFINISHED = "SAMPLE.json", ".SAMPLE.unfinished.json"


def claim(landing: Path, arguments: Mapping[str, Any]) -> bool:
    """Make ``landing`` ours to write; False when it is complete with these very arguments.

    A folder begun with the same arguments is taken up where it was left, one begun with others
    is emptied; a finished sample of other arguments or a foreign delivery is refused.
    """
    done, begun = landing / MARKER, landing / UNFINISHED
    if done.is_file():
        if _read(done) == dict(arguments):
            return False
        raise UsageError(
            f"{landing} holds a sample made with other arguments (see {MARKER} there)",
            fix="give another --home, or remove its landing and truth folders first.",
        )
    if landing.exists() and not begun.is_file() and any(landing.iterdir()):
        raise UsageError(
            f"{landing} holds a delivery that is not a sample", fix="give another --home; a sample never overwrites."
        )
    if begun.is_file() and _read(begun) != dict(arguments):
        shutil.rmtree(landing)
    landing.mkdir(parents=True, exist_ok=True)
    write_text(begun, json.dumps(dict(arguments)) + "\n")
    return True


def finish(landing: Path) -> None:
    """Say that the claimed landing is complete; the last thing written."""
    (landing / UNFINISHED).replace(landing / MARKER)


def write_jsonl(path: Path, frame: pl.DataFrame) -> None:
    """One JSON object per row; dates and times as ISO 8601."""
    lines = (json.dumps(row, ensure_ascii=False, default=_iso) for row in frame.iter_rows(named=True))
    write_text(path, "".join(f"{line}\n" for line in lines))


def write_plays(folder: Path, plays: pl.DataFrame) -> None:
    """One Parquet file per UTC date, ``ds=YYYY-MM-DD.parquet``."""
    folder.mkdir(parents=True, exist_ok=True)
    dated = plays.with_columns(day=pl.col("played_at").dt.date().cast(pl.String))
    for (day,), rows in dated.group_by("day", maintain_order=True):
        rows.drop("day").write_parquet(folder / f"ds={day}.parquet")


def write_text(path: Path, text: str) -> None:
    """UTF-8, Unix line ends on every system; parent folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text("utf-8"))
    except ValueError:  # cut short by a crash: as good as no arguments
        return None


def _iso(value: Any) -> str:
    return str(value.isoformat())
