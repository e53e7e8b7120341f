"""Stores written by earlier versions of the program are read, and get what they lack."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.errors import OutsideServiceError
from tests.contracts.store_rows import DAY, payload, publish
from warehouse.serving import ServingStore, open_serving_store
from warehouse.serving.factory import FOLDER
from warehouse.serving.sqlite import FILE
from warehouse.serving.store import Outcome


def _read(store: ServingStore) -> str:
    with store.reading() as served:
        assert served.user_list("u-1") == payload(served.version, "u-1")
        return served.version


def test_a_store_from_before_checksums_is_read_and_gets_them(tmp_path: Path) -> None:
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    publish(store, "v0")
    store.close()
    with sqlite3.connect(tmp_path / FOLDER / FILE) as db:
        for table in ("versions", "lists", "reviews", "pointer"):
            db.execute(f"ALTER TABLE {table} DROP COLUMN sha256")
        db.execute("DROP TABLE tracks")
        db.execute("ALTER TABLE versions DROP COLUMN tracks")
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    assert _read(store) == "v0"
    assert publish(store, "v1", DAY + timedelta(days=1)) is Outcome.MOVED
    assert (_read(store), store.damaged()) == ("v1", [])


def test_a_store_from_before_days_were_rolled_back_is_read_and_remembers_them(tmp_path: Path) -> None:
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    for n in range(3):
        publish(store, f"v{n}", DAY + timedelta(days=n))
    store.close()
    with sqlite3.connect(tmp_path / FOLDER / FILE) as db:
        db.execute("ALTER TABLE pointer DROP COLUMN rolled_back")
    assert (open_serving_store(tmp_path).current(), open_serving_store(tmp_path).damaged()) == ("v2", [])
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    store.rollback("v0")
    store.close()
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    assert publish(store, "v1 again", DAY + timedelta(days=1)) is Outcome.WITHDRAWN
    assert store.damaged() == []


def test_a_store_from_before_tracks_is_read_and_gets_them(tmp_path: Path) -> None:
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    store.begin("v0", DAY)
    store.write_lists("v0", [("u-1", payload("v0", "u-1"))])
    store.seal("v0", lists=1, songs=30, reviews=0)
    store.flip("v0")
    store.close()
    with sqlite3.connect(tmp_path / FOLDER / FILE) as db:
        db.execute("DROP TABLE tracks")
        db.execute("ALTER TABLE versions DROP COLUMN tracks")
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    assert (_read(store), store.damaged()) == ("v0", [])
    with store.reading() as served:
        assert served.track("t-1") is None
    assert publish(store, "v1", DAY + timedelta(days=1)) is Outcome.MOVED
    with store.reading() as served:
        assert served.track("t-1") == {"made_in": "v1", "title": "雨"}
    assert store.damaged() == []
    store.rollback()
    assert (_read(store), store.damaged()) == ("v0", [])


def test_a_damaged_track_is_told(tmp_path: Path) -> None:
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    publish(store, "v0")
    with sqlite3.connect(tmp_path / FOLDER / FILE) as db:
        db.execute("UPDATE tracks SET payload = replace(payload, '雨', '晴')")
    assert [d.what for d in store.damaged()] == ["tracks: 1 of 1 rows have other bytes, 1 were published"]
    with store.reading() as served, pytest.raises(OutsideServiceError, match="daily30 repair"):
        served.track("t-1")
    with sqlite3.connect(tmp_path / FOLDER / FILE) as db:
        db.execute("UPDATE versions SET tracks = 0")
    with pytest.raises(OutsideServiceError, match="daily30 repair"):
        store.current()
