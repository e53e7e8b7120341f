"""The serving store in a PostgreSQL database (schema: ``schema.sql``), for readers on many machines.

Rows of a version are loaded by COPY, a transaction per table, and nobody waits for it. What changes versions or pointer
locks the pointer's row for as long as that takes. A reader's transaction sees one state of the database, so what it
reads comes from one version even while a flip or a prune goes on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from psycopg import Connection

from schemas.errors import UsageError
from warehouse.serving.address import Address
from warehouse.serving.checksums import DamagedStore, checksum_of_bytes, damaged
from warehouse.serving.memory import recalled
from warehouse.serving.payloads import songs_in, to_bytes
from warehouse.serving.pointer import Change, PointerActs
from warehouse.serving.postgres.connections import Connections, Target
from warehouse.serving.postgres.rows import (
    COPY_BEGIN,
    COPY_END,
    ROWS,
    TABLES,
    begin_anew,
    copy_row,
    counted,
    damaged_rows,
    first_pointer,
    identity,
    lacks_column,
    load,
    remove,
    require_ours,
    salvaged,
    save,
    sweep,
    there,
)
from warehouse.serving.postgres.snapshot import PostgresSnapshot
from warehouse.serving.store import KEPT_VERSIONS, LeaseCheck, Payload, State, StoreDamage
from warehouse.serving.versions import Versions

_SCHEMA = Path(__file__).with_name("schema.sql")
# A writer that is stopped while it holds the pointer is ended by the server; who waits for it waits longer than that.
_WRITING = (
    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL synchronous_commit = on; "
    "SET LOCAL idle_in_transaction_session_timeout = '60s'; SET LOCAL lock_timeout = '90s'"
)
_READING = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
_ONE_AT_A_TIME = 0x6461696C79333000  # "daily30": held while tables are made


def opened(address: Address, lease_check: LeaseCheck) -> PostgresStore:
    """The store in the database that an address names."""
    return PostgresStore(Target(address), lease_check)


class PostgresStore(PointerActs):
    """A :class:`warehouse.serving.store.ServingStore` in one schema of a database.

    Args:
        target: where that is; connected to when first asked.
        lease_check: raises when the run no longer holds its date; called inside the flip.
    """

    def __init__(self, target: Target, lease_check: LeaseCheck) -> None:
        super().__init__(lease_check)
        self.target, self.schema = target, target.schema
        self._met: int | None = None  # the tables that were last looked at
        self._writers = Connections(target, _WRITING, keep=True)
        self._readers = Connections(target, _READING, keep=False)
        self._made = False

    # -- writing a version aside ------------------------------------------------------------

    def begin(self, version: str, ds: date) -> bool:
        with self._holding() as (db, versions):
            self.lease_check()
            if versions.has(version):
                return False
            self._attempts[version] = begin_anew(db, self.schema, versions, version, ds).named(version).number
        return True

    def write_lists(self, version: str, lists: Iterable[tuple[str, Payload]]) -> int:
        return self._write(version, "lists", ((u.encode(), to_bytes(p)) for u, p in lists))

    def write_reviews(self, version: str, reviews: Iterable[tuple[str, str, Payload]]) -> int:
        return self._write(version, "reviews", ((t.encode(), lang.encode(), to_bytes(p)) for t, lang, p in reviews))

    def write_tracks(self, version: str, tracks: Iterable[tuple[str, Payload]]) -> int:
        return self._write(version, "tracks", ((t.encode(), to_bytes(p)) for t, p in tracks))

    def _write(self, version: str, table: str, rows: Iterable[tuple[bytes, ...]]) -> int:
        written = 0
        with self._writing() as db:
            number = self._attempt(version, load(db, self.schema)).number
            into = f"COPY {self.schema}.{table} (seq, {', '.join(ROWS[table])}, sha256) FROM STDIN (FORMAT BINARY)"
            with db.cursor() as cursor, cursor.copy(into) as copy:
                copy.write(COPY_BEGIN)
                for row in rows:
                    copy.write(copy_row(number, *row, checksum_of_bytes(version.encode(), *row).encode()))
                    written += 1
                copy.write(COPY_END)
            self._attempt(version, load(db, self.schema, lock=True))  # another run may have begun it anew meanwhile
        return written

    def seal(self, version: str, *, lists: int, songs: int, reviews: int, tracks: int = 0) -> None:
        with self._holding() as (db, versions):
            written = self._attempt(version, versions)
            found = counted(db, self.schema, written.number)
            after = versions.sealed(written, found, lists=lists, songs=songs, reviews=reviews, tracks=tracks)
            save(db, self.schema, after)

    # -- versions and pointer; what is done with them is in PointerActs ------------------------

    def _change(self, change: Change) -> Versions:
        with self._holding() as (db, before):
            versions = change(before)
            if versions is not before:
                save(db, self.schema, versions)
        return versions

    def _versions(self) -> Versions:
        with self._seen() as db:
            return load(db, self.schema) if db else Versions()

    def prune(self, keep: int = KEPT_VERSIONS, ds: date | None = None) -> list[str]:
        with self._holding() as (db, versions):
            self.lease_check()
            gone = versions.superfluous(keep, ds)
            for version in gone:
                remove(db, self.schema, version.number)
        self._swept()
        return [version.name for version in gone]

    # -- damage ---------------------------------------------------------------------------------

    def damaged(self, version: str | None = None) -> list[StoreDamage]:
        """Whatever is not what was published, every row read; what lies outside rows is the server's to look after.

        Args:
            version: look at this one alone.
        """
        try:
            with self._readers.one() as db:
                tables = there(db, self.schema)
                if not tables:
                    return []
                require_ours(db, self.schema, tables, self.target.shown)
                if lost := {"versions", "pointer"} - tables:
                    raise damaged(f"{self.target.shown}, without {' and '.join(sorted(lost))},")
                complete = [v for v in load(db, self.schema).all if v.state is not State.WRITING]
                looked_at = [v for v in complete if version in (None, v.name)]
                found = [damage for v in looked_at for damage in damaged_rows(db, self.schema, v, tables)]
        except DamagedStore as error:
            return [StoreDamage(None, error.message)]
        lost = set(TABLES) - tables
        if lost and version is None and not found:
            return [StoreDamage(None, f"{self.target.shown}: no table {' and '.join(sorted(lost))}", unused=True)]
        return found

    def rewrite(self) -> None:
        """Make a table anew that is lost and held no row."""
        self._made = False
        with self._holding():
            pass

    def drop(self, version: str) -> None:
        self._made = False  # a table may be what is damaged of it
        with self._holding() as (db, versions):
            gone = versions.named(version)
            save(db, self.schema, after := versions.without(gone))
            if gone in versions.remembered:
                begin_anew(db, self.schema, after, gone.name, gone.ds)
            else:
                remove(db, self.schema, gone.number)
        self._swept()

    def forget_user(self, user_id: str) -> list[str]:
        with self._seen() as db:
            if db is None:
                return []
        with self._holding() as (db, versions):
            deleted = f"DELETE FROM {self.schema}.lists WHERE user_id = %s RETURNING seq, payload"
            songs = {number: songs_in(payload) for number, payload in db.execute(deleted, (user_id,)).fetchall()}
            save(db, self.schema, versions.without_lists(songs))
        return [v.name for v in versions.all if v.number in songs]

    def set_aside(self) -> str:
        """Move tables that cannot be read to a schema of their own; those that lay there before go.

        Not where another run has done so since they were met. What can still be read of pins, rollbacks and
        announcements stands in the tables that are made in their place.
        Nothing else of either schema is touched: it may be somebody's.
        """
        with self._writers.one() as db:
            db.execute("SELECT pg_advisory_xact_lock(%s)", (_ONE_AT_A_TIME,))
            self._made = False
            if self._met is not None and self._met != identity(db, self.schema):
                return f"schema {self.target.aside}"
            tables = there(db, self.schema)
            require_ours(db, self.schema, tables, self.target.shown)
            memory = salvaged(db, self.schema)
            db.execute(f"DROP TABLE IF EXISTS {', '.join(f'{self.target.aside}.{table}' for table in TABLES)}")
            if db.execute("SELECT to_regnamespace(%s)", (self.target.aside,)).fetchone() == (None,):
                db.execute(f"CREATE SCHEMA {self.target.aside}")
            for table in sorted(tables):
                db.execute(f"ALTER TABLE {self.schema}.{table} SET SCHEMA {self.target.aside}")
            if memory.remembered or memory.rolled_back:
                self._make(db)
                fresh = load(db, self.schema)
                save(db, self.schema, recalled(memory, fresh, lambda held, *of: begin_anew(db, self.schema, held, *of)))
            self._met = None
        return f"schema {self.target.aside}"

    # -- reading --------------------------------------------------------------------------------

    @contextmanager
    def reading(self, *, version: str | None = None, ds: date | None = None) -> Iterator[PostgresSnapshot]:
        with self._seen() as db:
            if db is None:
                raise UsageError(
                    f"nothing has been published yet ({self.target.shown})", fix="run `daily30 nightly` first."
                )
            yield PostgresSnapshot.of(db, self.schema, load(db, self.schema).read(version, ds))

    # -- transactions ---------------------------------------------------------------------------

    @contextmanager
    def _seen(self) -> Iterator[Connection[Any] | None]:
        """The database in one read transaction; None where the store's tables are not there yet: they come in one."""
        try:
            with self._readers.one() as db:
                if not self._made:
                    self._met = identity(db, self.schema)
                    if not (tables := there(db, self.schema)):
                        yield None
                        return
                    self._made = tables == set(TABLES)
                yield db
        except DamagedStore:
            self._made = False  # what was there may be no more
            raise

    @contextmanager
    def _holding(self) -> Iterator[tuple[Connection[Any], Versions]]:
        """One writing transaction that nobody else can change the versions in, and what they are."""
        with self._writing() as db:
            yield db, load(db, self.schema, lock=True)

    @contextmanager
    def _writing(self) -> Iterator[Connection[Any]]:
        """One writing transaction: all of it or none of it."""
        with self._writers.one() as db:
            if not self._made:
                self._make(db)
                self._met = identity(db, self.schema)
            yield db
            self._made = True

    def _make(self, db: Connection[Any]) -> None:
        if there(db, self.schema) != set(TABLES):
            db.execute("SELECT pg_advisory_xact_lock(%s)", (_ONE_AT_A_TIME,))
            # Who waited finds them made, and may not lock tables once more that the other one works with by now.
            if (tables := there(db, self.schema)) != set(TABLES):
                require_ours(db, self.schema, tables, self.target.shown)
                if db.execute("SELECT to_regnamespace(%s)", (self.schema,)).fetchone() == (None,):
                    db.execute(f"CREATE SCHEMA {self.schema}")
                db.execute(_SCHEMA.read_text(encoding="utf-8").format(schema=self.schema))
        if lacks_column(db, self.schema):
            added = "ADD COLUMN IF NOT EXISTS announced TEXT NOT NULL DEFAULT ''"
            db.execute(f"ALTER TABLE {self.schema}.versions {added}")
        first_pointer(db, self.schema)

    def _swept(self) -> None:
        """Delete what versions left that are gone; apart from that, for it may take long and others change pointers."""
        with self._writing() as db:
            sweep(db, self.schema)

    def stay_open(self) -> None:
        self._readers.keep()

    def close(self) -> None:
        self._readers.close()
        self._writers.close()
