"""Stores written by earlier versions of the program are read, and get what they lack."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from schemas.errors import OutsideServiceError
from tests.contracts.store_rows import DAY, payload, publish, write
from warehouse.serving import ServingStore, open_serving_store
from warehouse.serving.checksums import checksum
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
        db.execute("ALTER TABLE versions DROP COLUMN announced")
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


def test_a_file_from_before_announcements_goes_on_with_what_was_served(tmp_path: Path) -> None:
    """What is not newer than the version served, and what was rolled back, was announced; the rest was not."""
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    for n in range(4):
        publish(store, f"v{n}", DAY + timedelta(days=n))
    store.rollback()
    write(store, "fenced", DAY + timedelta(days=4))
    store.close()
    with sqlite3.connect(tmp_path / FOLDER / FILE) as db:
        rows = db.execute("SELECT version, ds, state, lists, songs, reviews, tracks FROM versions").fetchall()
        db.execute("ALTER TABLE versions DROP COLUMN announced")
        db.executemany("UPDATE versions SET sha256 = ? WHERE version = ?", [(checksum(*row), row[0]) for row in rows])
    told = {"v0": True, "v1": True, "v2": True, "v3": True, "fenced": False}
    reader = open_serving_store(tmp_path)
    assert ({v.version: v.announced for v in reader.versions()}, reader.damaged()) == (told, [])
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    assert store.rollback() == "v1"
    assert ({v.version: v.announced for v in store.versions()}, store.damaged()) == (told, [])
    store.pin()
    assert store.unpin() == "v1"


def test_what_came_under_a_pin_before_announcements_were_kept_is_served_when_it_goes(tmp_path: Path) -> None:
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    publish(store, "v0")
    store.pin()
    publish(store, "v1", DAY + timedelta(days=1))
    store.close()
    with sqlite3.connect(tmp_path / FOLDER / FILE) as db:
        rows = db.execute("SELECT version, ds, state, lists, songs, reviews, tracks FROM versions").fetchall()
        db.execute("ALTER TABLE versions DROP COLUMN announced")
        db.executemany("UPDATE versions SET sha256 = ? WHERE version = ?", [(checksum(*row), row[0]) for row in rows])
    assert open_serving_store(tmp_path, lease_check=lambda: None).unpin() == "v1"


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
