"""A finished night as an outsider reads it: pointers and manifests as JSON, Parquet files, SQLite rows.

Nothing of the project is imported, so that a mistake of its readers cannot hide here.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

Row = dict[str, Any]


@dataclass
class Night:
    """One night: rows per table, and what the serving store holds of it.

    Args:
        tables: rows per table of the night's manifest.
        version: version of ``lists`` (user to payload) and ``reviews`` ((track, language) to payload).
        earlier: daily_lists of nights before, by day.
    """

    home: Path
    ds: date
    tables: dict[str, list[Row]]
    version: str
    lists: dict[str, Row]
    reviews: dict[tuple[str, str], Row]
    earlier: dict[date, list[Row]]

    def by(self, table: str, *columns: str) -> dict[Any, Row]:
        """Rows by key; two rows of one key are an error."""
        found: dict[Any, Row] = {}
        for row in self.tables[table]:
            key = tuple(row[c] for c in columns) if len(columns) > 1 else row[columns[0]]
            assert key not in found, f"{table} has {key} twice"
            found[key] = row
        return found

    def per_user(self, table: str) -> dict[str, list[Row]]:
        """Rows grouped by user; in the order of rank where there is one."""
        return group(self.tables[table], lambda row: str(row["user_id"]))

    def recordings(self) -> dict[str, str]:
        """Recording of every track: its own id where no audio tells."""
        heard = {r["track_id"]: r["recording_id"] for r in self.tables["recordings"]}
        return {t["track_id"]: heard.get(t["track_id"]) or t["track_id"] for t in self.tables["tracks"]}


def group(rows: list[Row], key: Callable[[Row], Hashable]) -> dict[Any, list[Row]]:
    grouped: dict[Any, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda r: int(r.get("rank", r.get("seq", 0)))):
        grouped[key(row)].append(row)
    return grouped


def current(home: Path) -> dict[str, str]:
    """What lake/CURRENT says: ds and night version."""
    pointer: dict[str, str] = json.loads((home / "lake" / "CURRENT").read_text())
    return pointer


def served(home: Path) -> str | None:
    """Version the serving pointer names."""
    with _sqlite(home) as db:
        row = db.execute("SELECT version FROM versions JOIN pointer ON seq = current").fetchone()
    return row[0] if row else None


def night_manifest(home: Path, ds: str) -> Row:
    folder = home / "lake" / "_nights" / f"ds={ds}"
    version = (folder / "DONE").read_text().strip()
    manifest: Row = json.loads((folder / f"{version}.json").read_text())
    return manifest


def table_files(home: Path, ds: str, table: str) -> dict[str, str]:
    """Path (relative to lake) to SHA-256 of a table's files, in bucket order, as its manifest says."""
    version = night_manifest(home, ds)["tables"][table]
    manifest = json.loads((home / "lake" / "_manifests" / table / f"{version}.json").read_text())
    return {part["path"]: part["sha256"] for part in manifest["parts"]}


def read_table(home: Path, ds: str, table: str) -> list[Row]:
    """Rows of a table, each file proved by its hash."""
    rows: list[Row] = []
    for path, sha256 in table_files(home, ds, table).items():
        data = (home / "lake" / path).read_bytes()
        assert hashlib.sha256(data).hexdigest() == sha256, f"{path} is not what its manifest says"
        rows.extend(pl.read_parquet(data).to_dicts())
    return rows


def read_night(home: Path, ds: str) -> Night:
    """Everything of the night ``ds``; the serving version is the one its ``publication`` names."""
    tables = {name: read_table(home, ds, name) for name in night_manifest(home, ds)["tables"] if name != "search_index"}
    version = tables["publication"][0]["version"]
    with _sqlite(home) as db:
        seq = db.execute("SELECT seq FROM versions WHERE version = ? AND state = 'sealed'", (version,)).fetchone()[0]
        lists = dict(db.execute("SELECT user_id, payload FROM lists WHERE seq = ?", (seq,)))
        reviews = db.execute("SELECT track_id, language, payload FROM reviews WHERE seq = ?", (seq,)).fetchall()
    others = sorted(p.parent.name.removeprefix("ds=") for p in (home / "lake" / "_nights").glob("ds=*/DONE"))
    return Night(
        home=home,
        ds=date.fromisoformat(ds),
        tables=tables,
        version=version,
        lists={u: json.loads(p) for u, p in lists.items()},
        reviews={(t, lang): json.loads(p) for t, lang, p in reviews},
        earlier={date.fromisoformat(d): read_table(home, d, "daily_lists") for d in others if d < ds},
    )


def serving_rows(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the serving store, by table; versions numbered 0, 1, ... (a killed one uses a number up)."""
    with _sqlite(home) as db:
        place = {seq: i for i, (seq,) in enumerate(db.execute("SELECT seq FROM versions ORDER BY seq").fetchall())}
        found = {n: db.execute(f"SELECT * FROM {n}").fetchall() for n in ("versions", "lists", "reviews")}
        rows = {n: sorted(((place[seq], *rest) for seq, *rest in given), key=repr) for n, given in found.items()}
        pointer = db.execute("SELECT one, current, pinned FROM pointer").fetchall()
        rows["pointer"] = [(one, place.get(current), place.get(pinned)) for one, current, pinned in pointer]
        return rows


@contextmanager
def _sqlite(home: Path) -> Iterator[sqlite3.Connection]:
    """A copy of the store with its log: the disk it lies on may be read-only or full."""
    with tempfile.TemporaryDirectory() as folder:
        for path in (home / "serving").glob("serving.sqlite*"):
            if not path.name.endswith("-shm"):
                shutil.copy2(path, folder)
        db = sqlite3.connect(Path(folder) / "serving.sqlite")
        try:
            yield db
        finally:
            db.close()
