"""Listens as services tell them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

Take = Callable[..., Any]
START = int(datetime(2026, 3, 1, 9, tzinfo=UTC).timestamp())


def listen(at: int, title: str = "Song", artist: str = "Artist", **info: Any) -> dict[str, Any]:
    """A listen as ListenBrainz exports it."""
    told = {"track_name": title, "artist_name": artist, "release_name": None, "additional_info": info}
    return {"listened_at": at, "track_metadata": told}


def listens(count: int = 12, start: int = START, every_s: int = 400, length_s: int = 200) -> list[dict[str, Any]]:
    return [listen(start + n * every_s, f"Song {n % 5}", duration_ms=length_s * 1000) for n in range(count)]


def spotify(count: int) -> list[dict[str, Any]]:
    """Account data: times of the end, to the minute."""
    ends = (datetime.fromtimestamp(START + n * 400 + 200, UTC) for n in range(count))
    return [
        {"endTime": f"{end:%Y-%m-%d %H:%M}", "artistName": "Artist", "trackName": f"Song {n % 5}", "msPlayed": 200_000}
        for n, end in enumerate(ends)
    ]
