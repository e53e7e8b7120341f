"""Songs without audio beside the sample's, so that every rule of the lists can bite; and rows ingest must refuse.

The sample alone has about as many songs as a list: there every rule would be relaxed. The shelf
makes room, at the price of a text vector a song, and holds one trap for each rule.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import polars as pl

PLAIN, ALBUM_SONGS, GUEST_SONGS = 130, 8, 6
GUEST, ALBUM = "sa-guest", "sl-compilation"
CORRUPT = "s-corrupt"
# Nobody may get these, whatever the rest of the catalogue holds.
FORBIDDEN = ("s-withdrawn", "s-tomorrow-but-one", "s-elsewhere")
_GENRES = ("folk", "jazz", "rock", "city pop", "lo-fi", "ambient", "古风", "electronic")


def stock(landing: Path, last: date) -> None:
    """Add the shelf, its plays and the unlawful rows to a sample's landing.

    Args:
        last: the sample's last listening day; the shelf is played on each of the three days up to it.
    """
    _write_jsonl(landing / "tracks" / "shelf.jsonl", tracks(last))
    (landing / "audio" / f"{CORRUPT}.mp3").write_bytes(b"\xff\xfb\x90\x64" + bytes(range(256)) * 200)
    users = pl.read_csv(landing / "users.csv")["user_id"].to_list()
    plays = [*_shelf_plays(users, last), *_unlawful_plays(users, last)]
    schema = {"user_id": pl.String, "played_at": pl.Datetime("us", "UTC"), "track_id": pl.String}
    frame = pl.DataFrame(plays, schema=schema, orient="row")
    frame.with_columns(listened_s=pl.lit(150.0)).write_parquet(landing / "plays" / "shelf.parquet")
    _write_jsonl(landing / "feedback" / "shelf.jsonl", _blocks(users, last))


def tracks(last: date) -> list[dict[str, Any]]:
    """Plain songs of many artists, one compilation, one artist featured everywhere, and the traps."""
    songs = [_song(f"s{n:03d}", f"sa{n // 2:02d}", n) for n in range(PLAIN)]
    songs += [_song(f"s-album-{n}", f"sa-album-{n}", n, album_id=ALBUM) for n in range(ALBUM_SONGS)]
    songs += [_song(f"s-guest-{n}", f"sa-host-{n}", n, featured_artist_ids=[GUEST]) for n in range(GUEST_SONGS)]
    songs += [
        _song("s-withdrawn", "sa-x1", 1, available=False),
        _song("s-tomorrow-but-one", "sa-x2", 2, release_date=str(last + timedelta(days=2))),
        _song("s-elsewhere", "sa-x3", 3, regions=["BR"]),
        _song("s-explicit", "sa-x4", 4, explicit=True),
        _song(CORRUPT, "sa-x5", 5, audio_path=f"{CORRUPT}.mp3"),
        _song("s-not-known-yet", "sa-x6", 6, added_on=str(last)),
    ]
    return songs


def _song(track_id: str, artist_id: str, n: int, **more: Any) -> dict[str, Any]:
    plain = {
        "track_id": track_id,
        "title": f"夜航 {n}" if n % 2 else f"Slow Harbour {n}",
        "artist_id": artist_id,
        "artist_name": f"The {artist_id[2:]} Band",
        "album_id": f"sl-{artist_id}",
        "album_title": f"Letters {artist_id[2:]}",
        "release_date": f"20{10 + n % 15}-0{1 + n % 9}-11",
        "added_on": "2026-01-05",
        "genre": _GENRES[n % len(_GENRES)],
        "language": "zh" if n % 2 else "en",
        "duration_s": 150.0 + n,
    }
    return plain | more


def _shelf_plays(users: list[str], last: date) -> list[tuple[str, datetime, str]]:
    """Three shelf songs per user on each of the last three days, at hours that are that day in every sample city."""
    noon = [datetime.combine(last - timedelta(days=d), time(13), UTC) for d in range(3)]
    return [
        (user, at + timedelta(minutes=10 * n), f"s{(7 * u + 3 * d + n) % PLAIN:03d}")
        for u, user in enumerate(users)
        for d, at in enumerate(noon)
        for n in range(3)
    ]


def _unlawful_plays(users: list[str], last: date) -> list[tuple[str | None, datetime | None, str]]:
    """Few enough for the gates, one of each kind: null key, exact repeat, stranger, future."""
    noon = datetime.combine(last - timedelta(days=3), time(13, 5), UTC)
    return [
        (None, noon, "s001"),
        (users[0], None, "s001"),
        (users[1], noon, "s002"),
        (users[1], noon, "s002"),
        ("nobody-knows-me", noon, "s003"),
        (users[2], noon + timedelta(days=400), "s004"),
    ]


def _blocks(users: list[str], last: date) -> list[dict[str, Any]]:
    """Every second user blocks an artist, every third a song."""
    at = datetime.combine(last - timedelta(days=5), time(12), UTC).isoformat()
    artists = [
        {"user_id": u, "event_at": at, "kind": "block_artist", "subject_id": GUEST if n % 4 else "sa03"}
        for n, u in enumerate(users)
        if n % 2
    ]
    songs = [
        {"user_id": u, "event_at": at, "kind": "block_track", "subject_id": f"s{n:03d}"}
        for n, u in enumerate(users)
        if n % 3 == 0
    ]
    return artists + songs


def _write_jsonl(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
