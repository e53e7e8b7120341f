"""A pointer written by an earlier program is read, and gets what it lacks."""

from __future__ import annotations

import json
from datetime import timedelta

import redis

from tests.contracts.store_rows import DAY, publish, write
from tests.warehouse.serving.redis.conftest import Open
from warehouse.serving.checksums import checksum_of_bytes


def test_a_pointer_from_before_announcements_goes_on_with_what_was_served(opened: Open, client: redis.Redis) -> None:
    store = opened()
    for n in range(3):
        publish(store, f"v{n}", DAY + timedelta(days=n))
    write(store, "fenced", DAY + timedelta(days=3))
    said = json.loads(bytes(client.get("daily30:versions")).partition(b"\n")[0])
    for version in said["all"]:
        del version["announced"]
    text = json.dumps(said).encode()
    client.set("daily30:versions", text + b"\n" + checksum_of_bytes(text).encode())
    told = {"v0": True, "v1": True, "v2": True, "fenced": False}
    assert ({v.version: v.announced for v in store.versions()}, store.damaged()) == (told, [])
    assert store.rollback() == "v1"
    assert ({v.version: v.announced for v in store.versions()}, store.damaged()) == (told, [])
