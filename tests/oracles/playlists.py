"""Readers of playlists that take nothing that the formats do not allow.

Extended M3U as players read it: lines end with CR, LF or both and whatever else Unicode calls a line break; one that
does not begin with ``#`` is something to play. JSPF: XSPF 1 (https://xspf.org/spec) written as JSON
(https://xspf.org/jspf): which members there may be, and of what type.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

_EXTINF = re.compile(r"#EXTINF:(-1|\d+),(\S.*)")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:([A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")
_DATE_TIME = re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
_TEXT = ("title", "creator", "annotation", "album")
_OF_LIST = {*_TEXT[:3], "info", "location", "identifier", "image", "date", "license", "attribution", "link", "meta"}
_OF_LIST |= {"extension", "track"}
_OF_TRACK = {*_TEXT, "location", "identifier", "info", "image", "trackNum", "duration", "link", "meta", "extension"}


@dataclass(frozen=True)
class Entry:
    """Something to play; ``at`` is empty where the list does not say where it lies."""

    title: str
    at: str


def read_m3u(text: str) -> list[Entry]:
    """What an extended M3U lets be played.

    Raises:
        ValueError: a line that is none.
    """
    lines = text.splitlines()
    if not lines or lines[0] != "#EXTM3U":
        raise ValueError(f"the first line is {lines[:1]}, not #EXTM3U")
    found, told = [], None
    for line in lines[1:]:
        if line.startswith("#EXTINF"):
            named = _EXTINF.fullmatch(line)
            if named is None or told is not None:
                raise ValueError(f"{line!r} announces nothing, or after another")
            told = named[2]
        elif not line.startswith("#"):
            if told is None or line != line.strip() or not line:
                raise ValueError(f"{line!r} is played, and nothing announced it")
            found.append(Entry(told, line))
            told = None
    if told is not None:
        raise ValueError(f"{told!r} is announced and does not come")
    return found


def read_jspf(text: str) -> list[Entry]:
    """The tracks of a JSPF, in order.

    Raises:
        ValueError: something that XSPF 1 does not know.
    """
    document = json.loads(text)
    _require(set(document) == {"playlist"}, "one member, playlist", document)
    playlist = document["playlist"]
    _require(set(playlist) <= _OF_LIST, "members of a playlist", sorted(playlist))
    _require(_DATE_TIME.fullmatch(playlist.get("date", "2026-01-01T00:00:00")), "an xsd:dateTime", playlist.get("date"))
    _require(_URI.fullmatch(playlist["identifier"]), "a URI", playlist["identifier"])
    _common(playlist)
    return [_track(track) for track in playlist["track"]]


def _track(track: dict[str, Any]) -> Entry:
    _require(set(track) <= _OF_TRACK, "members of a track", sorted(track))
    for name in ("location", "identifier"):
        _require(isinstance(track.get(name, []), list), f"{name} as an array", track.get(name))
        for uri in track.get(name, []):
            _require(_URI.fullmatch(uri), "a URI", uri)
    for name in ("trackNum", "duration"):
        _require(type(track.get(name, 0)) is int and track.get(name, 0) >= 0, "a whole number", track.get(name))
    _common(track)
    return Entry(track.get("title", ""), (track.get("location") or [""])[0])


def _common(told: dict[str, Any]) -> None:
    for name in _TEXT:
        _require(isinstance(told.get(name, ""), str), f"{name} as text", told.get(name))
    for space, content in told.get("extension", {}).items():
        _require(_URI.fullmatch(space), "a URI that names the extension", space)
        _require(isinstance(content, list), "an array of contents", content)


def _require(holds: object, what: str, found: object) -> None:
    if not holds:
        raise ValueError(f"not {what}: {found!r}")
