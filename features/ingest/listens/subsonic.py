"""Subsonic and Navidrome: songs with the time they were last played, or starred.

These servers tell one play of a song, its last: ``played`` (OpenSubsonic) or ``playDate`` (Navidrome's
own API); ``starred`` or ``starredAt`` is a love. https://opensubsonic.netlify.app/docs/responses/child/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from features.ingest.listens.moments import moment
from features.ingest.listens.rows import LeftOut, Listen, Love, mbid, names, seconds, text


def song(item: dict[str, Any]) -> Iterator[Listen | Love]:
    """The last play and the star of a song."""
    if "minutesAgo" in item:
        raise LeftOut("now playing")
    title, artist = names(item.get("title"), item.get("artist") or item.get("displayArtist"), ("title", "artist"))
    recording = mbid(item.get("musicBrainzId") or item.get("mbzRecordingID"))
    played, starred = item.get("played") or item.get("playDate"), item.get("starredAt") or item.get("starred")
    if played:
        at_us, unit = moment(played, "played")
        album, length_s = text(item.get("album")) or None, seconds(item.get("duration"))
        yield Listen(at_us, unit, title, artist, album=album, length_s=length_s, recording=recording)
    if starred and starred is not True:
        at_us, unit = moment(starred, "starred")
        yield Love(at_us, unit, "like_track", title, artist, recording)
    if not played and not starred:
        raise LeftOut("songs never played")
