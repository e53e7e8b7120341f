"""Reading one version of the PostgreSQL store inside one transaction."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from psycopg import Connection

from warehouse.serving.checksums import require_bytes
from warehouse.serving.payloads import NEAR, JsonSnapshot, likeliest
from warehouse.serving.version import Version


@dataclass(frozen=True, slots=True)
class PostgresSnapshot(JsonSnapshot):
    """One version seen through an open read transaction."""

    db: Connection[Any]
    schema: str
    seq: int
    version: str
    ds: date

    @classmethod
    def of(cls, db: Connection[Any], schema: str, version: Version) -> PostgresSnapshot:
        """A version, inside the caller's transaction."""
        return cls(db, schema, version.number, version.name, version.ds)

    def list_json(self, user_id: str) -> bytes | None:
        return self._json("lists", "user_id = %s", user_id)

    def review_json(self, track_id: str, language: str) -> bytes | None:
        return self._json("reviews", "track_id = %s AND language = %s", track_id, language)

    def track_json(self, track_id: str) -> bytes | None:
        return self._json("tracks", "track_id = %s", track_id)

    def near_user_ids(self, user_id: str, limit: int = 5) -> list[str]:
        if not _can_be_kept(user_id):
            return []
        after = self._ids("user_id >= %s ORDER BY user_id", user_id)
        before = self._ids("user_id < %s ORDER BY user_id DESC", user_id)
        start = self._ids("user_id >= %s ORDER BY user_id", user_id[:1])
        return likeliest(user_id, [*after, *before, *start], limit)

    def _ids(self, where: str, user_id: str) -> list[str]:
        asked = f"SELECT user_id FROM {self.schema}.lists WHERE seq = %s AND {where} LIMIT {NEAR}"
        return [row[0] for row in self.db.execute(asked, (self.seq, user_id))]

    def _json(self, table: str, where: str, *key: str) -> bytes | None:
        if not all(_can_be_kept(part) for part in key):
            return None
        row = self.db.execute(
            f"SELECT convert_to(payload, 'UTF8'), sha256 FROM {self.schema}.{table} WHERE seq = %s AND {where}",
            (self.seq, *key),
            binary=True,
        ).fetchone()
        if row is None:
            return None
        payload = bytes(row[0])
        what = f"row {', '.join(key)} of {table} in version {self.version}"
        require_bytes(row[1], self.version, *key, payload=payload, what=what)
        return payload


def _can_be_kept(text: str) -> bool:
    """Whether PostgreSQL can hold a text: no NUL, no half of a surrogate pair."""
    return not re.search("[\0\ud800-\udfff]", text)
