"""The serving store in a Redis server: readers of many machines, at the speed of memory.

Keys, all with the store's prefix: ``versions`` (see ``pointer.py``) and, of the version of number 7, the hashes
``7:lists``, ``7:reviews`` and ``7:tracks`` of rows (see ``rows.py``) and ``7:dictionaries`` of what these share, the
sorted set ``7:ids`` of its listeners, and ``7:writing`` for as long as it is written. A version's rows are never
changed, so whoever has read the pointer reads one version, without a transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from itertools import islice
from typing import Any

import redis

from schemas.errors import UsageError
from warehouse.serving.address import Address
from warehouse.serving.checksums import DamagedStore
from warehouse.serving.payloads import to_bytes
from warehouse.serving.pointer import Change, PointerActs
from warehouse.serving.redis.damage import damaged_rows, unused_keys
from warehouse.serving.redis.dictionaries import Dictionaries
from warehouse.serving.redis.forgetting import forget, songs_of
from warehouse.serving.redis.pointer import ASIDE, TABLES, WRITING, Pointer
from warehouse.serving.redis.rows import Packer, as_bytes, trained
from warehouse.serving.redis.server import Server
from warehouse.serving.redis.snapshot import RedisSnapshot
from warehouse.serving.store import KEPT_VERSIONS, LeaseCheck, Payload, State, StoreDamage
from warehouse.serving.version import Version
from warehouse.serving.versions import Versions

GRACE_S = 300
_CHUNK = 250  # rows a transaction


def opened(address: Address, lease_check: LeaseCheck) -> RedisStore:
    """The store that an address names; the server is asked when it is first needed."""
    return RedisStore(address, lease_check)


class RedisStore(PointerActs):
    """A :class:`warehouse.serving.store.ServingStore` in one database of a Redis server, 7 or newer.

    Args:
        address: see :class:`warehouse.serving.redis.server.Server`.
        lease_check: raises when the run no longer holds its date; called right before the flip.
        grace_s: for how long a version that was removed can still be read by who has begun to, in seconds.
    """

    def __init__(self, address: Address, lease_check: LeaseCheck, grace_s: float = GRACE_S) -> None:
        super().__init__(lease_check)
        self._server = Server(address)
        self._pointer = Pointer(self._server, int(grace_s * 1000))
        self._dictionaries = Dictionaries(self._server)

    # -- writing a version aside ------------------------------------------------------------

    def begin(self, version: str, ds: date) -> bool:
        self._server.warn_of_eviction()
        anew = not self._versions().all

        def begun(versions: Versions) -> Versions:
            self.lease_check()
            return versions if versions.has(version) else versions.begun(version, ds)

        made = self._change(begun).named(version)
        if made.state is not State.WRITING:
            return False
        self._attempts[version] = made.number
        if anew:  # what a server that lost its pointer has left is in nobody's way, but takes room
            self.rewrite()
        return True

    def write_lists(self, version: str, lists: Iterable[tuple[str, Payload]]) -> int:
        return self._write(version, "lists", (((user,), payload) for user, payload in lists))

    def write_reviews(self, version: str, reviews: Iterable[tuple[str, str, Payload]]) -> int:
        return self._write(version, "reviews", (((track, lang), payload) for track, lang, payload in reviews))

    def write_tracks(self, version: str, tracks: Iterable[tuple[str, Payload]]) -> int:
        return self._write(version, "tracks", (((track,), payload) for track, payload in tracks))

    def _write(self, version: str, table: str, rows: Iterable[tuple[tuple[str, ...], Payload]]) -> int:
        number, written, packer = self._attempt(version, self._versions()).number, 0, None
        remaining = ((as_bytes(*keys), to_bytes(payload)) for keys, payload in rows)
        while chunk := list(islice(remaining, _CHUNK)):
            dictionary = b""
            if packer is None:
                dictionary = trained([json for _, json in chunk])
                packer = Packer(version, dictionary)
            self._put(version, number, table, packer.packed(chunk), dictionary)
            written += len(chunk)
        return written

    def _put(self, version: str, number: int, table: str, rows: dict[Any, Any], dictionary: bytes) -> None:
        """Add rows, all of them or none, provided that the version is still being written."""
        key = self._server.key
        with self._server.asked(f"what version {version} has of {table}") as client, client.pipeline() as pipe:
            try:
                pipe.watch(key(number, WRITING))  # type: ignore[no-untyped-call]
                if not pipe.exists(key(number, WRITING)):
                    raise redis.WatchError
                pipe.multi()
                pipe.hset(key(number, table), mapping=rows)
                if table == "lists":
                    pipe.zadd(key(number, "ids"), dict.fromkeys(rows, 0))
                if dictionary:
                    pipe.hset(key(number, "dictionaries"), table, dictionary)
                pipe.execute()
            except redis.WatchError:
                self._attempt(version, self._versions())  # so redis-py tells of it here
                raise redis.ConnectionError(f"connection lost while version {version} was written") from None

    def seal(self, version: str, *, lists: int, songs: int, reviews: int, tracks: int = 0) -> None:
        def sealed(versions: Versions) -> Versions:
            written = self._attempt(version, versions)
            found = self._counts(written)
            return versions.sealed(written, found, lists=lists, songs=songs, reviews=reviews, tracks=tracks)

        self._change(sealed)

    def _counts(self, version: Version) -> tuple[int, int, int]:
        with self._server.asked(f"what version {version.name} has") as client:
            lists, reviews, tracks = (int(client.hlen(self._server.key(version.number, table))) for table in TABLES)
        return lists, reviews, tracks

    # -- versions and pointer ---------------------------------------------------------------

    def _versions(self) -> Versions:
        return self._pointer.held().versions

    def _change(self, change: Change) -> Versions:
        while True:
            held = self._pointer.held()
            versions = change(held.versions)
            if versions is held.versions or self._pointer.exchanged(held, versions):
                return versions

    def prune(self, keep: int = KEPT_VERSIONS, ds: date | None = None) -> list[str]:
        gone: list[Version] = []

        def pruned(versions: Versions) -> Versions:
            self.lease_check()
            gone[:] = versions.superfluous(keep, ds)
            return replace(versions, all=tuple(v for v in versions.all if v not in gone)) if gone else versions

        self._change(pruned)
        return [version.name for version in gone]

    def drop(self, version: str) -> None:
        self._change(lambda versions: versions.dropped(version))

    def forget_user(self, user_id: str) -> list[str]:
        found: dict[int, int] = {}

        def fewer(versions: Versions) -> Versions:
            songs = {v.number: songs_of(self._server, self._dictionaries, v, user_id) for v in versions.all}
            found.clear()
            found.update({number: n for number, n in songs.items() if n is not None})
            return versions.without_lists(found)

        versions = self._change(fewer)
        for version in versions.all:
            forget(self._server, self._dictionaries, version, user_id)
        return [v.name for v in versions.all if v.number in found]

    # -- damage -----------------------------------------------------------------------------

    def damaged(self, version: str | None = None) -> list[StoreDamage]:
        """Whatever is not what was published, every row read.

        Args:
            version: look at this one alone, and leave out keys that no version names.
        """
        try:
            held = self._pointer.held()
        except DamagedStore as error:
            return [StoreDamage(None, error.message)]
        complete = [v for v in held.versions.all if v.state is not State.WRITING and version in (None, v.name)]
        found = [damage for one in complete for damage in damaged_rows(self._server, self._dictionaries, one)]
        if not found and version is None and (unused := unused_keys(self._server, held.versions)):
            what = f"{self._server.shown}: {len(unused)} keys belong to no version"
            return [StoreDamage(None, what, unused=True)]
        return found

    def rewrite(self) -> None:
        """Remove keys that no version names: a server that lost its pointer has left them."""
        done = False
        while not done:
            with self._server.asked():
                keys = list(self._server.rows_keys())
            held = self._pointer.held()
            done = self._pointer.let_go(held, unused_keys(self._server, held.versions, keys))

    def set_aside(self) -> str:
        """Give what says of versions and pointer another name, and remove all rows.

        Not where another run has changed it since it was met. Pins, rollbacks and announcements stand in its place,
        where they can be read.
        """
        aside = self._server.key(ASIDE)
        self._pointer.moved(aside)
        return f"key {aside} of {self._server.shown}"

    # -- reading ----------------------------------------------------------------------------

    @contextmanager
    def reading(self, *, version: str | None = None, ds: date | None = None) -> Iterator[RedisSnapshot]:
        held = self._pointer.held()
        if not held.text:
            raise UsageError(
                f"nothing has been published yet ({self._server.shown})", fix="run `daily30 nightly` first."
            )
        yield RedisSnapshot(self._server, self._dictionaries, held.versions.read(version, ds))

    def stay_open(self) -> None:
        """Connections are kept for the next reader in any case."""

    def close(self) -> None:
        self._server.close()
