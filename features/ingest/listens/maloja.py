"""Maloja's export: ``{"maloja": ..., "scrobbles": [...]}``.

A scrobble: ``time`` (Unix seconds), ``track`` with ``artists`` (a list), ``title``, ``album``
(``albumtitle``), ``length``; ``duration`` is how long it was heard. Older versions keep ``artists`` and
``title`` beside ``time``. https://github.com/krateng/maloja
"""

from __future__ import annotations

from typing import Any

from features.ingest.listens.moments import moment
from features.ingest.listens.rows import Listen, mapping, names, seconds, text


def scrobble(item: dict[str, Any]) -> Listen:
    """A scrobble, of this version or an older one."""
    track = item["track"] if isinstance(item.get("track"), dict) else item
    artists, album = track.get("artists"), track.get("album")
    artist = ", ".join(map(str, artists)) if isinstance(artists, list) else artists
    title, artist = names(track.get("title"), artist, ("title", "artists"))
    at_us, unit = moment(item.get("time"), "time")
    length_s = seconds(track.get("length"))
    heard_s = seconds(item.get("duration")) if track is not item else None
    return Listen(
        at_us,
        unit,
        title,
        artist,
        album=text(
            mapping(album).get("albumtitle")
            or mapping(album).get("name")
            or (album if isinstance(album, str) else None)
        )
        or None,
        length_s=length_s,
        heard_s=min(heard_s, length_s) if heard_s and length_s else heard_s,
        skipped=False,
    )
