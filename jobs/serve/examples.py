"""Answers as they look, for OpenAPI; each is a lawful one of its model."""

from __future__ import annotations

from typing import Any

_VERSION = "2026-11-21-7d968a3e4f120435"
_WRITTEN: dict[str, Any] = {"writer": "builtin", "model": None, "notice": None, "label": None}

CARD: dict[str, Any] = {
    "track_id": "t-000042", "title": "雨夜电台", "artist": "陆听澜", "artist_id": "a-17",
    "artists": [{"name": "陆听澜", "artist_id": "a-17"}], "version": None, "album": "雨夜电台 EP", "album_id": "al-09",
    "cover": None, "genre": "folk", "release_date": "2024-03-08", "duration_s": 214.5, "explicit": False,
    "tempo_bpm": 66.0, "tempo_confidence": 0.81, "key": "C", "mode": "major", "key_strength": 0.74,
    "mood": "nostalgic", "moods": ["nostalgic"], "valence": 0.12, "arousal": -0.31,
}  # fmt: skip
SONG: dict[str, Any] = {
    **CARD, "rank": 1, "reason": "A calm ballad, close to what you played last night.", "paragraph": None,
    "discovery": True, "heard": False, "source": "similar", "has_review": True,
    "evidence": [
        {"seq": 1, "kind": "tempo_band", "subject": "t-000080", "value": 60.0, "value_high": 78.0,
         "song_value": 66.0, "song_text": None, "unit": "BPM", "source_table": "taste"}
    ],
}  # fmt: skip
TRACK: dict[str, Any] = {
    "version": _VERSION, "track": CARD,
    "names": {
        "zh": {"key": "C大调", "mood": "怀旧", "genre": "民谣"},
        "en": {"key": "C major", "mood": "nostalgic", "genre": "folk"},
    },
}  # fmt: skip
HEADER: dict[str, Any] = {
    "track_id": "t-000042", "kind": "video", "video_key": "1cb8a003fbc0a63ef8694418f4421e62.mp4",
    "poster_key": "a231d4a5ac0d2bd56d64ab5c3aa708aa.jpg", "duration_s": 8.0, "width": 1280, "height": 720,
    "notice": None,
}  # fmt: skip
DAILY30: dict[str, Any] = {
    "version": _VERSION, "format": 1, "user_id": "u-00017", "ds": "2026-11-21", "serves_on": "2026-11-22",
    "language": "en", "personalised": True, "history_class": "heavy",
    "opener": "The rain has not stopped: begin slowly.", "hashtags": ["#RainySunday", "#Folk", "#NightWalk"],
    "intro": "Thirty songs, from quiet to bright.",
    **_WRITTEN, "content_id": "c-00017", "relaxations": [], "shortfall_reason": None, "header": HEADER,
    "songs": [SONG],
}  # fmt: skip
REVIEW: dict[str, Any] = {
    "version": _VERSION, "track_id": "t-000042", "language": "en", "title": "雨夜电台", "artist": "陆听澜",
    "headings": ["How it opens"], "paragraphs": ["It opens at 66 BPM, in C major."], **_WRITTEN,
    "content_id": "r-000042", "note": None,
}  # fmt: skip
VERSIONS: dict[str, Any] = {
    "current": _VERSION,
    "versions": [
        {"version": _VERSION, "ds": "2026-11-21", "state": "sealed", "lists": 300, "songs": 9000, "reviews": 1200,
         "current": True, "pinned": False}
    ],
}  # fmt: skip
READY: dict[str, Any] = {"status": "ready", "version": _VERSION, "ds": "2026-11-21"}
EXAMPLES = {"Daily30": DAILY30, "Review": REVIEW, "Track": TRACK, "Versions": VERSIONS, "Readiness": READY}
"""By the name of the model that each is of."""
