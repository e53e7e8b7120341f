"""What may befall a Redis server: told or harmless, and never served as what it is not."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from datetime import timedelta
from operator import methodcaller
from pathlib import Path
from typing import Any

import pytest
import redis

from jobs.publish import let_go
from schemas.errors import Daily30Error, OutsideServiceError, UsageError
from tests.contracts.store_rows import DAY, USERS, payload, publish
from tests.warehouse.serving.redis.conftest import Open
from tests.warehouse.serving.redis.test_interrupted import NEXT, kept_keys, whole
from tests.worlds.redis_server import started
from warehouse.serving import ServingStore
from warehouse.serving.address import Address
from warehouse.serving.redis.store import RedisStore
from warehouse.serving.store import Outcome


def _lose_row(client: redis.Redis) -> None:
    client.hdel("daily30:2:lists", "u-1")


def _swap(client: redis.Redis) -> None:
    one, two = client.hmget("daily30:2:lists", "u-1", "u-2")
    swapped: dict[Any, Any] = {"u-1": two, "u-2": one}
    client.hset("daily30:2:lists", mapping=swapped)


def _row_of_yesterday(client: redis.Redis) -> None:
    client.hset("daily30:2:lists", "u-1", client.hget("daily30:1:lists", "u-1"))


def _add(client: redis.Redis) -> None:
    client.hset("daily30:2:lists", "u-9", client.hget("daily30:2:lists", "u-1"))


HARM: dict[str, Callable[[redis.Redis], object]] = {
    "a row gone": _lose_row,
    "lists of two listeners swapped": _swap,
    "a list of the day before": _row_of_yesterday,
    "a row more": _add,
    "a row emptied": lambda client: client.hset("daily30:2:lists", "u-1", ""),
    "a table evicted": lambda client: client.delete("daily30:2:lists"),
    "reviews evicted": lambda client: client.delete("daily30:2:reviews"),
    "the order of ids evicted": lambda client: client.delete("daily30:2:ids"),
    "a table of another type": lambda client: client.set("daily30:2:lists", "x"),
    "ids of another type": lambda client: client.set("daily30:2:ids", "x"),
    "the pointer of another type": lambda client: client.copy("daily30:2:lists", "daily30:versions", replace=True),
    "a pointer of other bytes": lambda client: client.setrange("daily30:versions", 9, "9"),
    "a pointer cut short": lambda client: client.set("daily30:versions", client.getrange("daily30:versions", 0, 40)),
    "an empty pointer": lambda client: client.set("daily30:versions", ""),
}


@pytest.mark.parametrize("harm", HARM)
def test_harm_is_told_never_served_and_mended_by_publishing_again(opened: Open, client: redis.Redis, harm: str) -> None:
    store = opened()
    for n, day in enumerate((DAY, NEXT)):
        publish(store, f"v{n}", day)
    HARM[harm](client)
    fixes = []
    for user in USERS:
        try:
            with store.reading() as served:
                assert served.user_list(user) == payload("v1", user)
        except OutsideServiceError as error:
            fixes.append(error.fix)
    assert all("daily30 repair" in fix for fix in fixes)
    assert store.damaged()
    let_go(store)
    assert store.current() in ("v0", None)
    assert publish(store, "v1", NEXT) is Outcome.MOVED
    assert (whole(store), store.damaged()) == ("v1", [])


def _served(store: ServingStore) -> dict[str, object]:
    found: dict[str, object] = {}
    asks = {user: methodcaller("user_list", user) for user in USERS} | {"t": methodcaller("review", "t-1", "zh")}
    for version in (None, "v0", "v1"):
        for name, ask in asks.items():
            try:
                with store.reading(version=version) as served:
                    found[f"{version} {name}"] = (served.version, served.ds, ask(served))
            except Daily30Error:
                found[f"{version} {name}"] = "told"
    return found


def test_flipped_bits_are_told_and_never_served(opened: Open, client: redis.Redis) -> None:
    """One bit at random of a value, or of a listener's id, 120 times."""
    store, chance = opened(), random.Random(15)
    for n, day in enumerate((DAY, NEXT)):
        publish(store, f"v{n}", day)
    wanted, wrong, silent = _served(store), [], []
    tables = [key for key in sorted(client.scan_iter()) if client.type(key) == b"hash"]
    for round_ in range(120):
        key = chance.choice([b"daily30:versions", *tables])
        whole_key = client.dump(key)
        if key == b"daily30:versions":
            client.set(key, _flipped(client.get(key), chance))
        else:
            field, value = chance.choice(sorted(client.hgetall(key).items()))
            if b"lists" in key and chance.random() < 0.3:
                client.hdel(key, field)
                client.hset(key, _flipped(field, chance), value)
            else:
                client.hset(key, field, _flipped(value, chance))
        found = _served(store)
        wrong += [(round_, key)] if any(found[k] not in (wanted[k], "told") for k in wanted) else []
        silent += [] if store.damaged() else [(round_, key)]
        client.restore(key, 0, whole_key, replace=True)
    assert (wrong, silent, store.damaged()) == ([], [], [])


