"""Music files as catalogue rows."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, Protocol

import polars as pl

from features.ingest import tag_values
from features.names.credits import is_unknown, is_various, parse_credit
from schemas.catalogue import TRACKS

TRACK_ID = re.compile("f[0-9a-f]{16}")
UNKNOWN_ARTIST = "unknown artist"
VARIOUS_ARTISTS = "Various Artists"
_NUMBER = re.compile(r"^(?:\d{1,2}-)?\d{1,3}[\s._-]+(?=\S)")
_TEXTS = ("album", "composer", "lyricist", "producer", "label")
_TRUE = ("1", "true", "yes")

Tags = Mapping[str, Sequence[str]]


class Tagged(Protocol):
    """A music file that has its track: see :class:`warehouse.landing.music.index.Known`."""

    @property
    def name(self) -> str: ...
    @property
    def track_id(self) -> str: ...
    @property
    def duration_s(self) -> float | None: ...
    @property
    def tags(self) -> Tags: ...
    @property
    def told(self) -> Mapping[str, str]: ...
    @property
    def cover(self) -> str | None: ...
    @property
    def lyrics(self) -> str | None: ...


class _Credit(NamedTuple):
    """Who is credited.

    Args:
        names: of the artists, main first.
        ids: their MusicBrainz ids, where every one is told.
        shown: the credit as the file shows it, where that is another tag than the names.
    """

    names: Sequence[str]
    ids: Sequence[str] = ()
    shown: str | None = None


def track_id(audio_id: str) -> str:
    """The id of a file's sound: the same sound is the same track wherever it lies and whatever its tags say."""
    return f"f{audio_id[:16]}"


def artist_id(name: str) -> str:
    """The id of an artist's name, however it is capitalised."""
    return "fa" + hashlib.blake2b(name.casefold().encode(), digest_size=6).hexdigest()


def tracks_of(
    files: Sequence[Tagged], *, folder: str, added_on: date, languages: Mapping[str, str] | None = None
) -> pl.DataFrame:
    """Catalogue rows (columns of ``tracks``), one per track, in order of name.

    Title and artist come from the manifest, else the tags, else the file name (``Artist - Title``). Of several files
    of one track the first that a manifest names tells it, else the first.

    Args:
        files: ``told`` is the file's row of a manifest: ``title``, ``artist``, ``album``, ``genre``, ``date``,
            ``language`` and others override tags; ``context`` and ``mood_label`` become listener tags.
        folder: name of the folder below landing/audio.
        added_on: day the catalogue receives them.
        languages: known before, by track; for files whose tags name none.
    """
    known = languages or {}
    rows: dict[str, dict[str, Any]] = {}
    for file in sorted(files, key=lambda f: (not f.told, f.name)):
        if file.track_id not in rows:
            row = _row(file, folder, added_on)
            rows[file.track_id] = row | {"language": row["language"] or known.get(file.track_id)}
    order = dict.fromkeys(file.track_id for file in sorted(files, key=lambda f: f.name))
    return TRACKS.frame([rows[track] for track in order])


def _row(file: Tagged, folder: str, added_on: date) -> dict[str, Any]:
    tags: dict[str, Sequence[str]] = {**file.tags, **{k: [v] for k, v in file.told.items() if v}}
    credit, title = _credit(file), _first(tags, "title") or _from_name(file.name)[1]
    names = list(credit.names)
    album_artist = _album_artist(tags)
    album = _first(tags, "album")
    day = tag_values.released(_first(tags, "date"), known_by=added_on)
    kinds = tag_values.genres(tags.get("genre", ()))
    suffix = "." + file.name.rsplit(".", 1)[-1].lower()
    return {
        **{name: ", ".join(tags.get(name, ())) or None for name in _TEXTS},
        "track_id": file.track_id,
        "title": title,
        "artist_id": credit.ids[0] if credit.ids else artist_id(names[0]),
        "artist_name": names[0],
        "artist_credit": credit.shown,
        "featured_artist_ids": list(credit.ids[1:]) or [artist_id(name) for name in names[1:]],
        "featured_artist_names": names[1:],
        "album_id": artist_id(f"{album_artist or parse_credit(names[0])[0].name}\x1f{album}") if album else None,
        "album_title": album or None,
        "album_artist_name": album_artist,
        "release_date": day.first_day if day else None,
        "release_precision": day.precision if day else None,
        "added_on": added_on,
        "genre": kinds[0] if kinds else None,
        "genres": kinds,
        "track_number": tag_values.number(_first(tags, "track")),
        "disc_number": tag_values.number(_first(tags, "disc")),
        "language": tag_values.language(_first(tags, "language")),
        "recording_mbid": next(iter(tag_values.mbids(tags.get("recording_mbid", ()))), None),
        "duration_s": file.duration_s,
        "listener_tags": tag_values.words(_first(tags, "mood_label"), _first(tags, "context")),
        "explicit": False,
        "regions": [],
        "available": True,
        "audio_path": f"{folder}/{file.track_id}{suffix}",
        "cover_path": file.cover,
        "lyrics_path": file.lyrics,
    }


def _first(tags: Tags, name: str) -> str:
    return next(iter(tags.get(name, ())), "")


def _credit(file: Tagged) -> _Credit:
    """The manifest's artist, else the tags', else the album's, else the file name's."""
    if told := file.told.get("artist"):
        return _Credit([told])
    tags = file.tags
    shown, each = tags.get("artist", ()), tags.get("artists", ())
    ids = tag_values.mbids(tags.get("artist_mbids", ()))
    names = each or shown
    if names:
        fitting = ids if len(ids) == len(names) or len(names) == 1 else []
        return _Credit(names, fitting, shown[0] if each and len(shown) == 1 and len(each) > 1 else None)
    album_artist = _first(tags, "album_artist")
    if album_artist and not is_various(album_artist) and not is_unknown(album_artist):
        return _Credit(tags["album_artist"])
    return _Credit([_from_name(file.name)[0] or UNKNOWN_ARTIST])


def _album_artist(tags: Tags) -> str | None:
    """Artist of the album: as told, ``Various Artists`` for a compilation, None where nothing says so."""
    if _first(tags, "compilation").lower() in _TRUE:
        return VARIOUS_ARTISTS
    return _first(tags, "album_artist") or None


def _from_name(path: str) -> tuple[str, str]:
    """Artist (``""`` for none) and title as the file name tells them."""
    parts = path.split("/")
    stem = _NUMBER.sub("", parts[-1].rsplit(".", 1)[0]).replace("_", " ").strip()
    clean = " ".join("".join(c if c.isprintable() else " " for c in stem).split()) or "untitled"
    artist, dash, title = clean.partition(" - ")
    artist, title = artist.strip(), title.strip()
    return (artist, title) if dash and artist and title else ("", clean)
