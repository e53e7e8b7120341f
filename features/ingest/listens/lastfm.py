"""Last.fm's API as JSON: scrobbles (``user.getRecentTracks``) and loved tracks (``user.getLovedTracks``).

A track: ``name``, ``artist`` (``#text``, or ``name`` when extended), ``album``, ``date`` (``uts``, Unix
seconds), ``mbid``. The song that is playing has ``@attr.nowplaying`` and no date.
https://www.last.fm/api/show/user.getRecentTracks
"""

from __future__ import annotations

from typing import Any

from features.ingest.listens.moments import moment
from features.ingest.listens.rows import LeftOut, Listen, Love, mapping, mbid, names, text

_CALLED = ("name", "artist")


def scrobble(item: dict[str, Any]) -> Listen:
    """A track of ``recenttracks``."""
    if str(mapping(item.get("@attr")).get("nowplaying")).lower() == "true":
        raise LeftOut("now playing")
    title, artist = names(item.get("name"), _name(item.get("artist")), _CALLED)
    at_us, unit = _date(item)
    artist_mbid = mbid(mapping(item.get("artist")).get("mbid"))
    return Listen(
        at_us,
        unit,
        title,
        artist,
        album=text(_name(item.get("album"))) or None,
        recording=mbid(item.get("mbid")),
        artists=(artist_mbid,) if artist_mbid else (),
    )


def loved(item: dict[str, Any]) -> Love:
    """A track of ``lovedtracks``."""
    title, artist = names(item.get("name"), _name(item.get("artist")), _CALLED)
    at_us, unit = _date(item)
    return Love(at_us, unit, "like_track", title, artist, mbid(item.get("mbid")))


def _name(value: Any) -> Any:
    """The name in ``{"#text": ...}`` or ``{"name": ...}``, or the value itself."""
    return (value.get("#text") or value.get("name")) if isinstance(value, dict) else value


def _date(item: dict[str, Any]) -> tuple[int, str]:
    date = item.get("date")
    return moment(date.get("uts") or date.get("#text") if isinstance(date, dict) else date, "date")


def stats(item: dict[str, Any]) -> Listen:
    """A scrobble as lastfmstats.com exports it: flat, ``date`` in milliseconds."""
    title, artist = names(item.get("track"), item.get("artist"), ("track", "artist"))
    at_us, unit = moment(item.get("date"), "date", usual="milliseconds")
    return Listen(at_us, unit, title, artist, album=text(item.get("album")) or None)
