"""The same delivery gives the same bytes, however many workers share it and whatever order its rows came in."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from jobs.pipeline import PIPELINE
from tests.e2e.conftest import FIRST_NIGHT, CopyHome
from tests.e2e.here import here
from tests.e2e.night import night_manifest, read_table, table_files

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
LAST = "publish"
# Its rows say at which place of a file a refused row stood: another order is another place.
PLACED = "quarantine"


def _lines(path: Path, head: int) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    rows = lines[head:]
    random.Random(path.name).shuffle(rows)
    path.write_text("".join([*lines[:head], *rows]), encoding="utf-8")


def _parquet(path: Path) -> None:
    pl.read_parquet(path).sample(fraction=1.0, shuffle=True, seed=5).write_parquet(path)


SHUFFLES: dict[str, Callable[[Path], None]] = {
    ".jsonl": lambda path: _lines(path, 0),
    ".csv": lambda path: _lines(path, 1),
    ".parquet": _parquet,
}


def shuffle(landing: Path) -> list[Path]:
    """Permute the rows of every delivered table, each within its file; the files that are others now."""
    changed = []
    for path in sorted(landing.rglob("*")):
        if path.suffix in SHUFFLES:
            before = path.read_bytes()
            SHUFFLES[path.suffix](path)
            if path.read_bytes() != before:
                changed.append(path.relative_to(landing))
    return changed


def hashes(home: Path) -> dict[str, list[str]]:
    """SHA-256 of every table's files in bucket order, of the stages up to LAST."""
    until = [stage.name for stage in PIPELINE].index(LAST)
    tables = [table for stage in PIPELINE[: until + 1] for table in stage.writes]
    assert set(tables) <= set(night_manifest(home, FIRST_NIGHT)["tables"])
    return {table: list(table_files(home, FIRST_NIGHT, table).values()) for table in tables}


def refused(home: Path) -> Counter[tuple[object, ...]]:
    """What was refused, wherever it stood."""
    rows = read_table(home, FIRST_NIGHT, PLACED)
    return Counter(tuple(v for k, v in row.items() if k != "source_row") for row in rows)


def test_workers_and_row_order_change_no_byte(copied: CopyHome, delivered: Path, finished: Path) -> None:
    home = copied(delivered)
    changed = {str(path) for path in shuffle(home / "landing")}
    assert {"users.csv", "tracks.jsonl", "feedback.jsonl", "plays/shelf.parquet"} <= changed
    said = here("nightly", "--home", home, "--ds", FIRST_NIGHT, "--workers", 1, "--json").json()
    assert said["complete"]
    anew, there = hashes(home), hashes(finished)
    assert {name for name in there if anew[name] != there[name]} <= {PLACED}
    assert refused(home) == refused(finished)
    assert sum(len(files) for files in there.values()) > len(there)  # some tables lie in buckets
