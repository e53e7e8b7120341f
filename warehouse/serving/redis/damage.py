"""What of a Redis store is not what was published."""

from __future__ import annotations

from collections.abc import Iterable

from warehouse.serving.checksums import DamagedStore
from warehouse.serving.redis.dictionaries import Dictionaries
from warehouse.serving.redis.pointer import TABLES
from warehouse.serving.redis.rows import unpacked
from warehouse.serving.redis.server import Server
from warehouse.serving.store import StoreDamage
from warehouse.serving.version import Version
from warehouse.serving.versions import Versions

_SCAN = 200  # rows an answer


def damaged_rows(server: Server, dictionaries: Dictionaries, version: Version) -> list[StoreDamage]:
    """What of the rows of a version is damaged or missing; every row is read."""
    found = []
    for table, published in zip(TABLES, (version.lists, version.reviews, version.tracks), strict=True):
        try:
            there, wrong = _rows(server, dictionaries, version, table)
        except DamagedStore as error:
            found.append(StoreDamage(version.name, error.message))
            continue
        if wrong or there != published:
            what = f"{table}: {wrong} of {there} rows have other bytes, {published} were published"
            found.append(StoreDamage(version.name, what))
    ids = _ids(server, version)
    if ids != version.lists and not found:
        found.append(StoreDamage(version.name, f"ids: {ids} listeners are in order, {version.lists} were published"))
    return found


def _rows(server: Server, dictionaries: Dictionaries, version: Version, table: str) -> tuple[int, int]:
    """How many rows of a version a table has, and how many of them are not what was written."""
    key, what = server.key(version.number, table), f"table {table} of version {version.name}"
    wrong: set[bytes] = set()  # a scan may come by a row twice
    with server.asked(what) as client:
        there = int(client.hlen(key))
        for field, value in client.hscan_iter(key, count=_SCAN):
            try:
                keys = field.decode("utf-8", "surrogatepass").split("\0")
                unpacked(
                    value,
                    version.name,
                    *keys,
                    dictionary=lambda number: dictionaries.of(version.number, table, number),
                    what=what,
                )
            except (DamagedStore, UnicodeDecodeError):
                wrong.add(field)
    return there, len(wrong)


def _ids(server: Server, version: Version) -> int:
    try:
        with server.asked() as client:
            return int(client.zcard(server.key(version.number, "ids")))
    except DamagedStore:
        return -1


def unused_keys(server: Server, versions: Versions, keys: Iterable[bytes] | None = None) -> list[bytes]:
    """Keys of the store that neither a version names nor a reader may still need.

    Args:
        keys: to look at; all by default.
    """
    named = {f"{version.number}:".encode() for version in versions.all}
    begins = len(server.prefix.encode())
    with server.asked() as client:
        free = [
            key for key in (server.rows_keys() if keys is None else keys) if not key[begins:].startswith(tuple(named))
        ]
        with client.pipeline(transaction=False) as pipe:
            for key in free:
                pipe.ttl(key)
            return [key for key, left in zip(free, pipe.execute(), strict=True) if left == -1]
