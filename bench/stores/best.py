"""What each store's own quickest tool needs for rows that are ready: JSON and checksums made before."""

from __future__ import annotations

import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psycopg
import redis

from tests.worlds import postgres_server, redis_server
from warehouse.serving import ServingStore, open_serving_store

Row = tuple[int, str, str, str]  # number of the version, user, payload, checksum
_PIPELINE = 1000
_COLUMNS = "seq BIGINT NOT NULL, user_id TEXT NOT NULL, payload TEXT NOT NULL, sha256 TEXT NOT NULL"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of store, on a server or in a file of the bench's own.

    Args:
        opened: a new store; never the same one twice.
        best: seconds that its best tool needs for rows, the table being as the store's.
        size: bytes that a store of this bench takes.
    """

    name: str
    opened: Callable[[], ServingStore]
    best: Callable[[Sequence[Row]], float]
    size: Callable[[], int]


@contextmanager
def kinds(folder: Path) -> Iterator[list[Kind]]:
    """The kinds there are here."""
    found = [_sqlite(folder / "sqlite")]
    with ExitStack() as servers:
        if postgres_server.binaries() is not None:
            found.append(_postgres(servers.enter_context(postgres_server.running()), folder))
        if redis_server.installed():
            found.append(_redis(servers.enter_context(redis_server.serving()), folder))
        yield found


def _sqlite(folder: Path) -> Kind:
    def opened() -> ServingStore:
        shutil.rmtree(folder, ignore_errors=True)
        return open_serving_store(folder, lease_check=lambda: None)

    def best(rows: Sequence[Row]) -> float:
        path = folder.with_suffix(".plain")
        path.unlink(missing_ok=True)
        db = sqlite3.connect(path, isolation_level=None)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute(f"CREATE TABLE lists ({_COLUMNS}, PRIMARY KEY (seq, user_id))")
        started = time.perf_counter()
        db.execute("BEGIN")
        db.executemany("INSERT INTO lists VALUES (?, ?, ?, ?)", rows)
        db.execute("COMMIT")
        took = time.perf_counter() - started
        db.close()
        return took

    def size() -> int:
        return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())

    return Kind("sqlite, executemany in one transaction", opened, best, size)


def _postgres(server: postgres_server.Server, folder: Path) -> Kind:
    url = server.url("bench")
    plain = url.rpartition("&schema=")[0]

    def opened() -> ServingStore:
        with psycopg.connect(plain, autocommit=True) as db:
            db.execute("DROP SCHEMA IF EXISTS bench CASCADE")
        return open_serving_store(folder, {"url": url}, lease_check=lambda: None)

    def best(rows: Sequence[Row]) -> float:
        with closing(opened()) as store:
            store.begin("none", date(2026, 11, 21))  # for its tables
        with psycopg.connect(plain) as db:
            db.execute("DROP TABLE IF EXISTS plain")
            db.execute("CREATE TABLE plain (LIKE bench.lists INCLUDING ALL)")
            db.commit()
            started = time.perf_counter()
            with db.cursor() as cursor, cursor.copy("COPY plain FROM STDIN (FORMAT BINARY)") as copy:
                copy.set_types(["int8", "text", "text", "text"])
                for row in rows:
                    copy.write_row(row)
            db.commit()
            return time.perf_counter() - started

    def size() -> int:
        with psycopg.connect(plain) as db:
            found = db.execute("SELECT pg_total_relation_size('bench.lists')").fetchone()
            return int(found[0]) if found else 0

    return Kind("postgresql, COPY", opened, best, size)


def _redis(url: str, folder: Path) -> Kind:
    def opened() -> ServingStore:
        with redis.Redis.from_url(url) as client:
            client.flushall()
        return open_serving_store(folder, {"url": url}, lease_check=lambda: None)

    def best(rows: Sequence[Row]) -> float:
        with redis.Redis.from_url(url) as client:
            client.flushall()
            started = time.perf_counter()
            for first in range(0, len(rows), _PIPELINE):
                pipeline = client.pipeline(transaction=False)
                for number, of, payload, told in rows[first : first + _PIPELINE]:
                    pipeline.hset(f"{number}:lists", of, told + payload)
                pipeline.execute()
            return time.perf_counter() - started

    def size() -> int:
        with redis.Redis.from_url(url) as client:
            return int(client.memory_usage("daily30:1:lists", samples=0) or 0)

    return Kind("redis, pipelines of HSET", opened, best, size)
