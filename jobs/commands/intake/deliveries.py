"""A delivery into a landing: checked whole, as the next night will check it, then copied whole or not at all."""

from __future__ import annotations

import filecmp
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from features.ingest.gates import reasons
from jobs.commands.intake.door import Verdict, rehearse
from jobs.commands.intake.erased import sources, told_of, without_erased
from jobs.commands.intake.judging import Read, first_refused, lines, read_all, refuse_unusable, refused_rows
from jobs.commands.intake.placing import Place, places_of
from jobs.run.landing import landing_writer, limits_of
from jobs.run.settings import load_settings
from schemas.delivery import DELIVERED
from schemas.errors import ContractError, UsageError
from warehouse.erasure import erased_of
from warehouse.landing.files import SUFFIXES, delivered_files, is_utf8, require_utf8, shown
from warehouse.landing.landing_writer import LandingWriter
from warehouse.landing.limits import check_files


def take_delivery(home: Path, path: Path, table: str | None, replace: bool = False) -> dict[str, Any]:
    """Files judged as the next night will judge them, then copied into the landing; all or none.

    Args:
        replace: whether files take the place of those of the same name, whatever is lost with them.

    Raises:
        ContractError: a file is none, holds no usable row, or would make the next night stop.
    """
    limits, params = limits_of(home), load_settings(home).tool("ingest")
    files, media = _delivered(path, table, home), _media(path)
    check_files([*(f for f, _ in files), *media], limits, where=path)
    erased = erased_of(home)
    read, erased_rows = without_erased(read_all(path, files, limits), erased)
    landing = landing_writer(home)
    places = places_of(landing.root, path, read, replace=replace, limits=limits)
    links = _links(landing.root, path, media, replace=replace)
    named = [r.named(p.name) for r, p in zip(read, places, strict=True)]
    verdict = rehearse(home, _frames(named), path, frozenset(p.name for p in places), params, limits)
    refused = refused_rows(named, verdict.judged, verdict.missing)
    refuse_unusable(path, named, refused)
    lyrics = judge_lyrics(path, verdict, alone=not files)
    _refuse_stops(verdict)
    with sources(read, erased) as files_now:
        landing.put_all({p.name: file for p, file in zip(places, files_now, strict=True)}, links)
    return _told(landing, named, places, len(links), refused) | {
        "left_out": [*_left_out(path), *([told_of(erased_rows)] if erased_rows else [])],
        "erased_rows": erased_rows,
        "lyrics": lyrics,
        "next": _next(verdict, refused.height),
    }


def _left_out(path: Path) -> list[str]:
    """What of a delivered folder is not read: hidden tables, and audio and lyrics that are links or no files."""
    below = [p.relative_to(path) for p in path.rglob("*") if p.suffix in SUFFIXES] if path.is_dir() else []
    hidden = (shown(p) for p in below if any(part[0] in "._" for part in p.parts))
    told = [f"{name}: names that begin with . or _ are no data" for name in sorted(hidden)]
    return told + [f"{shown(p.relative_to(path))}: {why}" for p in _beside(path) if (why := _why_not(p))]


def _why_not(path: Path) -> str:
    """Why something among audio and lyrics is not taken; empty where it is, or is a folder."""
    if path.is_symlink():
        return "a link, not followed"
    if not (path.is_file() or path.is_dir()):
        return "no regular file"
    return "" if path.is_dir() or is_utf8(path) else "its name is not UTF-8"


def _told(
    landing: LandingWriter, read: Sequence[Read], places: Sequence[Place], media: int, refused: pl.DataFrame
) -> dict[str, Any]:
    """What was taken, with its faults."""
    return {
        "files": len(places),
        "tables": sorted({r.table for r in read}),
        "rows": sum(r.rows for r in read),
        "refused_rows": refused.height,
        "first_refused": first_refused(refused),
        "checked": lines(read, refused),
        "audio_and_lyrics": media,
        "beside_earlier": [p.told for p in places if p.told],
        "landing": str(landing.root),
    }


