"""Reading one version of the SQLite store inside one transaction."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import date

import msgspec

from warehouse.serving.checksums import damaged, require_bytes
from warehouse.serving.payloads import NEAR, JsonSnapshot, likeliest
from warehouse.serving.sqlite_file import has, kept
from warehouse.serving.version import Version


@dataclass(frozen=True, slots=True)
class SqliteSnapshot(JsonSnapshot):
    """One version seen through an open read transaction."""

    db: sqlite3.Connection
    seq: int
    version: str
    ds: date
    sums: bool

    @classmethod
    def of(cls, db: sqlite3.Connection, version: Version) -> SqliteSnapshot:
        """A version, inside the caller's transaction."""
        return cls(db, version.number, version.name, version.ds, kept(db))

    def track_json(self, track_id: str) -> bytes | None:
        return self._json("tracks", "track_id = ?", track_id) if has(self.db, "tracks", "payload") else None

    def list_json(self, user_id: str) -> bytes | None:
        return self._json("lists", "user_id = ?", user_id)

    def review_json(self, track_id: str, language: str) -> bytes | None:
        return self._json("reviews", "track_id = ? AND language = ?", track_id, language)

    def near_user_ids(self, user_id: str, limit: int = 5) -> list[str]:
        after = self._ids("user_id >= ? ORDER BY user_id", user_id)
        before = self._ids("user_id < ? ORDER BY user_id DESC", user_id)
        start = self._ids("user_id >= ? ORDER BY user_id", user_id[:1])
        return likeliest(user_id, [*after, *before, *start], limit)

    def _ids(self, where: str, user_id: str) -> list[str]:
        rows = self.db.execute(f"SELECT user_id FROM lists WHERE seq = ? AND {where} LIMIT {NEAR}", (self.seq, user_id))
        return [row[0] for row in rows]

    def _json(self, table: str, where: str, *key: str) -> bytes | None:
        """A payload as it lies there; as bytes, for it is hashed and handed on, and not read."""
        sums = "sha256" if self.sums else "NULL"
        row = self.db.execute(
            f"SELECT CAST(payload AS BLOB), {sums} FROM {table} WHERE seq = ? AND {where}", (self.seq, *key)
        ).fetchone()
        if row is None:
            return None
        payload, told = bytes(row[0] or b""), row[1]
        what = f"row {', '.join(key)} of {table} in version {self.version}"
        require_bytes(told, self.version, *key, payload=payload, what=what)
        if told is None:  # from before there were checksums
            try:
                msgspec.json.decode(payload)
            except msgspec.DecodeError:
                raise damaged(what) from None
        return payload
