"""The lyrics folder as rows of ``landing_lyrics``: one row per lyrics file and track that uses it."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import polars as pl

from schemas.catalogue import LANDING_LYRICS, LANDING_UNREADABLE
from schemas.errors import ContractError
from schemas.vocabulary import TRACK_LANGUAGES
from warehouse.landing.audio import inside
from warehouse.landing.files import relative_name
from warehouse.landing.lrc import decode, parse

SUFFIXES = (".lrc", ".txt")
MAX_BYTES = 1 << 20
_HAN, _KANA_HANGUL = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
_LATIN = re.compile(r"[A-Za-z]")


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
    named, language_of = _owners(folder, tracks)
    rows: list[dict[str, Any]] = []
    unreadable: list[dict[str, Any]] = []
    for path in lyrics_files(root):
        owners = named.get(path.resolve(), [path.stem])
        name = relative_name(root, path)
        text = _text(folder, path)
        if text is None:
            detail = f"not UTF-8 nor GB18030 text below {MAX_BYTES} bytes inside {folder.name}/"
            unreadable.append(_row(name, row_key=owners[0], table_name="lyrics", reason="not_utf8", detail=detail))
            continue
        lyrics = parse(text)
        for number, track_id in enumerate(owners, start=1):
            language = _language(lyrics.language, language_of.get(track_id), lyrics.lines)
            given = {"track_id": track_id, "language": language, "lines": lyrics.lines}
            rows.append(_row(name, number, line_start_s=lyrics.starts_s, **given))
    return LANDING_LYRICS.frame(rows), LANDING_UNREADABLE.frame(unreadable)


def _row(source_file: str, source_row: int = 1, **cells: Any) -> dict[str, Any]:
    return {**cells, "source_file": source_file, "source_row": source_row}


def _owners(folder: Path, tracks: pl.DataFrame) -> tuple[dict[Path, list[str]], dict[str, str | None]]:
    """Track ids per lyrics file that tracks name, and each track's language."""
    named: dict[Path, set[str]] = defaultdict(set)
    known = tracks.filter(pl.col("track_id").is_not_null())
    for track_id, lyrics_path in known.select("track_id", "lyrics_path").iter_rows():
        path = inside(folder, lyrics_path) if lyrics_path else None
        if path is not None:
            named[path].add(track_id)
    languages = dict(known.select("track_id", "language").iter_rows())
    return {path: sorted(ids) for path, ids in named.items()}, languages


def _text(folder: Path, path: Path) -> str | None:
    if not path.resolve().is_relative_to(folder.resolve()) or path.stat().st_size > MAX_BYTES:
        return None
    return decode(path.read_bytes())


def _language(tagged: str | None, of_track: str | None, lines: list[str]) -> str:
    """Language of the words: the file's tag, else the track's, else what the script shows."""
    short = (tagged or "").split("-")[0].split("_")[0]
    if short in TRACK_LANGUAGES:
        return short
    if of_track in TRACK_LANGUAGES and of_track != "instrumental":
        return str(of_track)
    text = "".join(lines)
    han, latin = len(_HAN.findall(text)), len(_LATIN.findall(text))
    if _KANA_HANGUL.search(text) or not han + latin:
        return "other"
    return "zh" if 4 * han >= latin else "en"
