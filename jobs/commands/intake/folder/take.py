"""A folder of music into a landing: tags become tracks, files are linked, lyrics and covers kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from features.ingest.music_folder import tracks_of
from jobs.commands.intake.folder.manifest import read_manifest, told_of
from jobs.commands.intake.folder.reading import Reading, read_changed, with_told
from jobs.commands.intake.folder.report import advice, refused_lyrics, skipped_by_reason, skipped_lines
from jobs.commands.intake.folder.words import keep_lyrics
from jobs.commands.intake.keeping import keep, put_kept
from jobs.run.landing import landing_writer, newest_day
from schemas.errors import ContractError, Daily30Error
from warehouse.landing.folders import Folder, find_folder, remember_folder
from warehouse.landing.landing_writer import LandingWriter
from warehouse.landing.music.index import FOLDER, Index, Known, earlier_rows, index_text, read_index
from warehouse.landing.music.scan import SUFFIXES, Scan, Skipped, scan_folder

if TYPE_CHECKING:
    from jobs.run.progress import Progress

_NAMED = 20  # rows of a manifest that match nothing, by name


@dataclass(frozen=True, slots=True)
class _Saved:
    """Counts of what became of the tracks, and the file that holds them."""

    counts: Mapping[str, int | str]
    written: Path


@dataclass(frozen=True, slots=True)
class _Taken:
    """What a run found and made.

    Args:
        files: that are music. skipped: what is not. no_lyrics: words that are no lyrics.
        told: how many files the manifest names. unmatched: its paths that mean no file.
    """

    files: list[Known]
    skipped: list[Skipped]
    no_lyrics: list[Skipped]
    reading: Reading
    saved: _Saved
    told: int
    unmatched: list[str]


def take_folder(
    home: Path, folder: Path, manifest: Path | None, name: str | None, added_on: date | None, shown: Progress
) -> dict[str, Any]:
    """Music files as ``landing/tracks/folder-<name>.jsonl`` and ``landing/audio/<name>/``.

    What an earlier run took stays: ids, the day it came, words of a manifest. Files that did not change are not read
    again. Audio comes before the rows that name it, the index last: what a broken run leaves, the next mends.

    Args:
        manifest: a CSV as :func:`read_manifest` reads it.
        name: what the folder is called in the landing; its own name when None.
        added_on: day the catalogue got what is new; the newest day with plays when None.
    """
    rows = read_manifest(manifest) if manifest else {}
    scan = scan_folder(folder)
    if not scan.files:
        raise _no_music(folder, scan.skipped)
    landing = landing_writer(home)
    place = find_folder(landing, folder, name)
    index = {} if place.new else read_index(landing.root, place.name)
    reading = read_changed(scan, index, landing.root / "covers", shown)
    skipped = [*scan.skipped, *(Skipped(f.name, f.reason, f.detail) for f in reading.files if f.reason)]
    heard = [f for f in reading.files if not f.reason]
    if not heard:
        raise _no_music(folder, skipped)
    told, unmatched = told_of(rows, (f.name for f in heard))
    files, no_lyrics = keep_lyrics(landing, with_told(heard, told, index), reading)
    now = [*files, *(f for f in reading.files if f.reason), *_gone(index, files)]
    earlier = earlier_rows(landing.root, place.name)
    links = _links(landing, place.name, scan, files, reading)
    if added_on is None and earlier and {f.name: f for f in now} == index and not links.keys() & _named(earlier):
        saved = _as_before(landing, place, earlier)
    else:
        saved = _save(landing, place, files, links, earlier, added_on or _newest_day(home))
        landing.put_text(f"{FOLDER}/{place.name}.jsonl", index_text(now))
    shown.finish("music files", detail=f"{len(files):,} taken")
    return _report(place, _Taken(files, skipped, no_lyrics, reading, saved, len(told), unmatched))


def _named(earlier: Sequence[Mapping[str, Any]]) -> set[str]:
    return {row["audio_path"] for row in earlier if row["available"]}


def _as_before(landing: LandingWriter, place: Folder, earlier: Sequence[Mapping[str, Any]]) -> _Saved:
    """Nothing changed: what an earlier run wrote stands."""
    remember_folder(landing, place)
    available = sum(row["available"] for row in earlier)
    counts = {"known_before": available, "encoded_anew": 0, "withdrawn": len(earlier) - available}
    return _Saved(counts, landing.root / "tracks" / f"folder-{place.name}.jsonl")


def _save(
    landing: LandingWriter, place: Folder, files: Sequence[Known], links: Mapping[str, Path],
    earlier: Sequence[Mapping[str, Any]], day: date,
) -> _Saved:  # fmt: skip
    """Audio first, then the rows that name it."""
    languages = {row["track_id"]: row["language"] for row in earlier if row.get("language")}
    found = tracks_of(files, folder=place.name, added_on=day, languages=languages)
    paths = found.get_column("audio_path")
    landing.put_all({}, {f"audio/{path}": links[path] for path in paths if path in links})
    kept = keep(landing, place, found, day)
    return _Saved({**kept.counts, "added_on": str(day)}, put_kept(landing, place, kept))


def _no_music(folder: Path, skipped: Sequence[Skipped]) -> ContractError:
    told = "; ".join(skipped_lines(skipped_by_reason(skipped)))
    return ContractError(
        f"{folder}: holds no music{f' ({told})' if told else ''}", fix=f"files end in {', '.join(SUFFIXES)}."
    )


def _links(landing: LandingWriter, name: str, scan: Scan, files: Sequence[Known], reading: Reading) -> dict[str, Path]:
    """Audio that is new, changed or not there: place below landing/audio -> file; of a track's files the first."""
    source = {f.name: f.path for f in scan.files}
    there = {f"{name}/{path.name}" for path in (landing.root / "audio" / name).glob("*")}
    links: dict[str, Path] = {}
    for file in sorted(files, key=lambda f: f.name, reverse=True):
        path = f"{name}/{file.track_id}.{file.name.rsplit('.', 1)[-1].lower()}"
        if file.name in reading.fresh or path not in there:
            links[path] = source[file.name]
    return links


