"""The PostgreSQL store's rows of versions, read into :class:`Versions` and written back, and what is damaged."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from datetime import date
from typing import Any

from psycopg import Connection

from schemas.errors import UsageError
from warehouse.serving.checksums import checksum, damaged, require
from warehouse.serving.store import State, StoreDamage
from warehouse.serving.versions import Version, Versions

CHANNEL = "live"
ROWS = {
    "lists": ("user_id", "payload"),
    "reviews": ("track_id", "language", "payload"),
    "tracks": ("track_id", "payload"),
}
TABLES = ("versions", "pointer", *ROWS)
_COLUMNS = "seq, version, ds, state, lists, songs, reviews, tracks, v.sha256"
# PostgreSQL's own form of rows (its manual, COPY, "Binary Format"): payloads are bytes already, and long.
COPY_BEGIN, COPY_END = b"PGCOPY\n\xff\r\n\0" + bytes(8), b"\xff\xff"
_AT_ONCE = 200  # rows that are on their way while a version is read through


def there(db: Connection[Any], schema: str) -> set[str]:
    """Which tables the schema has; none before the first version."""
    # Of the catalogue itself: within a transaction to_regclass() goes on saying that what was not there is not.
    asked = (
        "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
        " WHERE nspname = %s AND relname = ANY(%s) AND relkind IN ('r', 'p', 'v', 'm', 'f')"
    )
    return {row[0] for row in db.execute(asked, (schema.strip('"'), list(TABLES)))}


def require_ours(db: Connection[Any], schema: str, tables: set[str], shown: str) -> None:
    """Refuse a schema whose tables bear our names and are not ours.

    Args:
        tables: which there are, as :func:`there` tells.
        shown: the store, for the error.
    """
    asked = (
        "SELECT attrelid FROM pg_attribute WHERE attrelid = ANY(%s::text[]::regclass[]) AND NOT attisdropped"
        " AND attname IN ('sha256', 'seq', 'channel') GROUP BY attrelid HAVING count(*) = 2"
    )
    if tables and not db.execute(asked, ([f"{schema}.{table}" for table in sorted(tables)],)).fetchall():
        raise UsageError(
            f"serving store {shown}: its tables {', '.join(sorted(tables))} are not daily30's",
            fix="name a schema of its own in setting `[serving] url`: ?schema=daily30.",
        )


def load(db: Connection[Any], schema: str, *, lock: bool = False) -> Versions:
    """What the store says of versions and pointer, within the caller's transaction.

    Args:
        lock: hold the pointer until the transaction ends, so that nobody else changes any of this meanwhile.

    Raises:
        DamagedStore: a row of them is not what was written.
    """
    if lock:  # by itself: who waited for it must see what the other one wrote
        db.execute(f"SELECT FROM {schema}.pointer WHERE channel = %s FOR UPDATE", (CHANNEL,))
    rows = db.execute(
        f"SELECT current, pinned, rolled_back, p.sha256, {_COLUMNS} FROM {schema}.pointer p"
        f" LEFT JOIN {schema}.versions v ON true WHERE channel = %s ORDER BY seq",
        (CHANNEL,),
    ).fetchall()
    if not rows:
        raise damaged("the pointer")
    current, pinned, back, told = rows[0][:4]
    require(told, *_summed_pointer(current, pinned, back), what="the pointer")
    found = []
    for seq, name, ds, state, *counts, told in (row[4:] for row in rows if row[4] is not None):
        require(told, name, ds.isoformat(), state, *counts, what=f"the row of version {name}")
        found.append(Version(seq, name, ds, State(state), *counts))
    versions = Versions(tuple(found), current, pinned, str(back).split())
    if any(number is not None and versions.numbered(number) is None for number in (current, pinned)):
        raise damaged("the pointer, to a version that is not there,")
    return versions


def save(db: Connection[Any], schema: str, before: Versions, versions: Versions) -> None:
    """Write states and counts of versions that are others than before, and the pointer."""
    for v in versions.all:
        if v == before.numbered(v.number):
            continue
        counts = (v.lists, v.songs, v.reviews, v.tracks)
        told = checksum(v.name, v.ds.isoformat(), v.state, *counts)
        db.execute(
            f"UPDATE {schema}.versions SET state = %s, lists = %s, songs = %s, reviews = %s, tracks = %s, sha256 = %s"
            " WHERE seq = %s",
            (v.state, *counts, told, v.number),
        )
    pointer = (versions.current, versions.pinned, " ".join(versions.rolled_back))
    db.execute(
        f"UPDATE {schema}.pointer SET current = %s, pinned = %s, rolled_back = %s, sha256 = %s WHERE channel = %s",
        (*pointer, checksum(*_summed_pointer(*pointer)), CHANNEL),
    )


def add(db: Connection[Any], schema: str, name: str, ds: date) -> int:
    """A row of a version to be written; its number."""
    told = checksum(name, ds.isoformat(), State.WRITING, 0, 0, 0, 0)
    made = db.execute(
        f"INSERT INTO {schema}.versions (version, ds, state, sha256) VALUES (%s, %s, %s, %s) RETURNING seq",
        (name, ds, State.WRITING, told),
    ).fetchone()
    return int(made[0]) if made else 0


def first_pointer(db: Connection[Any], schema: str) -> None:
    """The pointer to nothing, where there is none and no version either: one that is lost is not made up."""
    db.execute(
        f"INSERT INTO {schema}.pointer (channel, sha256) SELECT %s, %s WHERE NOT EXISTS (SELECT FROM {schema}.versions)"
        " ON CONFLICT DO NOTHING",
        (CHANNEL, checksum(*_summed_pointer(None, None, ""))),
    )


def remove(db: Connection[Any], schema: str, number: int) -> None:
    """Delete a version's own row; those of its lists, which nobody finds without it, go by :func:`sweep`."""
    db.execute(f"DELETE FROM {schema}.versions WHERE seq = %s", (number,))


