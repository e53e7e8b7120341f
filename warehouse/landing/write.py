"""Writing a landing: delivery files, and a claim on the folder that says whose they are."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from schemas.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

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
    write_text(path, json_lines(frame))


def json_lines(frame: pl.DataFrame) -> str:
    """One line per row, as :func:`write_jsonl` writes them."""
    lines = (json.dumps(row, ensure_ascii=False, default=_iso) for row in frame.iter_rows(named=True))
    return "".join(f"{line}\n" for line in lines)


def write_plays(folder: Path, plays: pl.DataFrame) -> None:
    """One Parquet file per UTC date, ``ds=YYYY-MM-DD.parquet``."""
    folder.mkdir(parents=True, exist_ok=True)
    dated = plays.with_columns(day=pl.col("played_at").dt.date().cast(pl.String))
    for (day,), rows in dated.group_by("day", maintain_order=True):
        rows.drop("day").write_parquet(folder / f"ds={day}.parquet")


class GrowingPlays:
    """One Parquet file per UTC date like :func:`write_plays`, but grown part by part: a row group per part and date.

    Used with ``with``; a file is whole once the block has ended.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._open: dict[str, pq.ParquetWriter] = {}

    def __enter__(self) -> GrowingPlays:
        return self

    def __exit__(self, *_: object) -> None:
        for writer in self._open.values():
            writer.close()

    def add(self, plays: pl.DataFrame) -> None:
        """Append these rows, each to the file of its date."""
        dated = plays.with_columns(day=pl.col("played_at").dt.date().cast(pl.String))
        for (day,), rows in dated.group_by("day", maintain_order=True):
            self._write(str(day), rows.drop("day").to_arrow(compat_level=pl.CompatLevel.oldest()))

    def _write(self, day: str, rows: pa.Table) -> None:
        import pyarrow.parquet as pq

        if day not in self._open:
            self._open[day] = pq.ParquetWriter(self._folder / f"ds={day}.parquet", rows.schema, compression="zstd")
        self._open[day].write_table(rows)


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
