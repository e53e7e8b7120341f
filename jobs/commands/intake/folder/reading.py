"""Files of a music folder, read where an earlier run does not know them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from features.ingest.music_folder import track_id
from warehouse.landing.music.extras import keep_cover
from warehouse.landing.music.index import Index, Known
from warehouse.landing.music.read import MusicFile, read_files
from warehouse.landing.music.scan import LYRICS_SUFFIXES, Found, Scan

if TYPE_CHECKING:
    from jobs.run.progress import Progress

_COVERS = ("cover", "folder", "front", "albumart", "album")


@dataclass(frozen=True, slots=True)
class Beside:
    """What lies beside a file and belongs to it."""

    lyrics: Found | None = None
    cover: Found | None = None

    @property
    def stamp(self) -> str:
        return "".join(f"|{found.stamp}" for found in (self.lyrics, self.cover) if found)


@dataclass(frozen=True, slots=True)
class Reading:
    """Files of a folder as they are now.

    Args:
        files: all of them, in order of name; words of a manifest as an earlier run knew them.
        words: lyrics embedded in files that were read now, by name.
        beside: what lies beside each file, by name.
        fresh: names of the files that were read now.
    """

    files: list[Known]
    words: Mapping[str, str]
    beside: Mapping[str, Beside]
    fresh: frozenset[str]


def read_changed(scan: Scan, index: Index, covers: Path, shown: Progress) -> Reading:
    """Every file of a scan: as the index knows it where nothing changed, else read; each inode once."""
    beside = _beside(scan)
    known: dict[str, Known] = {}
    todo: defaultdict[tuple[int, int], list[Found]] = defaultdict(list)
    for found in scan.files:
        before = index.get(found.name)
        if before and not before.gone and before.stamp == _stamp(found, beside[found.name]):
            known[found.name] = before
        else:
            todo[found.inode].append(found)
    shown.start("music files", len(scan.files))
    shown.advance("music files", len(known), detail="known from an earlier run")
    words: dict[str, str] = {}
    groups = list(todo.values())
    for place, music in read_files([group[0].path for group in groups], covers):
        for found in groups[place]:
            known[found.name] = _known(found, beside[found.name], music, covers)
            words[found.name] = music.words
        shown.advance("music files", len(groups[place]), detail=groups[place][0].name)
    return Reading([known[f.name] for f in scan.files], words, beside, frozenset(words))


def _known(found: Found, beside: Beside, music: MusicFile, covers: Path) -> Known:
    return Known(
        name=found.name,
        stamp=_stamp(found, beside),
        audio_id=music.audio_id,
        track_id=track_id(music.audio_id) if music.audio_id else "",
        duration_s=music.duration_s,
        tags=music.tags,
        cover=music.cover or _cover(beside, covers),
        reason=music.reason,
        detail=music.detail,
    )


def _cover(beside: Beside, covers: Path) -> str | None:
    if beside.cover is None:
        return None
    try:
        return keep_cover(beside.cover.path.read_bytes(), covers)
    except OSError:
        return None


def _stamp(found: Found, beside: Beside) -> str:
    return f"{found.size}:{found.mtime_ns}{beside.stamp}"


def _beside(scan: Scan) -> dict[str, Beside]:
    """Lyrics of a file's own name, and the folder's cover."""
    lyrics: dict[tuple[str, str], Found] = {}
    cover: dict[str, Found] = {}
    for folder, listed in scan.beside.items():
        for other in sorted(listed, key=_rank, reverse=True):  # the best is written last
            stem = other.path.stem.casefold()
            if other.path.suffix.lower() in LYRICS_SUFFIXES:
                lyrics[folder, stem] = other
            elif stem in _COVERS:
                cover[folder] = other
    said: dict[str, Beside] = {}
    for file in scan.files:
        folder, _, base = file.name.rpartition("/")
        names = (base.rsplit(".", 1)[0].casefold(), base.casefold())
        own = next((found for name in names if (found := lyrics.get((folder, name)))), None)
        said[file.name] = Beside(own, cover.get(folder))
    return said


def _rank(found: Found) -> tuple[int, int, str]:
    """Timed lyrics before others, a front cover before other pictures."""
    suffix, stem = found.path.suffix.lower(), found.path.stem.casefold()
    order = LYRICS_SUFFIXES.index(suffix) if suffix in LYRICS_SUFFIXES else 0
    return order, _COVERS.index(stem) if stem in _COVERS else len(_COVERS), found.name


def with_told(files: Sequence[Known], told: Mapping[str, dict[str, str]], index: Index) -> list[Known]:
    """Files with their rows of the manifest; without one, with what an earlier one said of them or of their sound."""
    by_name = {known.name: known.told for known in index.values() if not known.gone}
    by_sound = {known.audio_id: known.told for known in index.values() if known.told and known.audio_id}
    said = (told.get(f.name) or by_name.get(f.name) or by_sound.get(f.audio_id) or {} for f in files)
    return [f if f.told == words else replace(f, told=words) for f, words in zip(files, said, strict=True)]
