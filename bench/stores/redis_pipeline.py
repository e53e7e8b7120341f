"""The store in Redis against a plain pipeline: ``python -m bench.stores.redis_pipeline --home HOME --users 5000``.

Rows are the lists of a home's store, over and over under other users' ids; the server is one of its own. Plain is what
one would write without a store: the same payloads as JSON, by ``HSET`` in pipelines, or by ``SET`` of a key a row; no
checksum, no packing, no versions. Rounds of all take turns, so that other load on the machine falls on each.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import redis

from tests.worlds.redis_server import serving
from warehouse.serving.address import Address
from warehouse.serving.redis.store import RedisStore

_DAY = date(2026, 11, 21)
_CHUNK = 500
Rows = Iterator[tuple[str, dict[str, Any]]]
_encoder = msgspec.json.Encoder(order="sorted")


def lists_of(home: Path) -> list[dict[str, Any]]:
    """The lists of the version that a home serves."""
    with sqlite3.connect(f"{(home / 'serving/serving.sqlite').absolute().as_uri()}?mode=ro", uri=True) as db:
        rows = db.execute("SELECT l.payload FROM pointer p JOIN lists l ON l.seq = p.current ORDER BY l.user_id")
        return [msgspec.json.decode(payload) for (payload,) in rows]


def rows_of(lists: list[dict[str, Any]], users: int) -> Rows:
    """So many listeners with their lists."""
    for n in range(users):
        yield user(n), lists[n % len(lists)] | {"user_id": user(n)}


def user(n: int) -> str:
    """The id of the n-th listener."""
    return f"u{n:07d}"


def plain(client: redis.Redis, rows: Rows, *, hashed: bool) -> None:
    """As a hash, or a key a row, in pipelines."""
    packed = ((name, _encoder.encode(payload)) for name, payload in rows)
    while chunk := list(islice(packed, _CHUNK)):
        with client.pipeline(transaction=False) as pipe:
            for name, json in chunk:
                if hashed:
                    pipe.hset("plain", name, json)
                else:
                    pipe.set(f"plain:{name}", json)
            pipe.execute()


def through(store: RedisStore, rows: Rows, number: int) -> None:
    """A version as a night publishes it."""
    name, ds = f"v{number}", _DAY + timedelta(days=number)
    store.begin(name, ds)
    lists = store.write_lists(name, rows)
    store.seal(name, lists=lists, songs=30 * lists, reviews=0)
    store.flip(name)


def delays(ask: Callable[[str], object], users: int, reads: int) -> tuple[float, float]:
    """p50 and p99 of a read in ms, users in random order."""
    chance, took = random.Random(1), []
    for _ in range(reads):
        name = user(chance.randrange(users))
        started = time.perf_counter()
        ask(name)
        took.append(time.perf_counter() - started)
    p50, p99 = np.percentile(took, (50, 99)) * 1000
    return float(p50), float(p99)


def measured(url: str, lists: list[dict[str, Any]], args: argparse.Namespace) -> None:
    """Print seconds and bytes of each way, and the delays of reads."""
    store = RedisStore(Address(url, args.home), lambda: None)
    ways: dict[str, Callable[[redis.Redis, int], None]] = {
        "plain, a hash": lambda client, _: plain(client, rows_of(lists, args.users), hashed=True),
        "plain, a key a row": lambda client, _: plain(client, rows_of(lists, args.users), hashed=False),
        "the store": lambda _, number: through(store, rows_of(lists, args.users), number),
    }
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    size: dict[str, float] = {}
    with redis.Redis.from_url(url) as client:
        for number in range(args.rounds):
            for way, load in ways.items():
                client.flushall()
                before, started = client.info("memory")["used_memory"], time.perf_counter()
                load(client, number)
                seconds[way].append(time.perf_counter() - started)
                size[way] = (client.info("memory")["used_memory"] - before) / args.users
        ours = delays(lambda name: _read(store, name), args.users, args.reads)
        client.flushall()
        plain(client, rows_of(lists, args.users), hashed=True)
        bare = delays(lambda name: client.hget("plain", name), args.users, args.reads)
    store.close()
    for way, took in seconds.items():
        print(f"{way}: {args.users / statistics.median(took):,.0f} lists a second, {size[way]:,.0f} bytes a list")
    best = [min(pair) for pair in zip(seconds["plain, a hash"], seconds["plain, a key a row"], strict=True)]
    ratios = [one / own for one, own in zip(best, seconds["the store"], strict=True)]
    print(f"loading, best plain / store: median {statistics.median(ratios):.2f} of {[round(r, 2) for r in ratios]}")
    print(
        f"a read through the store: p50 {ours[0]:.2f} ms, p99 {ours[1]:.2f} ms; HGET: {bare[0]:.2f}, {bare[1]:.2f} ms"
    )


def _read(store: RedisStore, name: str) -> None:
    with store.reading() as served:
        if served.list_json(name) is None:
            raise AssertionError(name)


def main() -> None:
    """Start a server and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    for name, default in (("users", 3000), ("rounds", 5), ("reads", 5000)):
        parser.add_argument(f"--{name}", type=int, default=default)
    args = parser.parse_args()
    lists = lists_of(args.home)
    print(f"{len(lists)} lists of {sum(len(_encoder.encode(x)) for x in lists) // len(lists):,} bytes as JSON")
    with serving() as url:
        measured(url, lists, args)


if __name__ == "__main__":
    main()
