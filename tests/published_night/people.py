"""Eight listeners, their taste and their plays of eight days; one is new, one opted out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.published_night.songs import DS, track_id

# user, language, city, country, class, personalised, wants personalisation
PEOPLE = [
    ("u-lin", "zh", "上海", "CN", "heavy", True, True),
    ("u-emma", "en", "London", "GB", "heavy", True, True),
    ("u-noor", "en", "Toronto", "CA", "new", False, True),
    ("u-optout", "zh", "成都", "CN", "regular", False, False),
    ("u-wei", "zh", "北京", "CN", "regular", True, True),
    ("u-sam", "en", "New York", "US", "light", True, True),
    ("u-yan", "zh", "广州", "CN", "heavy", True, True),
    ("u-zoe", "en", "London", "GB", "regular", True, True),
]


def users() -> list[dict[str, Any]]:
    return [
        {
            "user_id": user_id,
            "created_on": date(2025, 1, 1),
            "language": language,
            "city": city,
            "country": country,
            "timezone": "UTC",
            "personalised": wants,
            "explicit_ok": True,
        }
        for user_id, language, city, country, _, _, wants in PEOPLE
    ]


def tastes() -> list[dict[str, Any]]:
    return [
        {
            "user_id": user_id,
            "history_class": kind,
            "plays": 0 if kind == "new" else 48,
            "tempo_low_bpm": 92.0,
            "tempo_median_bpm": 104.0,
            "tempo_high_bpm": 118.0,
            "genres": ["folk", "jazz"],
            "genre_shares": [0.6, 0.4],
            "moods": ["healing", "nostalgic"],
            "mood_shares": [0.5, 0.3],
        }
        for user_id, _, _, _, kind, _, _ in PEOPLE
    ]


def plays() -> list[dict[str, Any]]:
    found = []
    for p, (user, *_, kind, _, _) in enumerate(PEOPLE):
        if kind == "new":
            continue
        for day in range(8):
            for j in range(6):
                at = datetime(DS.year, DS.month, DS.day, 8, 5 * j, tzinfo=UTC) - timedelta(days=day)
                found.append(
                    {
                        "user_id": user,
                        "played_at": at,
                        "track_id": track_id(p * 13 + 75 + j),
                        "local_date": at.date(),
                        "local_hour": 16,
                        "listened_s": 180.0,
                        "completion": 1.0,
                        "origin": "organic",
                    }
                )
    return found


def affinities() -> list[dict[str, Any]]:
    heard = sorted({(p["user_id"], p["track_id"]) for p in plays()})
    return [{"user_id": u, "track_id": t, "weight": 1.0, "plays": 8, "plays_ds": 1} for u, t in heard]
