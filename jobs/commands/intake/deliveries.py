"""A delivery into a landing: checked whole, then copied whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from features.ingest.sieve import contract_rules, sieve, with_defaults
from schemas.delivery import DELIVERED
from schemas.errors import ContractError, UsageError
from warehouse.landing.delivery import read_delivery
from warehouse.landing.files import SUFFIXES, delivered_files
from warehouse.landing.landing_writer import LandingWriter, slug

_MAX_UNREADABLE_SHARE = 0.1
_SHOWN = 5


def take_delivery(home: Path, path: Path, table: str | None) -> dict[str, Any]:
    """Files checked against their contract, then copied into the landing; all or none."""
    found = _delivered(path, table)
    lines = [_judge(file, of) for file, of in found]
    landing = LandingWriter(home)
    for file, of in found:
        inside = file.relative_to(path).with_suffix("").as_posix() if path.is_dir() else file.stem
        landing.put_copy(f"{of}/{slug(inside)}{file.suffix}", file)
    media = _media(path)
    for file in media:
        landing.put_link(file.relative_to(path).as_posix(), file)
    return {
        "files": len(found),
        "tables": sorted({of for _, of in found}),
        "checked": lines,
        "audio_and_lyrics": len(media),
        "landing": str(landing.root),
    }


def _media(path: Path) -> list[Path]:
    """Audio and lyrics files that come with a delivered folder; links are not followed."""
    found = [p for kind in ("audio", "lyrics") for p in sorted((path / kind).rglob("*"))] if path.is_dir() else []
    return [p for p in found if p.is_file() and not p.is_symlink() and not p.name.startswith(".")]


def _delivered(path: Path, table: str | None) -> list[tuple[Path, str]]:
    """Files of a delivery and the table each belongs to."""
    tabular = [t for t in DELIVERED if t != "lyrics"]
    if table is not None and table not in tabular:
        raise UsageError(f"--table {table!r} is not delivered as a table", fix=f"tables are {', '.join(tabular)}.")
    if path.is_dir():
        tables = [table] if table else tabular
        found = [(file, t) for t in tables for file in delivered_files(path, t, required=False)]
        if not found:
            raise ContractError(
                f"{path}: holds no delivery", fix=f"name files {', '.join(tabular)} (.csv, .jsonl, .parquet)."
            )
        return found
    if not path.is_file() or path.suffix not in SUFFIXES:
        what = "is no CSV, JSONL or Parquet file" if path.exists() else "does not exist"
        raise ContractError(f"{path}: {what}", fix=f"deliver files that end in {', '.join(SUFFIXES)}.")
    guessed = table or next((t for t in tabular if path.stem.lower().startswith(t)), None)
    if guessed is None:
        raise UsageError(
            f"{path}: its name does not say what it holds", fix=f"add --table, one of {', '.join(tabular)}."
        )
    return [(path, guessed)]


def _judge(file: Path, table: str) -> str:
    """What a file holds, in a line; raises when too much of it cannot be read."""
    frame, unreadable = read_delivery(file, table, name=file.name)
    rows = frame.height + unreadable.height
    if unreadable.height > _MAX_UNREADABLE_SHARE * rows:
        first = "; ".join(
            f"row {r['source_row']} {r['reason']}: {r['detail']}" for r in unreadable.head(_SHOWN).iter_rows(named=True)
        )
        raise ContractError(
            f"{file}: {unreadable.height:,} of {rows:,} rows cannot be read; first: {first}",
            fix="mend the file; nothing was taken.",
        )
    refused = sieve(with_defaults(frame, table), table, contract_rules(table)).quarantine
    faults = refused.get_column("reason").value_counts().sort("reason").rows()
    told = ", ".join(f"{count:,} {reason}" for reason, count in faults)
    return f"{file.name}: {rows:,} rows of {table}, {unreadable.height:,} unreadable{', ' + told if told else ''}"
