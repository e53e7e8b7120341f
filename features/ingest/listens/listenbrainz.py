"""ListenBrainz: listens (export, API) and feedback (loves and hates).

A listen: ``listened_at`` (Unix seconds) and ``track_metadata`` with ``track_name``, ``artist_name``,
``release_name``, ``additional_info`` (``duration_ms`` or ``duration``, ``recording_mbid``) and, where
ListenBrainz found the recording, ``mbid_mapping``. Feedback: ``score`` 1, -1 or 0, ``created``,
``recording_mbid``; the API adds ``track_metadata``.
https://listenbrainz.readthedocs.io/en/latest/users/json.html
"""

from __future__ import annotations

from typing import Any

from features.ingest.listens.moments import moment
from features.ingest.listens.rows import LeftOut, Listen, Love, Refused, mapping, mbid, mbids, names, seconds, text

_KINDS = {1: "like_track", -1: "block_track"}


def listen(item: dict[str, Any]) -> Listen:
    """A listen of an export, of an API page or of ``submit-listens``."""
    metadata, called = item.get("track_metadata"), ("track_name", "artist_name")
    if not isinstance(metadata, dict):
        raise Refused("track_metadata is missing or no object")
    info, mapped = mapping(metadata.get("additional_info")), mapping(metadata.get("mbid_mapping"))
    if item.get("playing_now"):
        raise LeftOut("now playing")
    title, artist = names(metadata.get("track_name"), metadata.get("artist_name"), called)
    at_us, unit = moment(item.get("listened_at"), "listened_at")
    return Listen(
        at_us,
        unit,
        title,
        artist,
        album=text(metadata.get("release_name")) or None,
        length_s=seconds(info.get("duration_ms"), per_second=1000) or seconds(info.get("duration")),
        recording=mbid(mapped.get("recording_mbid")) or mbid(info.get("recording_mbid")),
        artists=mbids(mapped.get("artist_mbids")) or mbids(info.get("artist_mbids")),
        user=text(item.get("user_name")) or None,
    )


def feedback(item: dict[str, Any]) -> Love:
    """A love (score 1) or a hate (-1); 0 takes one back."""
    metadata = mapping(item.get("track_metadata"))
    kind = _KINDS.get(item["score"]) if isinstance(item["score"], int) else None
    if kind is None:
        raise (
            LeftOut("feedback taken back")
            if item["score"] == 0
            else Refused(f"score is {item['score']!r}, not 1 or -1")
        )
    at_us, unit = moment(item.get("created"), "created")
    recording = mbid(item.get("recording_mbid")) or mbid(mapping(metadata.get("mbid_mapping")).get("recording_mbid"))
    title, artist = text(metadata.get("track_name")), text(metadata.get("artist_name"))
    if not recording and not (title and artist):
        raise Refused("names neither a recording_mbid nor a song; ListenBrainz did not find which recording it is")
    user = text(item.get("user_id") if isinstance(item.get("user_id"), str) else None)
    return Love(at_us, unit, kind, title or None, artist or None, recording, user or None)
