"""Removing one user's list from the rows of versions, and from what these rows were packed with."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, cast

from warehouse.serving.checksums import DamagedStore
from warehouse.serving.payloads import songs_in
from warehouse.serving.redis.dictionaries import Dictionaries
from warehouse.serving.redis.rows import Packer, as_bytes, unpacked
from warehouse.serving.redis.server import Server
from warehouse.serving.version import Version

_CHUNK = 250  # rows packed anew in one step


def songs_of(server: Server, dictionaries: Dictionaries, version: Version, user_id: str) -> int | None:
    """How many songs a user's list of a version has; None where it has no such list that its counts still tell of."""
    key, what = server.key(version.number, "lists"), f"the list of a user in version {version.name}"
    with server.asked(what) as client:
        value = cast(bytes | None, client.hget(key, as_bytes(user_id)))
        if value is None or client.hlen(key) != version.lists:  # counted out before, by one who was cut short
            return None
    try:
        return songs_in(_json(dictionaries, version, value, user_id))
    except DamagedStore:
        return 0


def forget(server: Server, dictionaries: Dictionaries, version: Version, user_id: str) -> None:
    """Remove a user's row of a version, and the dictionary of its lists where the user's id stands in that."""
    lists, shared = server.key(version.number, "lists"), server.key(version.number, "dictionaries")
    with server.asked("what the rows of lists share") as client:
        dictionary = cast(bytes | None, client.hget(shared, "lists"))
        with client.pipeline() as pipe:
            pipe.hdel(lists, as_bytes(user_id))
            pipe.zrem(server.key(version.number, "ids"), as_bytes(user_id))
            pipe.execute()
    if dictionary is None or as_bytes(user_id) not in dictionary:
        return
    packer = Packer(version.name, b"")  # each row for itself: a reader at any moment can read it
    with server.asked(f"the lists of version {version.name}") as client:
        left = _rows(server, dictionaries, version)
        while rows := list(islice(left, _CHUNK)):
            packed: dict[Any, Any] = packer.packed(rows)
            client.hset(lists, mapping=packed)
        client.hdel(shared, "lists")


def _rows(server: Server, dictionaries: Dictionaries, version: Version) -> Iterator[tuple[bytes, bytes]]:
    """Users' ids and lists of a version; one that is damaged stays as it is."""
    with server.asked(f"the lists of version {version.name}") as client:
        for field, value in client.hscan_iter(server.key(version.number, "lists"), count=_CHUNK):
            try:
                yield field, _json(dictionaries, version, value, field.decode("utf-8", "surrogatepass"))
            except (DamagedStore, UnicodeDecodeError):
                continue


def _json(dictionaries: Dictionaries, version: Version, value: bytes, user_id: str) -> bytes:
    return unpacked(
        value,
        version.name,
        user_id,
        dictionary=lambda number: dictionaries.of(version.number, "lists", number),
        what="a list",
    )