def _next(verdict: Verdict, refused: int) -> list[str]:
    """What a person does now."""
    if verdict.landing_fault:
        return [f"the landing itself stops the next night: {verdict.landing_fault}"]
    if verdict.missing:
        return [f"a night still needs {', '.join(verdict.missing)}: deliver them, or see `daily30 status`."]
    told = [f"the night of {verdict.night.ds} would stop: {s.error.message} ({s.error.fix})" for s in verdict.left]
    if refused:
        told.append("the refused rows stay out of every night; mend them and deliver the file again.")
    return told if verdict.left else [*told, f"daily30 nightly (the night of {verdict.night.ds})"]


def judge_lyrics(path: Path, verdict: Verdict, *, alone: bool) -> list[str]:
    """What the lyrics of a delivery come to, in lines; raises when they are all there is and none can be used."""
    rows, refused = verdict.judged.read["lyrics"], verdict.judged.outcomes["lyrics"].quarantine
    refused = refused.sort("source_file", "source_row")
    if "tracks" in verdict.missing:
        refused = refused.filter(pl.col("reason") != "unknown_track")
    if alone and refused.height == rows > 0:
        raise ContractError(
            f"{path}: none of its {rows:,} lyrics can be used. {reasons(refused)}",
            fix="name each file TRACK_ID.lrc, or in lyrics_path of its track; nothing was taken.",
        )
    return [f"{rows:,} read, {refused.height:,} of them refused", *first_refused(refused)] if rows else []


def _refuse_stops(verdict: Verdict) -> None:
    """Refuse what would make the next night stop, with the night's own figures."""
    if verdict.new:
        error = verdict.new[0].error
        raise ContractError(
            f"the night of {verdict.night.ds} would stop with this delivery. {error.message}",
            fix=f"{error.fix.rstrip('.')}; nothing was taken.",
        )


def _frames(read: Sequence[Read]) -> dict[str, list[pl.DataFrame]]:
    """The delivery's frames by landing table."""
    found: dict[str, list[pl.DataFrame]] = {}
    for r in read:
        found.setdefault(f"landing_{r.table}", []).append(r.frame)
        found.setdefault("landing_unreadable", []).append(r.unreadable)
    return found


def _media(path: Path) -> list[Path]:
    """Audio and lyrics files that come with a delivered folder; links are not followed."""
    return [p for p in _beside(path) if p.is_file() and not _why_not(p) and not p.name.startswith(".")]


def _beside(path: Path) -> list[Path]:
    """Everything in the folders ``audio`` and ``lyrics`` of a delivered folder; both have to be its own."""
    folders = [path / "audio", path / "lyrics"] if path.is_dir() else []
    for folder in folders:
        if folder.is_symlink():
            raise ContractError(
                f"{folder}: is a link; links are not followed out of a delivery", fix="put the folder itself there."
            )
    return [p for folder in folders for p in sorted(folder.rglob("*"))]


def _links(root: Path, path: Path, media: Sequence[Path], *, replace: bool) -> dict[str, Path]:
    """Where audio and lyrics go; a file of the same name with other content is refused, for tracks may name it."""
    found = {file.relative_to(path).as_posix(): file for file in media}
    for name, file in found.items():
        there = root / name
        if replace or not there.exists() or there.samefile(file):
            continue
        if not filecmp.cmp(there, file, shallow=False):
            raise ContractError(
                f"{file}: the landing has another {name} already, and tracks may name it",
                fix="give it another name, or put it in its place with --replace.",
            )
    return found


def _delivered(path: Path, table: str | None, home: Path) -> list[tuple[Path, str]]:
    """Files of a delivery and the table each belongs to."""
    tabular = [t for t in DELIVERED if t != "lyrics"]
    if table is not None and table not in tabular:
        raise UsageError(f"--table {table!r} is not delivered as a table", fix=f"tables are {', '.join(tabular)}.")
    if path.resolve().is_relative_to((home / "landing").resolve()):
        raise UsageError(
            f"{path} lies in the landing already", fix="deliver from another folder; `daily30 status` goes on."
        )
    if path.is_dir():
        tables = [table] if table else tabular
        found = [(file, t) for t in tables for file in delivered_files(path, t, required=False)]
        if not found and not _media(path):
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
    return [(require_utf8(path), guessed)]
