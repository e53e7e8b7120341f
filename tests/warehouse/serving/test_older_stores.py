"""Stores written by earlier versions of the program are read, and get what they lack."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

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
