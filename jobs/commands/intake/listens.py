"""A ListenBrainz export into a landing: plays, songs the catalogue lacks, a listener when new."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from features.ingest import listenbrainz
from features.ingest.localtime import known_zones
from schemas.catalogue import USERS
from schemas.errors import ContractError, UsageError
from schemas.vocabulary import LANGUAGES
from warehouse.landing.landing_writer import LandingWriter, slug

_SHOWN = 5


def take_listenbrainz(home: Path, path: Path, user: str | None, timezone: str, language: str) -> dict[str, Any]:
    """Listens as plays, songs the catalogue lacks as tracks, and the listener when new."""
    if language not in LANGUAGES or not known_zones(pl.Series([timezone])):
        raise UsageError(
            f"--language {language!r} or --timezone {timezone!r} is not known",
            fix=f"languages are {', '.join(LANGUAGES)}; time zones are named like Asia/Shanghai.",
        )
    listens = listenbrainz.parse(_listen_lines(path))
    if listens.frame.is_empty():
        first = "; ".join(f"line {n}: {why}" for n, why in listens.refused[:_SHOWN])
        raise ContractError(f"{path}: holds no listens. {first}", fix="give the export's listens/*.jsonl files.")
    user_id = user or _user_name(path, listens.frame)
    landing, file = LandingWriter(home), f"listenbrainz-{slug(user_id)}"
    catalogue = landing.known("tracks", but=f"tracks/{file}.jsonl")
    found = listenbrainz.with_track_ids(listens.frame, catalogue)
    plays, tracks = listenbrainz.plays_of(found, user_id), listenbrainz.tracks_of(found)
    is_new = user_id not in landing.known("users", but=f"users/{file}.jsonl").get_column("user_id")
    landing.put_rows(f"tracks/{file}.jsonl", tracks.drop("audio_path", "audio_sha256", "audio_shared", "lyrics_path"))
    if is_new:
        landing.put_rows(f"users/{file}.jsonl", _new_user(user_id, timezone, language, listenbrainz.first_day(found)))
    written = landing.put_rows(f"plays/{file}.parquet", plays)
    return {
        "user": user_id,
        "new_user": is_new,
        "listens": listens.frame.height,
        "plays": plays.height,
        "of_known_tracks": int(found.get_column("known").sum()),
        "new_tracks": tracks.height,
        "refused_lines": len(listens.refused),
        "first_refused": [f"line {n}: {why}" for n, why in listens.refused[:_SHOWN]],
        "written": str(written),
    }


def _listen_lines(path: Path) -> Iterator[str]:
    if path.is_dir():
        files = sorted((path / "listens").rglob("*.jsonl") if (path / "listens").is_dir() else path.rglob("*.jsonl"))
    else:
        files = [path]
    for file in files:
        try:
            with file.open(encoding="utf-8-sig") as stream:
                yield from stream
        except (OSError, UnicodeDecodeError) as error:
            raise ContractError(f"{file}: not readable ({error})", fix="give UTF-8 JSON lines.") from error


def _user_name(path: Path, listens: pl.DataFrame) -> str:
    """The listener an export belongs to: its user.json, or the one name in its lines."""
    about = (path if path.is_dir() else path.parent) / "user.json"
    if about.is_file():
        told = json.loads(about.read_text(encoding="utf-8"))
        if told.get("username"):
            return str(told["username"])
    names = listens.get_column("user_name").drop_nulls().unique().to_list()
    if len(names) == 1:
        return str(names[0])
    raise UsageError(f"{path}: does not say whose listens these are", fix="name the listener with --user NAME.")


def _new_user(user_id: str, timezone: str, language: str, created_on: date) -> pl.DataFrame:
    told = {"user_id": user_id, "timezone": timezone, "language": language, "created_on": created_on}
    return USERS.frame([{**told, "personalised": True, "explicit_ok": False}])
