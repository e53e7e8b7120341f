"""A folder of music files: content hash, tags and length of each, nothing decided yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.errors import ContractError
from warehouse.landing.artist_tags import artist_ids_of, artists_of
from warehouse.landing.sound_bytes import sound_sha256

SUFFIXES = (".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".mp4", ".aac", ".wav")
# Only containers that hold sound themselves: a playlist named .mp3 must not open other files.
_FORMATS = "mp3,flac,ogg,mov,aac,wav"
_TAGS = {
    "title": ("title", "TIT2", "\xa9nam"),
    "artist": ("artist", "TPE1", "\xa9ART"),
    "album_artist": ("albumartist", "album artist", "TPE2", "aART"),
    "album": ("album", "TALB", "\xa9alb"),
    "date": ("date", "TDRC", "\xa9day"),
    "genre": ("genre", "TCON", "\xa9gen"),
    "composer": ("composer", "TCOM", "\xa9wrt"),
    "lyricist": ("lyricist", "TEXT"),
    "label": ("organization", "label", "TPUB"),
}


@dataclass(frozen=True, slots=True)
class MusicFile:
    """One audio file as found.

    Args:
        path: relative to the folder, with ``/``.
        suffix: lower-case ending, with the dot.
        sha256: hash of its sound: see :mod:`warehouse.landing.sound_bytes`.
        duration_s: length its header claims; None when nothing could tell.
        tags: title, artist, album artist, album, date, genre, composer, lyricist, label where present.
        artists: names of several artists, one each; empty where the tag ``artist`` is the whole credit.
        artist_ids: their MusicBrainz ids.
    """

    path: str
    suffix: str
    sha256: str
    duration_s: float | None
    tags: dict[str, str]
    artists: tuple[str, ...] = ()
    artist_ids: tuple[str, ...] = ()


def music_paths(folder: Path) -> list[Path]:
    """Audio files below ``folder`` by their ending, sorted; empty files are none."""
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise ContractError(f"{folder}: {what}", fix="name a folder that holds music files.")
    found = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and not p.name.startswith("."))
    found = [p for p in found if p.is_file() and p.stat().st_size > 0]
    if not found:
        raise ContractError(f"{folder}: holds no music", fix=f"files end in {', '.join(SUFFIXES)}.")
    return found


def read_music(folder: Path, paths: list[Path]) -> Iterator[MusicFile]:
    """Each file's hash, tags and length; a file no library understands has neither tags nor length."""
    for path in paths:
        tags, artists, duration_s = _by_mutagen(path)
        yield MusicFile(
            path.relative_to(folder).as_posix(),
            path.suffix.lower(),
            sound_sha256(path),
            duration_s or _by_pyav(path),
            tags,
            *artists,
        )


_Artists = tuple[tuple[str, ...], tuple[str, ...]]


def _by_mutagen(path: Path) -> tuple[dict[str, str], _Artists, float | None]:
    """Tags, artists with their ids, and length."""
    import mutagen

    try:
        found = mutagen.File(path)
    except (mutagen.MutagenError, ValueError, EOFError, OSError):
        return {}, ((), ()), None
    if found is None:
        return {}, ((), ()), None
    length = float(getattr(found.info, "length", 0) or 0)
    tags = {name: text for name, keys in _TAGS.items() if (text := _first(found.tags, keys))}
    return tags, (artists_of(found.tags), artist_ids_of(found.tags)), length if 0 < length <= 86400 else None


def _first(tags: Any, keys: tuple[str, ...]) -> str:
    """The first non-empty value under any of ``keys``, on one line."""
    for key in keys:
        try:
            value = tags[key] if tags is not None and key in tags else None
        except (KeyError, ValueError):  # some containers refuse foreign keys
            continue
        value = getattr(value, "text", value)
        value = value[0] if isinstance(value, list) and value else value
        if value:
            return " ".join("".join(c if c.isprintable() else " " for c in str(value)).split())
    return ""


def _by_pyav(path: Path) -> float | None:
    import av

    try:
        with av.open(str(path), options={"format_whitelist": _FORMATS, "protocol_whitelist": "file"}) as container:
            return container.duration / av.time_base if container.duration else None
    except (av.FFmpegError, OSError, ValueError):
        return None