def _gone(index: Index, files: Sequence[Known]) -> list[Known]:
    """Files that are no longer there and that a manifest has told of, once per sound."""
    here = {f.audio_id for f in files}
    gone = {f.audio_id: replace(f, gone=True) for f in index.values() if f.told and f.audio_id not in here}
    return list(gone.values())


def _report(place: Folder, taken: _Taken) -> dict[str, Any]:
    """What was taken, what was not and why, what to do."""
    skipped = skipped_by_reason(taken.skipped)
    tracks = {f.track_id for f in taken.files}
    return {
        "folder": place.name,
        "files": len(taken.files),
        "tracks": len(tracks),
        "same_content_as_another": len(taken.files) - len(tracks),
        **taken.saved.counts,
        "read_now": len(taken.reading.fresh),
        "without_length": sum(f.duration_s is None for f in taken.files),
        "with_lyrics": len({f.track_id for f in taken.files if f.lyrics}),
        "with_cover": len({f.track_id for f in taken.files if f.cover}),
        "named_in_manifest": taken.told,
        "manifest_rows_without_file": len(taken.unmatched),
        "manifest_paths_without_file": taken.unmatched[:_NAMED],
        "skipped_count": sum(told["count"] for told in skipped.values()),
        "skipped": skipped,
        "lyrics_refused": refused_lyrics(taken.no_lyrics),
        "next": advice(gone=int(taken.saved.counts["withdrawn"]), unmatched=len(taken.unmatched), skipped=skipped),
        "written": str(taken.saved.written),
    }


def _newest_day(home: Path) -> date:
    """The night the landing would run next; today for a home without plays."""
    try:
        return newest_day(home)
    except Daily30Error:
        return datetime.now(UTC).date()
