"""A served list in the formats of players: extended M3U, and JSPF (XSPF 1 as JSON, https://xspf.org/spec)."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

EXTENSION = "urn:daily30:playlist:1"
"""Names what of a JSPF list is ours: why songs are there, and the label of AI-made text."""
_NOBODY = "?"
_OF_LIST = ("ds", "language", "hashtags", "content_id", "label")
_OF_SONG = ("rank", "reason", "paragraph", "source", "discovery", "heard", "evidence")


def m3u(payload: Mapping[str, Any], files: Mapping[str, str]) -> str:
    """The list as UTF-8 extended M3U; songs without a file are told as comments, which players pass over.

    Args:
        payload: a list as it is served.
        files: where each track's audio lies: a path from the root, or an address; no line breaks.
    """
    lines = ["#EXTM3U", "#EXTENC:UTF-8", f"#PLAYLIST:{_line(_title(payload))}"]
    for song in payload["songs"]:
        name = _line(f"{song['artist'] or _NOBODY} - {song['title']}")
        seconds = -1 if song["duration_s"] is None else round(song["duration_s"])
        found = files.get(song["track_id"])
        lines += [f"#EXTINF:{seconds},{name}", found] if found else [f"# no file: {name}"]
    return "\n".join(lines) + "\n"


def jspf(payload: Mapping[str, Any], version: str, files: Mapping[str, str]) -> str:
    """The list as JSPF; what a model wrote keeps its notice, songs without a file have no ``location``.

    Args:
        payload: a list as it is served.
        version: the one it is of.
        files: where each track's audio lies, as addresses (``file:///…``, ``https://…``).
    """
    words = (payload["opener"], payload["intro"], payload["notice"])
    playlist = {
        "title": _title(payload),
        "creator": "daily30",
        "annotation": "\n".join(text for text in words if text),
        "date": f"{payload['serves_on']}T00:00:00",  # of no zone: each listener's own midnight
        "identifier": f"urn:daily30:list:{quote(version, safe='')}:{quote(payload['user_id'], safe='')}",
        "extension": _extension({"version": version} | {name: payload[name] for name in _OF_LIST}),
        "track": [_track(song, files) for song in payload["songs"]],
    }
    return json.dumps({"playlist": playlist}, ensure_ascii=False, indent=2) + "\n"


def _track(song: Mapping[str, Any], files: Mapping[str, str]) -> dict[str, Any]:
    found = files.get(song["track_id"])
    told = {
        "location": [found] if found else None,
        "identifier": [f"urn:daily30:track:{quote(song['track_id'], safe='')}"],
        "title": song["title"],
        "creator": song["artist"],
        "album": song["album"],
        "duration": None if song["duration_s"] is None else round(1000 * song["duration_s"]),
        "annotation": song["reason"],
        "extension": _extension({name: song[name] for name in _OF_SONG}),
    }
    return {name: value for name, value in told.items() if value is not None}


def _extension(told: dict[str, Any]) -> dict[str, Any]:
    """What XSPF has no element for (``trackNum`` is the place on the album, not in the list)."""
    return {EXTENSION: [told]}


def _title(payload: Mapping[str, Any]) -> str:
    return f"Daily 30 · {payload['serves_on']} · {payload['user_id']}"


def _line(text: str) -> str:
    """On one line: what breaks lines or hides in them is a space."""
    return " ".join("".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text).split())
