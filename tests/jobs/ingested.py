"""A lawful delivery as landing frames, with rows to put in, and the ingest stage over it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from features.ingest.gates import IngestParams
from features.night import Night
from jobs.ingest import run
from jobs.pipeline import STAGES
from jobs.run.body import apply
from schemas import TABLES
from schemas.validate import check
from tests.deliveries import DS
from tests.frames import rows

NOON = datetime(2026, 3, 9, 12, tzinfo=UTC)
STAGE = STAGES["ingest"]
PARAMS = IngestParams(expectations=False)


def frames(**replaced: list[dict[str, Any]]) -> dict[str, pl.DataFrame]:
    """Landing frames of the lawful delivery; keywords replace a table's rows (Python values)."""
    noon = datetime.combine(DS, datetime.min.time(), UTC) + timedelta(hours=12)
    lawful: dict[str, list[dict[str, Any]]] = {
        "tracks": [track(f"t{n}", artist_id=f"a{n}") for n in range(5)],
        "users": [user("u1", timezone="Asia/Shanghai"), user("u2", timezone="America/New_York"), user("名字")],
        "plays": [
            play(u, f"t{n}", noon - timedelta(days=day, minutes=n))
            for u in ("u1", "u2", "名字")
            for n in range(5)
            for day in range(12)
        ],
        "feedback": [],
        "contexts": [],
        "lyrics": [],
        "aliases": [],
        "notes": [],
        "unreadable": [],
    }
    found = {"last_tracks": rows("last_tracks", replaced.get("last_tracks", []))}
    for table, default in lawful.items():
        given_rows = replaced.get(table, default)
        numbered = [{"source_file": f"{table}.csv", "source_row": n, **r} for n, r in enumerate(given_rows, start=1)]
        found[f"landing_{table}"] = rows(f"landing_{table}", numbered)
    return found


def track(track_id: str | None, **given_cells: Any) -> dict[str, Any]:
    lawful = {"title": "歌", "artist_id": "a", "artist_name": "A", "added_on": date(2026, 1, 1), "duration_s": 200.0}
    return {"track_id": track_id, **lawful, **given_cells}


def user(user_id: str | None, **given_cells: Any) -> dict[str, Any]:
    return {"user_id": user_id, "created_on": date(2026, 1, 1), "language": "zh", "timezone": "UTC", **given_cells}


def play(user_id: str | None, track_id: str | None, at: datetime | None, **given_cells: Any) -> dict[str, Any]:
    return {"user_id": user_id, "track_id": track_id, "played_at": at, "listened_s": 100.0, **given_cells}


def signal(subject: str, kind: str = "like_track", **given_cells: Any) -> dict[str, Any]:
    at = datetime(2026, 3, 9, 12, tzinfo=UTC)
    return {"user_id": "u1", "event_at": at, "kind": kind, "subject_id": subject, **given_cells}


def night(ds: date = DS, params: IngestParams = PARAMS, **replaced: list[dict[str, Any]]) -> dict[str, pl.DataFrame]:
    out = apply(run, frames(**replaced), params=params, night=Night(ds))
    assert set(out) == set(STAGE.writes)
    for name, frame in out.items():
        assert check(frame, TABLES[name]) == [], name
    return out


def with_more(table: str, *more: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The lawful rows of ``table`` and more."""
    lawful = frames()[f"landing_{table}"].drop("source_file", "source_row").to_dicts()
    return {table: [*lawful, *more]}


def note(**given_cells: Any) -> dict[str, Any]:
    lawful = {
        "note_id": "n1",
        "track_id": "t0",
        "kind": "credits",
        "language": "zh",
        "source": "自家小传",
        "licence": "own",
    }
    return {**lawful, "text": "这首歌由蓝房间唱片发行。", **given_cells}


def weather(local_date: date, **given_cells: Any) -> dict[str, Any]:
    return {"city": "上海", "local_date": local_date, "weather": "rain", "temperature_c": 3.0, **given_cells}


def counts(out: dict[str, pl.DataFrame], table: str) -> dict[str, int]:
    return out["ingest_counts"].row(by_predicate=pl.col("table_name") == table, named=True)
