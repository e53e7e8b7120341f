"""Music files as catalogue rows."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

import polars as pl

from features.names.credits import is_unknown, is_various, parse_credit
from schemas.catalogue import TRACKS

TRACK_ID = re.compile("f[0-9a-f]{16}")
_EARLIEST_YEAR = 1860
_NUMBER = re.compile(r"^\d{1,3}[\s._-]+(?=\S)")


class Tagged(Protocol):
    """A music file: see :class:`warehouse.landing.music.MusicFile`."""

    @property
    def path(self) -> str: ...
    @property
    def suffix(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def duration_s(self) -> float | None: ...
    @property
    def tags(self) -> Mapping[str, str]: ...
    @property
    def artists(self) -> Sequence[str]: ...
    @property
    def artist_ids(self) -> Sequence[str]: ...


def track_id(sha256: str) -> str:
    """The id of a file's sound: the same sound is the same track wherever it lies and whatever its tags say."""
    return f"f{sha256[:16]}"


def artist_id(name: str) -> str:
    """The id of an artist's name, however it is capitalised."""
    return "fa" + hashlib.blake2b(name.casefold().encode(), digest_size=6).hexdigest()


def tracks_of(
    files: Sequence[Tagged], manifest: Mapping[str, Mapping[str, str]], *, folder: str, added_on: date
) -> pl.DataFrame:
    """Catalogue rows (columns of ``tracks``), one per distinct content, in order of path.

    Title and artist come from the manifest, else the tags, else the file name (``Artist - Title``); an album's
    artist stands in for a track's.

    Args:
        manifest: rows of a manifest by path: ``title``, ``artist``, ``album``, ``genre`` override
            tags; ``context`` and ``mood_label`` become listener tags.
        folder: name of the folder below landing/audio.
        added_on: day the catalogue receives them.
    """
    rows: dict[str, dict[str, Any]] = {}
    for file in sorted(files, key=lambda f: f.path):
        tags = {**file.tags, **{k: v.strip() for k, v in manifest.get(file.path, {}).items() if v and v.strip()}}
        told = _row(file, tags, folder, added_on)
        if "artist" not in manifest.get(file.path, {}):
            told |= _artists(file, told["artist_name"])
        rows.setdefault(track_id(file.sha256), told)
    return TRACKS.frame(list(rows.values()))


def _row(file: Tagged, tags: Mapping[str, str], folder: str, added_on: date) -> dict[str, Any]:
    artist, title = _from_name(file.path)
    artist = tags.get("artist") or _whose_album(tags) or artist
    album, album_artist = tags.get("album"), tags.get("album_artist") or parse_credit(artist)[0].name
    return {
        "track_id": track_id(file.sha256),
        "title": tags.get("title") or title,
        "artist_id": artist_id(artist),
        "artist_name": artist,
        "featured_artist_ids": [],
        "album_id": artist_id(f"{album_artist}\x1f{album}") if album else None,
        "album_title": album,
        "release_date": release_date(tags.get("date", "")),
        "added_on": added_on,
        "genre": tags.get("genre"),
        "label": tags.get("label"),
        "composer": tags.get("composer"),
        "lyricist": tags.get("lyricist"),
        "duration_s": file.duration_s,
        "listener_tags": _listener_tags(tags),
        "explicit": False,
        "regions": [],
        "available": True,
        "audio_path": f"{folder}/{track_id(file.sha256)}{file.suffix}",
        "audio_sha256": file.sha256,
    }


def _whose_album(tags: Mapping[str, str]) -> str | None:
    """The album's artist stands in for a track's; that of a compilation says nothing."""
    name = tags.get("album_artist")
    return None if is_unknown(name) or is_various(name) else name


def _artists(file: Tagged, shown: str) -> dict[str, Any]:
    """Columns of several artists, or of ids, where tags tell them.

    Args:
        shown: the tag that shows the credit: the whole of it, or the first name.
    """
    if not file.artists:
        ids = list(file.artist_ids)
        return {"artist_id": ids[0], "featured_artist_ids": ids[1:]} if ids else {}
    ids = list(file.artist_ids) if len(file.artist_ids) == len(file.artists) else [artist_id(n) for n in file.artists]
    return {
        "artist_id": ids[0],
        "artist_name": file.artists[0],
        "artist_credit": shown if shown != file.artists[0] else None,
        "featured_artist_ids": ids[1:],
        "featured_artist_names": list(file.artists[1:]),
    }


def _from_name(path: str) -> tuple[str, str]:
    """Artist and title as the file name tells them."""
    parts = path.split("/")
    stem = _NUMBER.sub("", parts[-1].rsplit(".", 1)[0]).replace("_", " ").strip()
    clean = " ".join("".join(c if c.isprintable() else " " for c in stem).split()) or "untitled"
    artist, dash, title = clean.partition(" - ")
    if dash and artist and title:
        return artist, title
    return "unknown artist", clean


def release_date(text: str) -> date | None:
    """A tag's date: ``2019``, ``2019-03``, ``2019-03-01`` and longer; None when it is none."""
    numbers = re.match(r"^(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?(?!\d)", text.strip())
    if not numbers:
        return None
    year, month, day = (int(n) if n else 1 for n in numbers.groups())
    try:
        return date(year, month, day) if year >= _EARLIEST_YEAR else None
    except ValueError:
        return None


def _listener_tags(tags: Mapping[str, str]) -> list[str]:
    words = re.split(r"[,;:|/]", ",".join(tags.get(k, "") for k in ("mood_label", "context")))
    return list(dict.fromkeys(w.strip().lower() for w in words if w.strip()))