def sweep(db: Connection[Any], schema: str) -> None:
    """Delete rows of versions that are no more. A number is given once, so what belongs to none will belong to none."""
    for table in ROWS:
        # Numbers are few and rows many: each is looked up in the index after the one before it.
        db.execute(
            f"WITH RECURSIVE found (seq) AS ((SELECT min(seq) FROM {schema}.{table}) UNION ALL"
            f" SELECT (SELECT min(t.seq) FROM {schema}.{table} t WHERE t.seq > found.seq) FROM found"
            f" WHERE found.seq IS NOT NULL) DELETE FROM {schema}.{table} WHERE seq IN (SELECT f.seq FROM found f"
            f" WHERE f.seq NOT IN (SELECT v.seq FROM {schema}.versions v))"
        )


def counted(db: Connection[Any], schema: str, number: int) -> tuple[int, int, int]:
    """How many lists, reviews and tracks a version has."""
    counts = ", ".join(f"(SELECT count(*) FROM {schema}.{table} WHERE seq = %(seq)s)" for table in ROWS)
    lists, reviews, tracks = db.execute(f"SELECT {counts}", {"seq": number}).fetchone() or (0, 0, 0)
    return lists, reviews, tracks


def copy_row(number: int, *texts: bytes) -> bytes:
    """A row for COPY: a version's number and texts in UTF-8."""
    parts = [struct.pack(">hiq", 1 + len(texts), 8, number)]
    for text in texts:
        parts += (len(text).to_bytes(4), text)
    return b"".join(parts)


def damaged_rows(db: Connection[Any], schema: str, version: Version, tables: Iterable[str]) -> list[StoreDamage]:
    """What of the rows of a version is damaged or missing; each is read, few at a time.

    Args:
        tables: those that there are.
    """
    found = []
    for table, columns in ROWS.items():
        published = getattr(version, table)
        rows, wrong = _rows(db, schema, version, table, columns) if table in tables else (0, 0)
        if wrong or rows != published:
            what = f"{table}: {wrong} of {rows} rows have other bytes, {published} were published"
            found.append(StoreDamage(version.name, what))
    return found


def _rows(db: Connection[Any], schema: str, version: Version, table: str, columns: tuple[str, ...]) -> tuple[int, int]:
    there = wrong = 0
    with db.cursor(name="rows") as cursor:
        cursor.itersize = _AT_ONCE
        cursor.execute(f"SELECT {', '.join(columns)}, sha256 FROM {schema}.{table} WHERE seq = %s", (version.number,))
        for *values, told in cursor:
            there += 1
            wrong += told != checksum(version.name, *values)
    return there, wrong


def _summed_pointer(current: int | None, pinned: int | None, rolled_back: str) -> tuple[object, ...]:
    """What of the pointer its checksum is of: a row put into another channel's place is not what was written there."""
    return CHANNEL, current, pinned, *rolled_back.split()
