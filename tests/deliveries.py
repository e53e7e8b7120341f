"""Small landings on disk for tests: a lawful delivery, then one thing broken."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

DS = date(2026, 3, 10)
DAYS = 12
ZONES = {"u1": "Asia/Shanghai", "u2": "America/New_York", "u3": "UTC", "名字": "Europe/Berlin"}


def tracks(count: int = 5) -> list[dict[str, Any]]:
    """Lawful tracks t0.. as a JSON delivery writes them."""
    return [
        {
            "track_id": f"t{n}",
            "title": f"歌 {n}",
            "artist_id": f"a{n % 3}",
            "artist_name": f"Ünïcode {n % 3}",
            "added_on": "2026-01-01",
            "release_date": "2020-05-05",
            "duration_s": 200.0,
            "listener_tags": ["calm", "夜"],
        }
        for n in range(count)
    ]


def users() -> list[dict[str, Any]]:
    """Lawful users in four time zones."""
    return [{"user_id": u, "created_on": "2026-01-01", "language": "zh", "timezone": z} for u, z in ZONES.items()]


def plays(days: int = DAYS, per_day: int = 3) -> list[dict[str, Any]]:
    """Plays at 12:00 UTC and later of the days up to DS, three per user and day."""
    rows = []
    for day in range(days):
        start = datetime.combine(DS - timedelta(days=day), datetime.min.time(), UTC) + timedelta(hours=12)
        for number, user in enumerate(ZONES):
            for n in range(per_day):
                at = start + timedelta(minutes=10 * n)
                rows.append(
                    {
                        "user_id": user,
                        "played_at": at.isoformat().replace("+00:00", "Z"),
                        "track_id": f"t{(number + n) % 5}",
                        "listened_s": 100.0,
                        "skipped": False,
                    }
                )
    return rows


def write_csv(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows([{k: "|".join(v) if isinstance(v, list) else v for k, v in row.items()} for row in rows])


def write_jsonl(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def write_landing(home: Path, **replaced: list[dict[str, Any]]) -> Path:
    """A lawful landing below ``home``: tracks.jsonl, users.csv, plays/; keywords replace a table's rows."""
    root = home / "landing"
    write_jsonl(root / "tracks.jsonl", replaced.get("tracks", tracks()))
    write_csv(root / "users.csv", replaced.get("users", users()))
    given = pl.DataFrame(replaced.get("plays", plays()), infer_schema_length=None)
    (root / "plays").mkdir(parents=True, exist_ok=True)
    given.with_columns(pl.col("played_at").str.to_datetime("%+", time_unit="us", time_zone="UTC")).write_parquet(
        root / "plays" / "ds=all.parquet"
    )
    return root
