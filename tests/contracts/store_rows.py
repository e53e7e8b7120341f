"""Versions as the contract of stores writes them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from warehouse.serving import ServingStore
from warehouse.serving.store import Outcome

DAY = date(2026, 11, 21)
NEXT = DAY + timedelta(days=1)
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


def consistent(store: ServingStore) -> str:
    """Read two lists and a review in one snapshot; all must be of the version it names."""
    with store.reading() as served:
        one, two, review = served.user_list("u-1"), served.user_list("用户三"), served.review("t-1", "zh")
        assert one == payload(served.version, "u-1")
        assert two == payload(served.version, "用户三")
        assert review is not None
        assert review["made_in"] == served.version
        return served.version
