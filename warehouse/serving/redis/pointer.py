"""Versions and pointer in one string: exchanged for another in one step, with the keys that this concerns."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec
import redis

from warehouse.serving.checksums import DamagedStore, checksum_of_bytes, require_bytes
from warehouse.serving.memory import recalled
from warehouse.serving.redis.server import Server
from warehouse.serving.store import State
from warehouse.serving.versions import Versions

KEY, ASIDE = "versions", "damaged"
TABLES = ("lists", "reviews", "tracks")
ROWS = (*TABLES, "ids", "dictionaries")  # keys of a version; `ids` are the listeners', in order of their bytes
WRITING = "writing"  # the key that stands while a version is written

# Also with no memory left: a pointer must be able to go back, and a version to go.
_EXCHANGE = """#!lua flags=allow-oom
if (redis.call('GET', KEYS[1]) or '') ~= ARGV[1] then
  return 0
end
if ARGV[2] ~= ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[2])
end
for i = 2, #KEYS do
  local act = ARGV[i + 1]
  if act == 'mark' then
    redis.call('SET', KEYS[i], '')
  elseif act == 'unlink' then
    redis.call('UNLINK', KEYS[i])
  else
    redis.call('PEXPIRE', KEYS[i], act)
  end
end
return 1
"""
_NEVER = Versions()
_Acts = dict[Any, str | int]


@dataclass(frozen=True, slots=True)
class Held:
    """What the server says of versions and pointer; ``text`` as it lies there, empty where there is none."""

    text: bytes
    versions: Versions


class Pointer:
    """The string of versions and pointer: JSON, a line feed, and the SHA-256 of the JSON in hex.

    Args:
        grace_ms: for how long the rows of a version that went can still be read by who has begun to.
    """

    def __init__(self, server: Server, grace_ms: int) -> None:
        self._server, self._grace_ms = server, grace_ms
        self._met: bytes | None = b""  # as it was last read; None where it is no text
        self._exchange = server.client.register_script(_EXCHANGE)

    def held(self) -> Held:
        """Versions and pointer now.

        Raises:
            DamagedStore: the string is not what was written.
        """
        self._met = None
        with self._server.asked("the pointer") as client:
            text = client.get(self._server.key(KEY))
        self._met = b"" if text is None else bytes(text)  # type: ignore[arg-type]
        return Held(b"", _NEVER) if text is None else Held(bytes(text), _parsed(bytes(text)))  # type: ignore[arg-type]

    def exchanged(self, held: Held, versions: Versions) -> bool:
        """Put ``versions`` in the place of what is held, unless somebody else did meanwhile; whether it was done.

        In the same step a version that begins is marked as being written, the rows of one that goes get their grace,
        and what was never complete goes at once.
        """
        acts: _Acts = {}
        before, after = ({v.number: v for v in of.all} for of in (held.versions, versions))
        for number in after.keys() - before.keys():
            acts |= {**self._of(number, *ROWS, act="unlink"), **self._of(number, WRITING, act="mark")}
        for number, version in before.items():
            left = after.get(number)
            if version.state is State.WRITING and (left is None or left.state is not State.WRITING):
                acts |= self._of(number, *((*ROWS, WRITING) if left is None else (WRITING,)), act="unlink")
            elif left is None:
                acts |= self._of(number, *ROWS, act=self._grace_ms)
        return self._done(held.text, _written(versions), acts)

    def let_go(self, held: Held, keys: list[bytes]) -> bool:
        """Remove keys, unless the versions have changed since they were held; whether it was done."""
        return self._done(held.text, held.text, dict.fromkeys(keys, "unlink"))

    def moved(self, aside: str) -> None:
        """Give the pointer another name and remove all rows, unless the pointer has changed since it was last read."""
        key = self._server.key(KEY)
        with self._server.asked() as client, client.pipeline() as pipe, suppress(redis.WatchError):
            pipe.watch(key)  # type: ignore[no-untyped-call]
            kind = pipe.type(key)
            text = bytes(pipe.get(key) or b"") if kind in (b"string", b"none") else None  # type: ignore[arg-type]
            if self._met != text:
                return
            rows = list(self._server.rows_keys())
            pipe.multi()
            if kind != b"none":
                pipe.rename(key, aside)
            if rows:
                pipe.unlink(*rows)
            if fresh := _recalled(text):
                pipe.set(key, fresh)
            pipe.execute()

    def _of(self, number: int, *keys: str, act: str | int) -> _Acts:
        return {self._server.key(number, key): act for key in keys}

    def _done(self, before: bytes, after: bytes, acts: _Acts) -> bool:
        keys = [self._server.key(KEY), *acts]
        with self._server.asked("the pointer"):
            done = bool(self._exchange(keys=keys, args=[before, after, *acts.values()]))
        if done:
            self._met = after
        return done


def _parsed(text: bytes) -> Versions:
    json, _, told = text.rpartition(b"\n")
    require_bytes(told.decode("ascii", "replace"), payload=json, what="the pointer")
    return msgspec.json.decode(json, type=Versions).known()


def _recalled(text: bytes | None) -> bytes:
    """The pointer of a store begun anew; empty where nothing of the old one is to be known or can be read."""
    with suppress(DamagedStore, msgspec.MsgspecError):
        memory = _parsed(text or b"")
        if memory.remembered or memory.rolled_back:
            return _written(recalled(memory))
    return b""


def _written(versions: Versions) -> bytes:
    json = msgspec.json.encode(versions, order="sorted")
    return json + b"\n" + checksum_of_bytes(json).encode()
