"""Reading one version in a Redis server."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import cast

from warehouse.serving.checksums import damaged
from warehouse.serving.payloads import NEAR, JsonSnapshot, likeliest
from warehouse.serving.redis.dictionaries import Dictionaries
from warehouse.serving.redis.rows import as_bytes, unpacked
from warehouse.serving.redis.server import Server
from warehouse.serving.version import Version


@dataclass(frozen=True, slots=True)
class RedisSnapshot(JsonSnapshot):
    """One version by its number: its rows never change, and stay for a grace once it is gone."""

    server: Server
    dictionaries: Dictionaries
    of: Version

    @property
    def version(self) -> str:
        return self.of.name

    @property
    def ds(self) -> date:
        return self.of.ds

    def list_json(self, user_id: str) -> bytes | None:
        return self._json("lists", self.of.lists, user_id)

    def review_json(self, track_id: str, language: str) -> bytes | None:
        return self._json("reviews", self.of.reviews, track_id, language)

    def track_json(self, track_id: str) -> bytes | None:
        return self._json("tracks", self.of.tracks, track_id)

    def near_user_ids(self, user_id: str, limit: int = 5) -> list[str]:
        asked, start = as_bytes(user_id), as_bytes(user_id[:1])
        ids = self.server.key(self.of.number, "ids")
        with self.server.asked(f"ids of version {self.version}") as client, client.pipeline(transaction=False) as pipe:
            pipe.zrangebylex(ids, b"[" + asked, b"+", 0, NEAR)
            pipe.zrevrangebylex(ids, b"(" + asked, b"-", 0, NEAR)
            pipe.zrangebylex(ids, b"[" + start, b"+", 0, NEAR)
            found = pipe.execute()
        return likeliest(user_id, (id_.decode("utf-8", "replace") for ids in found for id_ in ids), limit)

    def _json(self, table: str, rows: int, *keys: str) -> bytes | None:
        """A payload as it was written; None where the version was written without.

        A row that is missing of a version that lacks some, or is gone, is no answer: the server may have been emptied.
        """
        what = f"row {', '.join(keys)} of {table} in version {self.version}"
        key = self.server.key(self.of.number, table)
        with self.server.asked(what) as client:
            value = cast(bytes | None, client.hget(key, as_bytes(*keys)))
            if value is None:
                self._require_none(table, rows, *keys)
                return None
            return unpacked(
                value,
                self.version,
                *keys,
                dictionary=lambda number: self.dictionaries.of(self.of.number, table, number),
                what=what,
            )

    def _require_none(self, table: str, rows: int, *keys: str) -> None:
        """Raise unless the table is as long as it was published, and a listener without a list not among the ids."""
        with self.server.asked() as client, client.pipeline(transaction=False) as pipe:
            pipe.hlen(self.server.key(self.of.number, table))
            pipe.zscore(self.server.key(self.of.number, "ids"), as_bytes(*keys))
            there, known = pipe.execute()
        if there != rows or (table == "lists" and known is not None):
            raise damaged(f"table {table} of version {self.version}")
