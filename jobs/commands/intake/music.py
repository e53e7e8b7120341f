"""A folder of music into a landing: tags become tracks, files are linked."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from features.ingest import music_folder
from jobs.commands.intake.keeping import keep, put_kept
from schemas.errors import ContractError, Daily30Error
from warehouse.landing.folders import find_folder
from warehouse.landing.landing_writer import LandingWriter
from warehouse.landing.music import music_paths, read_music

if TYPE_CHECKING:
    from jobs.run.progress import Progress


def take_folder(
    home: Path, folder: Path, manifest: Path | None, name: str | None, added_on: date | None, shown: Progress
) -> dict[str, Any]:
    """Music files as ``landing/tracks/folder-<name>.jsonl`` and ``landing/audio/<name>/``.

    Args:
        manifest: a CSV as :func:`read_manifest` reads it.
        name: what the folder is called in the landing; its own name when None.
        added_on: day the catalogue got the music; the newest day with plays when None.
    """
    told = read_manifest(manifest) if manifest else {}
    paths = music_paths(folder)
    day = added_on or _newest_day(home)
    shown.start("music files", len(paths))
    files = []
    for file in read_music(folder, paths):
        files.append(file)
        shown.advance("music files", detail=file.path)
    landing = LandingWriter(home)
    place = find_folder(landing, folder, name)
    tracks = music_folder.tracks_of(files, told, folder=place.name, added_on=day)
    for file in files:
        landing.put_link(f"audio/{place.name}/{music_folder.track_id(file.sha256)}{file.suffix}", folder / file.path)
    kept = keep(landing, place, tracks, day)
    written = put_kept(landing, place, kept)
    shown.finish("music files", detail=f"{len(files):,} files, {tracks.height:,} tracks")
    return {
        "files": len(files),
        "tracks": tracks.height,
        "same_content_as_another": len(files) - tracks.height,
        **kept.counts,
        "without_length": int(tracks.get_column("duration_s").null_count()),
        "named_in_manifest": sum(f.path in told for f in files),
        "added_on": str(day),
        "written": str(written),
    }


def read_manifest(path: Path) -> dict[str, dict[str, str]]:
    """Rows of a manifest by their ``path``."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            if "path" not in (reader.fieldnames or ()):
                raise ContractError(f"{path}: has no column 'path'", fix="name each file relative to the folder.")
            return {row["path"]: {k: v for k, v in row.items() if k and isinstance(v, str)} for row in reader}
    except (OSError, UnicodeDecodeError) as error:
        raise ContractError(f"{path}: not a readable CSV ({error})", fix="give a UTF-8 CSV file.") from error


def _newest_day(home: Path) -> date:
    """The night the landing would run next; today for a home without plays."""
    from jobs.run.landing import newest_day

    try:
        return newest_day(home)
    except Daily30Error:
        return datetime.now(UTC).date()
