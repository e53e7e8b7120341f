"""The lyrics folder as rows of ``landing_lyrics``: one row per lyrics file and track that uses it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from schemas.catalogue import LANDING_LYRICS, LANDING_UNREADABLE
from schemas.errors import ContractError
from schemas.vocabulary import TRACK_LANGUAGES
from warehouse.landing.audio import inside
from warehouse.landing.files import is_utf8, relative_name
from warehouse.landing.lyrics.parse import MAX_BYTES, Lyrics, parse_lyrics
from warehouse.landing.lyrics.refused import RefusedLyrics

SUFFIXES = (".lrc", ".txt", ".srt", ".vtt")


@dataclass(frozen=True, slots=True)
class _Known:
    """What the catalogue says of a track."""

    language: str | None = None
    title: str | None = None
    artist: str | None = None


def lyrics_files(root: Path) -> list[Path]:
    """All lyrics files below landing/lyrics, sorted; none when there is no such folder."""
    folder = root / "lyrics"
    if not folder.exists():
        return []
    if not folder.is_dir():
        raise ContractError(f"{folder}: is a file, not a folder", fix="lyrics are files *.lrc or *.txt in that folder.")
    found = (p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and not p.name.startswith("."))
    return sorted((p for p in found if p.is_file()), key=lambda p: relative_name(root, p))


def read_lyrics(root: Path, tracks: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of ``landing_lyrics`` and the files that could not be read.

    A file belongs to the tracks whose ``lyrics_path`` names it; a file nobody names belongs to the
    track whose id is its stem, unless that track names another file.

    Args:
        tracks: ``landing_tracks``.
    """
    folder = root / "lyrics"
    named, known = _owners(folder, tracks)
    rows: list[dict[str, Any]] = []
    unreadable: list[dict[str, Any]] = []
    for path in lyrics_files(root):
        name = relative_name(root, path)
        if not is_utf8(path):
            unreadable.append(_refused(name, "", RefusedLyrics("unreadable_file", "its name is not UTF-8: rename it")))
            continue
        owners = named.get(path.resolve(), [path.stem])
        for number, track_id in enumerate(owners, start=1):
            found = _read(folder, path, known.get(track_id, _Known()))
            if isinstance(found, RefusedLyrics):
                unreadable.append(_refused(name, track_id, found))
                break
            rows.append(_row(name, number, track_id=track_id, **_cells(found)))
    return LANDING_LYRICS.frame(rows), LANDING_UNREADABLE.frame(unreadable)


def missing_files(root: Path, tracks: pl.DataFrame) -> pl.DataFrame:
    """A row of ``landing_unreadable`` per file that a ``lyrics_path`` names and that is not there.

    Args:
        tracks: ``landing_tracks``.
    """
    folder, there = root / "lyrics", {p.resolve() for p in lyrics_files(root)}
    named, _ = _owners(folder, tracks)
    refused = RefusedLyrics(
        "missing_file", "a lyrics_path names it; it is not there, or does not end in " + ", ".join(SUFFIXES)
    )
    lost = ((f"lyrics/{p.relative_to(folder.resolve())}", ids[0]) for p, ids in sorted(named.items()) if p not in there)
    return LANDING_UNREADABLE.frame([_refused(name, track_id, refused) for name, track_id in lost])


def _refused(name: str, track_id: str, why: RefusedLyrics) -> dict[str, Any]:
    return _row(name, row_key=track_id, table_name="lyrics", reason=why.reason, detail=why.detail)


def _cells(found: Lyrics) -> dict[str, Any]:
    language = found.language if found.language in TRACK_LANGUAGES or not found.language else "other"
    return {
        "language": language,
        "lines": found.lines,
        "line_start_s": found.starts_s,
        "translations": found.translations,
    }


def _row(source_file: str, source_row: int = 1, **cells: Any) -> dict[str, Any]:
    return {**cells, "source_file": source_file, "source_row": source_row}


def _owners(folder: Path, tracks: pl.DataFrame) -> tuple[dict[Path, list[str]], dict[str, _Known]]:
    """Track ids per lyrics file that tracks name, and what is known of each track."""
    named: dict[Path, set[str]] = defaultdict(set)
    told = tracks.filter(pl.col("track_id").is_not_null())
    for track_id, lyrics_path in told.select("track_id", "lyrics_path").iter_rows():
        path = inside(folder, lyrics_path) if lyrics_path else None
        if path is not None:
            named[path].add(track_id)
    columns = told.select("track_id", "language", "title", "artist_name").iter_rows()
    return {path: sorted(ids) for path, ids in named.items()}, {row[0]: _Known(*row[1:]) for row in columns}


def _read(folder: Path, path: Path, track: _Known) -> Lyrics | RefusedLyrics:
    if not path.resolve().is_relative_to(folder.resolve()):
        return RefusedLyrics("unsafe_path", f"leads out of {folder.name}/ through a link")
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:  # told before it is read
            return RefusedLyrics("too_large", f"{size:,} bytes; lyrics have at most {MAX_BYTES:,}")
        data = path.read_bytes()
    except OSError as error:
        return RefusedLyrics("unreadable_file", f"the system refuses it: {error.strerror}")
    return parse_lyrics(data, language=track.language, title=track.title, artist=track.artist)
