"""The PostgreSQL store's rows of versions, read into :class:`Versions` and written back, and what is damaged."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import psycopg
from psycopg import Connection

from schemas.errors import UsageError
from warehouse.serving.checksums import checksum, damaged, require
from warehouse.serving.store import Announced, State, StoreDamage
from warehouse.serving.version import Version
from warehouse.serving.versions import Versions

CHANNEL = "live"
ROWS = {
    "lists": ("user_id", "payload"),
    "reviews": ("track_id", "language", "payload"),
    "tracks": ("track_id", "payload"),
}
TABLES = ("versions", "pointer", *ROWS)
# As JSON: tables of an earlier program have no such column, and who only reads cannot give them one.
_ANNOUNCED = "coalesce(to_jsonb(v) ->> 'announced', '')"
_COLUMNS = f"seq, version, ds, state, lists, songs, reviews, tracks, {_ANNOUNCED}, v.sha256"
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


def lacks_column(db: Connection[Any], schema: str) -> bool:
    """Whether the table of versions is of a program that did not keep which were announced."""
    asked = "SELECT FROM pg_attribute WHERE attrelid = %s::text::regclass AND attname = 'announced'"
    return db.execute(asked, (f"{schema}.versions",)).fetchone() is None


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
    for seq, name, ds, state, *counts, said, told in (row[4:] for row in rows if row[4] is not None):
        require(told, *_summed(name, ds, state, counts, said), what=f"the row of version {name}")
        found.append(replace(Version(seq, name, ds, State(state), *counts), announced=Announced(said)))
    versions = Versions(tuple(found), current, pinned, str(back).split())
    if any(number is not None and versions.numbered(number) is None for number in (current, pinned)):
        raise damaged("the pointer, to a version that is not there,")
    return versions.known()


def salvaged(db: Connection[Any], schema: str) -> Versions:
    """What of damaged tables is still what was written; rows that are not are left out."""
    found: list[Version] = []
    pointer: tuple[int | None, int | None, list[str]] = (None, None, [])
    with suppress(psycopg.Error, ValueError), db.transaction():
        rows = db.execute(f"SELECT {_COLUMNS} FROM {schema}.versions v ORDER BY seq").fetchall()
        for seq, name, ds, state, *counts, said, told in rows:
            if told == checksum(*_summed(name, ds, state, counts, said)):
                found.append(replace(Version(seq, name, ds, State(state), *counts), announced=Announced(said)))
    with suppress(psycopg.Error, ValueError), db.transaction():
        asked = f"SELECT current, pinned, rolled_back, sha256 FROM {schema}.pointer WHERE channel = %s"
        for current, pinned, back, told in db.execute(asked, (CHANNEL,)):
            if told == checksum(*_summed_pointer(current, pinned, back)):
                pointer = current, pinned, back.split()
    return Versions(tuple(found), *pointer).known()


def identity(db: Connection[Any], schema: str) -> int | None:
    """What tells the store's tables from others that were put in their place."""
    found = db.execute("SELECT to_regclass(%s)::oid", (f"{schema}.versions",)).fetchone()
    return found[0] if found else None


def save(db: Connection[Any], schema: str, versions: Versions) -> None:
    """Write states and counts of versions, and the pointer."""
    for v in versions.all:
        counts = (v.lists, v.songs, v.reviews, v.tracks)
        told = checksum(*_summed(v.name, v.ds, v.state, counts, v.announced))
        db.execute(
            f"UPDATE {schema}.versions SET state = %s, lists = %s, songs = %s, reviews = %s, tracks = %s,"
            " announced = %s, sha256 = %s WHERE seq = %s",
            (v.state, *counts, v.announced, told, v.number),
        )
    pointer = (versions.current, versions.pinned, " ".join(versions.rolled_back))
    db.execute(
        f"UPDATE {schema}.pointer SET current = %s, pinned = %s, rolled_back = %s, sha256 = %s WHERE channel = %s",
        (*pointer, checksum(*_summed_pointer(*pointer)), CHANNEL),
    )


def begin_anew(db: Connection[Any], schema: str, versions: Versions, name: str, ds: date) -> Versions:
    """Put a version to be written in the place of what there is of that name, and say so; the versions then."""
    if before := next((v for v in versions.all if v.name == name), None):
        remove(db, schema, before.number)
    made = db.execute(
        f"INSERT INTO {schema}.versions (version, ds, state, sha256) VALUES (%s, %s, %s, '') RETURNING seq",
        (name, ds, State.WRITING),
    ).fetchone()
    after = versions.begun(name, ds, made[0] if made else None)
    save(db, schema, after)
    return after


def first_pointer(db: Connection[Any], schema: str) -> None:
    """The pointer to nothing, where there is none and no version either: one that is lost is not made up."""
    db.execute(
        f"INSERT INTO {schema}.pointer (channel, sha256) SELECT %s, %s WHERE NOT EXISTS (SELECT FROM {schema}.versions)"
        " ON CONFLICT DO NOTHING",
        (CHANNEL, checksum(*_summed_pointer(None, None, ""))),
    )


def remove(db: Connection[Any], schema: str, number: int) -> None:
    """Delete a version's own row; those of its lists, which nobody finds without it, go by :func:`sweep`.

    The pointer, should it be pinned, is to be saved after this.
    """
    db.execute(f"UPDATE {schema}.pointer SET pinned = NULL WHERE pinned = %s", (number,))
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


def _summed(name: str, ds: date, state: str, counts: Sequence[int], announced: str) -> tuple[object, ...]:
    """What of a version's row its checksum is of; rows from before there were announcements have none."""
    return name, ds.isoformat(), state, *counts, *filter(None, [announced])


def _summed_pointer(current: int | None, pinned: int | None, rolled_back: str) -> tuple[object, ...]:
    """What of the pointer its checksum is of: a row put into another channel's place is not what was written there."""
    return CHANNEL, current, pinned, *rolled_back.split()
