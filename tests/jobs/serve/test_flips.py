"""Versions flipped and rolled back under readers: each answer is of one version, and none is an error."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from starlette.testclient import TestClient

from jobs.serve.app import create_app
from jobs.serve.server import listening
from jobs.serve.settings import ServeSettings
from tests.contracts.store_rows import DAY, USERS, payload, publish
from tests.jobs.serve.served import BASE, written
from tests.worlds import redis_server
from tests.worlds.postgres_server import Server
from warehouse.media.store import open_media_store
from warehouse.serving import open_serving_store

READERS = 6


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow), "redis"])
def serving(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """Section ``[serving]`` of each kind of store, which holds nothing."""
    if request.param == "postgresql":
        yield {"url": request.getfixturevalue("postgres").url()}
    elif request.param == "redis":
        if not redis_server.installed():
            pytest.skip(redis_server.ABSENT)
        with redis_server.serving() as url:
            yield {"url": url}
    else:
        yield {}


def _app(home: Path, serving: dict[str, str]) -> Any:
    return create_app(
        lambda: open_serving_store(home, serving),
        open_media_store(home),
        ServeSettings(),
        lambda: datetime.now(UTC),
        home,
    )


def _turn(home: Path, serving: dict[str, str], flips: int) -> None:
    """Publish a version, take it back, publish the next: ``flips`` moves of the pointer, old versions pruned away."""
    store = open_serving_store(home, serving, lease_check=lambda: None)
    for n in range(1, flips // 2 + 1):
        publish(store, f"v{n}", DAY + timedelta(days=n))
        store.rollback()
        store.prune()
    store.close()


def _rolled_back(home: Path, serving: dict[str, str]) -> str:
    with closing(open_serving_store(home, serving)) as store:
        return store.rollback()


async def _read(api: httpx2.AsyncClient, going: Callable[[], bool], found: Counter[str], seen: set[str]) -> None:
    """Ask for every user and the review, over and over; count what is wrong."""
    while going():
        for user in USERS:
            answer = await api.get(f"/v1/users/{written(user)}/daily30")
            found["asked"] += 1
            if answer.status_code != 200:
                found[f"status {answer.status_code}"] += 1
                continue
            body = answer.json()
            seen.add(version := body.pop("version"))
            found["mixed"] += body != payload(version, user) or version != answer.headers["daily30-version"]
        answer = await api.get("/v1/tracks/t-1/review?language=zh")
        found["asked"] += 1
        body = answer.json()
        found["mixed"] += answer.status_code != 200 or body["made_in"] != body["version"]


async def _readers(api: httpx2.AsyncClient, turning: threading.Thread) -> tuple[Counter[str], set[str]]:
    found: Counter[str] = Counter()
    seen: set[str] = set()
    turning.start()
    async with api:
        await asyncio.gather(*(_read(api, turning.is_alive, found, seen) for _ in range(READERS)))
    return found, seen


def _judged(found: Counter[str], seen: set[str]) -> None:
    assert {what: n for what, n in found.items() if n and what != "asked"} == {}
    assert found["asked"] > 100
    assert len(seen) > 5


def test_200_flips_under_readers_of_the_app(tmp_path: Path, serving: dict[str, str]) -> None:
    with closing(open_serving_store(tmp_path, serving, lease_check=lambda: None)) as store:
        publish(store, "v0")
    api = httpx2.AsyncClient(transport=httpx2.ASGITransport(_app(tmp_path, serving)), base_url=BASE)
    turning = threading.Thread(target=_turn, args=(tmp_path, serving, 200))
    _judged(*asyncio.run(_readers(api, turning)))


@pytest.mark.slow
def test_200_flips_under_readers_of_a_socket(tmp_path: Path) -> None:
    publish(open_serving_store(tmp_path, lease_check=lambda: None), "v0")
    with listening("127.0.0.1", 0) as sock:
        server = uvicorn.Server(uvicorn.Config(_app(tmp_path, {}), log_level="warning", access_log=False))
        running = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
        running.start()
        api = httpx2.AsyncClient(base_url=f"http://127.0.0.1:{sock.getsockname()[1]}", trust_env=False)
        turning = threading.Thread(target=_turn, args=(tmp_path, {}, 200))
        try:
            _judged(*asyncio.run(_readers(api, turning)))
        finally:
            server.should_exit = True
            running.join()


def test_a_rollback_is_seen_within_a_second_under_load(tmp_path: Path, serving: dict[str, str]) -> None:
    store = open_serving_store(tmp_path, serving, lease_check=lambda: None)
    for n in range(6):
        publish(store, f"v{n}", DAY + timedelta(days=n))
    api = httpx2.AsyncClient(transport=httpx2.ASGITransport(_app(tmp_path, serving)), base_url=BASE)

    async def seen_after() -> list[float]:
        waits, done, found, seen = [], False, Counter[str](), set[str]()
        readers = [asyncio.create_task(_read(api, lambda: not done, found, seen)) for _ in range(READERS)]
        for _ in range(4):
            version = await asyncio.to_thread(_rolled_back, tmp_path, serving)
            started = time.monotonic()
            while (await api.get("/v1/users/u-1/daily30")).json()["version"] != version:
                pass
            waits.append(time.monotonic() - started)
        done = True
        await asyncio.gather(*readers)
        return waits

    with closing(store):
        assert max(asyncio.run(seen_after())) < 1


def test_a_server_that_is_gone_is_503_and_read_again_when_it_is_back(tmp_path: Path, postgres: Server) -> None:
    serving = {"url": postgres.url()}
    with closing(open_serving_store(tmp_path, serving, lease_check=lambda: None)) as store:
        publish(store, "v0")
    with TestClient(_app(tmp_path, serving), BASE) as api:
        assert api.get("/v1/users/u-1/daily30").status_code == 200
        postgres.stop()
        try:
            for path in ("/v1/users/u-1/daily30", "/readyz", "/v1/versions"):
                found = api.get(path)
                assert (found.status_code, found.json()["type"]) == (503, "urn:daily30:problem:store-out-of-reach")
                assert str(postgres.folder) not in found.text
            assert api.get("/healthz").status_code == 200
        finally:
            postgres.start()
        assert api.get("/v1/users/u-1/daily30").json()["version"] == "v0"
