"""Versions as the contract of stores writes them."""

from __future__ import annotations

from datetime import date
from typing import Any

from warehouse.serving import ServingStore
from warehouse.serving.store import Outcome

DAY = date(2026, 11, 21)
USERS = ("u-1", "u-2", "用户三")


def payload(version: str, user: str) -> dict[str, Any]:
    return {
        "user_id": user,
        "made_in": version,
        "songs": [{"rank": r, "title": f"雨 {version} {r}"} for r in range(30)],
    }


def write(store: ServingStore, version: str, ds: date = DAY) -> bool:
    """Write and seal a whole version; False when the store had it."""
    if not store.begin(version, ds):
        return False
    lists = store.write_lists(version, ((u, payload(version, u)) for u in USERS))
    reviews = store.write_reviews(version, [("t-1", "zh", {"made_in": version, "paragraphs": ["雨声"]})])
    tracks = store.write_tracks(version, [("t-1", {"made_in": version, "title": "雨"})])
    store.seal(version, lists=lists, songs=30 * lists, reviews=reviews, tracks=tracks)
    return True


def publish(store: ServingStore, version: str, ds: date = DAY) -> Outcome:
    write(store, version, ds)
    return store.flip(version).outcome
