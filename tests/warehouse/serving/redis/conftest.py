"""One server a test process, emptied for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from tests.worlds.redis_server import ABSENT, installed, serving
from warehouse.serving.address import Address
from warehouse.serving.redis.store import RedisStore

Open = Callable[..., RedisStore]


@pytest.fixture(scope="session")
def _server() -> Iterator[str]:
    if not installed():
        pytest.skip(ABSENT)
    with serving() as url:
        yield url


@pytest.fixture
def url(_server: str) -> str:
    """Of a server that holds nothing and has its usual settings."""
    with redis.Redis.from_url(_server) as client:
        client.config_set("maxmemory", 0)
        client.config_set("maxmemory-policy", "noeviction")
        client.flushall()
    return _server


@pytest.fixture
def client(url: str) -> Iterator[redis.Redis]:
    """For who looks at the server, or does it harm."""
    with redis.Redis.from_url(url) as client:
        yield client


@pytest.fixture
def opened(url: str) -> Iterator[Open]:
    """Makes a store in it, like another process would."""
    made: list[RedisStore] = []

    def open_one(lease_check: Callable[[], None] = lambda: None, **how: object) -> RedisStore:
        made.append(RedisStore(Address(url, Path("home")), lease_check, **how))
        return made[-1]

    yield open_one
    for store in made:
        store.close()
