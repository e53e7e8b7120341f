"""Spotify's two histories: of the account data (a year) and the extended one (everything).

Account data, ``StreamingHistory_music_*.json``: ``endTime`` (UTC, to the minute), ``artistName``,
``trackName``, ``msPlayed``. Extended, ``Streaming_History_Audio_*.json``: ``ts`` (when it stopped, UTC),
``ms_played``, ``master_metadata_*``, ``spotify_track_uri``, ``reason_end``, ``skipped``, ``incognito_mode``.
https://support.spotify.com/article/understanding-my-data/
"""

from __future__ import annotations

from typing import Any

from features.ingest.listens.moments import moment
from features.ingest.listens.rows import LeftOut, Listen, Refused, names, seconds, text

_COUNTS_FROM_S = 30.0  # Spotify counts a stream from here; less is a skip where nothing else says so
_FINISHED = "trackdone"
_SKIPS = ("fwdbtn", "backbtn", "clickrow", "nextbtn", "prevbtn")


def account(item: dict[str, Any]) -> Listen:
    """A stream of the account data."""
    if "podcastName" in item or "episodeName" in item:
        raise LeftOut("podcasts")
    end_us, unit = moment(item.get("endTime"), "endTime")
    heard_s = _heard_s(item, "msPlayed")
    title, artist = names(item.get("trackName"), item.get("artistName"), ("trackName", "artistName"))
    start_us = end_us - round(heard_s * 1e6)
    return Listen(start_us, unit, title, artist, heard_s=heard_s, skipped=heard_s < _COUNTS_FROM_S)


def extended(item: dict[str, Any]) -> Listen:
    """A stream of the extended history."""
    if item.get("incognito_mode") is True:
        raise LeftOut("private sessions")
    if item.get("master_metadata_track_name") is None:
        raise LeftOut(_no_song(item))
    end_us, unit = moment(item.get("ts"), "ts")
    heard_s, reason = _heard_s(item, "ms_played"), item.get("reason_end")
    called = ("master_metadata_track_name", "master_metadata_album_artist_name")
    title, artist = names(item.get(called[0]), item.get(called[1]), called)
    finished = reason == _FINISHED
    skipped = item.get("skipped") in (True, 1) or reason in _SKIPS or (heard_s < _COUNTS_FROM_S and not finished)
    return Listen(
        end_us - round(heard_s * 1e6),
        unit,
        title,
        artist,
        album=text(item.get("master_metadata_album_album_name")) or None,
        length_s=heard_s if finished and heard_s >= _COUNTS_FROM_S else None,
        heard_s=heard_s,
        skipped=skipped and not finished,
        user=text(item.get("username")) or None,
    )


def _no_song(item: dict[str, Any]) -> str:
    if item.get("episode_name") or item.get("spotify_episode_uri"):
        return "podcasts"
    return "audiobooks" if item.get("audiobook_title") else "streams without a song's name"


def _heard_s(item: dict[str, Any], name: str) -> float:
    value = item.get(name)
    if value == 0:
        raise LeftOut("streams of no length")
    heard_s = seconds(value, per_second=1000)
    if heard_s is None:
        raise Refused(f"{name} is {value!r}, not a number of milliseconds within a day")
    return heard_s
