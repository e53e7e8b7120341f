"""Redis keeps the serving contract."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import redis
import zstandard

from tests.contracts.serving_store import Lease, ServingStoreContract
from tests.contracts.store_faults import StoreFaultsContract
from tests.contracts.store_rows import DAY, payload
from tests.warehouse.serving.redis.conftest import Open
from warehouse.serving import ServingStore


class TestRedisStore(ServingStoreContract):
    @pytest.fixture
    def store(self, opened: Open, lease: Lease) -> ServingStore:
        return opened(lease)

    @pytest.fixture(autouse=True)
    def _client(self, client: redis.Redis) -> None:
        self.client = client

    def _bytes_of(self, store: ServingStore) -> bytes:
        shared = [self.client.hgetall(key) for key in self.client.scan_iter("*:dictionaries")]
        return b"".join([*self.client.scan_iter(), *(value for found in shared for value in found.values())])


class TestRedisFaults(StoreFaultsContract):
    """``opened`` opens one and the same store."""


@pytest.mark.parametrize("listeners", [1, 250])
def test_an_app_reads_as_the_guide_says(opened: Open, client: redis.Redis, listeners: int) -> None:
    """With what rows share, and without: there is nothing to share of a few."""
    store = opened()
    store.begin("v1", DAY)
    users = [f"u-{n}" for n in range(listeners)]
    store.write_lists("v1", ((user, payload("v1", user)) for user in users))
    store.seal("v1", lists=listeners, songs=30 * listeners, reviews=0)
    store.flip("v1")
    assert client.exists("daily30:1:dictionaries") == (listeners > 1)
    guide = Path("docs/guide/serving.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(versions = .*?)```", guide, re.DOTALL)
    for user in users:
        found = {"client": client, "json": json, "zstandard": zstandard, "user_id": user}
        exec(example, found)
        assert found["payload"] == payload("v1", user)
    with store.reading() as served:
        assert [served.user_list(user) for user in users] == [payload("v1", user) for user in users]
    assert store.damaged() == []