def _flipped(value: bytes, chance: random.Random) -> bytes:
    data = bytearray(value)
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def test_a_server_restarted_empty(tmp_path: Path) -> None:
    child = started(tmp_path)
    address = Address(f"unix://{tmp_path}/redis.sock", tmp_path)
    store = RedisStore(address, lambda: None)
    try:
        publish(store, "v0")
        with store.reading() as open_before:
            child.kill()
            child.wait()
            with pytest.raises(OutsideServiceError) as told:
                open_before.user_list("u-1")
            assert "see that the server runs" in told.value.fix
            with pytest.raises(OutsideServiceError):
                store.damaged()
            child = started(tmp_path)
            with pytest.raises(OutsideServiceError, match="table lists of version v0"):
                open_before.user_list("u-1")
        assert (store.current(), store.versions(), store.damaged()) == (None, [], [])
        assert not store.settled("v0", DAY)
        with pytest.raises(UsageError, match="nothing has been published"), store.reading():
            pass
        assert publish(store, "v0") is Outcome.MOVED
        assert whole(store) == "v0"
    finally:
        store.close()
        child.kill()
        child.wait()


def test_a_lost_pointer_leaves_nothing_behind(opened: Open, client: redis.Redis) -> None:
    store = opened()
    for n in range(3):
        publish(store, f"v{n}", DAY + timedelta(days=n))
    client.delete("daily30:versions")
    assert store.current() is None
    (found,) = store.damaged()
    assert (found.version, found.unused) == (None, True)
    assert publish(store, "v9", DAY) is Outcome.MOVED
    assert (whole(store), store.damaged()) == ("v9", [])
    assert {key.split(b":")[1] for key in kept_keys(client)} == {b"versions", b"1"}


def test_out_of_memory_while_loading(opened: Open, client: redis.Redis) -> None:
    """What is served stays; the pointer still goes back and versions still go; with room again it is published."""
    store = opened()
    for n, day in enumerate((DAY, NEXT)):
        publish(store, f"v{n}", day)
    client.config_set("maxmemory", client.info("memory")["used_memory"] + 500_000)
    more = ((f"u-{n}", {"noise": random.Random(n).randbytes(12_000).hex()}) for n in range(90))
    assert store.begin("v2", NEXT)
    with pytest.raises(OutsideServiceError, match="maxmemory") as told:
        store.write_lists("v2", more)
    assert "raise its maxmemory" in told.value.fix
    client.config_set("maxmemory", 1)
    assert (whole(store), store.rollback()) == ("v1", "v0")
    assert whole(store) == "v0"
    assert store.prune(ds=NEXT) == ["v2"]
    store.restore("v1")
    assert store.flip("v1").outcome is Outcome.MOVED
    client.config_set("maxmemory", 0)
    assert publish(store, "v2", NEXT) is Outcome.MOVED
    assert (whole(store), store.damaged()) == ("v2", [])


@pytest.mark.parametrize(("policy", "warned"), [("allkeys-lru", True), ("volatile-lru", False), ("noeviction", False)])
def test_a_server_that_may_throw_rows_away_is_warned_of(
    opened: Open, client: redis.Redis, caplog: pytest.LogCaptureFixture, policy: str, warned: bool
) -> None:
    client.config_set("maxmemory-policy", policy)
    client.config_set("maxmemory", 100_000_000)
    with caplog.at_level(logging.WARNING):
        publish(opened(), "v1")
    assert (policy in caplog.text) is warned
