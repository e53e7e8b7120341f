"""The embedded serving store: one SQLite file in WAL mode (schema: ``schema.sql``).

Writers never block readers. A reader opens one transaction, which SQLite holds on one
state of the file: what it reads comes from one version even while a flip or a prune goes on.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from itertools import islice
from pathlib import Path

from schemas.errors import OutsideServiceError, UsageError
from warehouse.lake.atomic import clear
from warehouse.serving import whole_file
from warehouse.serving.address import Address
from warehouse.serving.checksums import checksum, damaged
from warehouse.serving.connections import BROKEN, BUSY_S, Readers, outside
from warehouse.serving.memory import recalled
from warehouse.serving.payloads import songs_in, to_json
from warehouse.serving.pointer import Change, PointerActs
from warehouse.serving.rows import begin_anew, load, remove, salvaged, save
from warehouse.serving.snapshot import SqliteSnapshot
from warehouse.serving.sqlite_aside import alone, identity, logs, move
from warehouse.serving.sqlite_file import TABLES, add_columns, broken_file, damaged_rows, out_of_reach, require_ours
from warehouse.serving.store import (
    KEPT_VERSIONS,
    LeaseCheck,
    Payload,
    State,
    StoreDamage,
)
from warehouse.serving.versions import Versions
from warehouse.write_ahead import use_write_ahead_log

FILE = "serving.sqlite"
_CHUNK = 500  # rows per commit while a version is written aside; keeps the WAL small
_SCHEMA = Path(__file__).with_name("schema.sql")


def opened(address: Address, lease_check: LeaseCheck) -> SqliteStore:
    """The store in the file that an address names."""
    return SqliteStore(address.path.parent, lease_check, address.path.name)


class SqliteStore(PointerActs):
    """A :class:`warehouse.serving.store.ServingStore` in one file.

    Args:
        folder: where the database file lies; made at the first write.
        lease_check: raises when the run no longer holds its date; called inside the flip.
        file: its name.
    """

    def __init__(self, folder: Path, lease_check: LeaseCheck, file: str = FILE) -> None:
        super().__init__(lease_check)
        self.path = folder / file
        self._writer: sqlite3.Connection | None = None
        self._readers = Readers(self.path)
        self._met: tuple[int, int] | None = None  # the file that was last looked at

    # -- writing a version aside ------------------------------------------------------------

    def begin(self, version: str, ds: date) -> bool:
        with self._transaction() as db:
            self.lease_check()
            versions = load(db)
            if versions.has(version):
                return False
            self._attempts[version] = begin_anew(db, versions, version, ds).named(version).number
        return True

    def write_lists(self, version: str, lists: Iterable[tuple[str, Payload]]) -> int:
        return self._write(
            version, "lists (seq, user_id, payload, sha256) VALUES (?, ?, ?, ?)", ((u, to_json(p)) for u, p in lists)
        )

    def write_reviews(self, version: str, reviews: Iterable[tuple[str, str, Payload]]) -> int:
        return self._write(
            version,
            "reviews (seq, track_id, language, payload, sha256) VALUES (?, ?, ?, ?, ?)",
            ((t, lang, to_json(p)) for t, lang, p in reviews),
        )

    def write_tracks(self, version: str, tracks: Iterable[tuple[str, Payload]]) -> int:
        return self._write(
            version, "tracks (seq, track_id, payload, sha256) VALUES (?, ?, ?, ?)", ((t, to_json(p)) for t, p in tracks)
        )

    def _write(self, version: str, into: str, rows: Iterable[tuple[str, ...]]) -> int:
        written = 0
        remaining = iter(rows)
        while chunk := list(islice(remaining, _CHUNK)):
            with self._transaction() as db:
                seq = self._attempt(version, load(db)).number
                db.executemany(f"INSERT INTO {into}", [(seq, *row, checksum(version, *row)) for row in chunk])
            written += len(chunk)
        return written

    def seal(self, version: str, *, lists: int, songs: int, reviews: int, tracks: int = 0) -> None:
        with self._transaction() as db:
            versions = load(db)
            written = self._attempt(version, versions)
            many, reviewed, told = (
                db.execute(f"SELECT count(*) FROM {table} WHERE seq = ?", (written.number,)).fetchone()[0]
                for table in ("lists", "reviews", "tracks")
            )
            found = (many, reviewed, told)
            save(db, versions.sealed(written, found, lists=lists, songs=songs, reviews=reviews, tracks=tracks))

    def prune(self, keep: int = KEPT_VERSIONS, ds: date | None = None) -> list[str]:
        with self._transaction() as db:
            self.lease_check()
            gone = load(db).superfluous(keep, ds)
            for version in gone:
                remove(db, version.number)
        return [version.name for version in gone]

    def damaged(self, version: str | None = None) -> list[StoreDamage]:
        """Whatever is not what was published, every row read; a damaged file counts as one.

        Args:
            version: look at this one alone, and leave out what SQLite itself finds wrong with the rest of the file.
        """
        try:
            with self._seen() as db:
                if db is None:
                    return []
                if version is None and (broken := broken_file(db)):
                    return [StoreDamage(None, f"{self.path}: {broken}")]
                complete = [v for v in load(db).all if v.state is not State.WRITING and version in (None, v.name)]
                counts = [
                    (v.number, v.name, {"lists": v.lists, "reviews": v.reviews, "tracks": v.tracks}) for v in complete
                ]
                found = [damage for one in counts for damage in damaged_rows(db, *one)]
            return found or self._unused(version)
        except OutsideServiceError as error:
            if out_of_reach(error.__cause__):
                raise
            return [StoreDamage(None, error.message)]

    def _unused(self, version: str | None) -> list[StoreDamage]:
        if version is not None or not whole_file.differs(self.path):
            return []
        return [StoreDamage(None, f"{self.path}: bytes that hold no row are others than were written", unused=True)]

    def rewrite(self) -> None:
        try:
            self._opened().execute("VACUUM")
        except BROKEN as error:
            raise outside(self.path, error) from error
        self.close()

    def drop(self, version: str) -> None:
        with self._transaction() as db:
            versions = load(db)
            gone = versions.named(version)
            save(db, after := versions.without(gone))
            begin_anew(db, after, gone.name, gone.ds) if gone in versions.remembered else remove(db, gone.number)

    def forget_user(self, user_id: str) -> list[str]:
        if not self.path.exists():
            return []
        with self._transaction() as db:
            versions = load(db)
            rows = db.execute("SELECT seq, payload FROM lists WHERE user_id = ? ORDER BY seq", (user_id,)).fetchall()
            db.execute("DELETE FROM lists WHERE user_id = ?", (user_id,))
            save(db, versions.without_lists({number: songs_in(payload) for number, payload in rows}))
        self.rewrite()  # what was deleted lies on free pages until then; cut short before, so also without rows
        return [v.name for v in versions.all if v.number in {number for number, _ in rows}]

    def set_aside(self) -> str:
        """Move a file that cannot be read out of the way, unless another run has done so since it was met.

        What can still be read of pins, rollbacks and announcements stands in the file that is begun in its place.
        """
        memory = self._salvaged()
        self._let_go()
        aside = self.path.with_suffix(".damaged")
        with alone(self.path.parent):
            if self._met is not None and self._met != identity(self.path):
                return str(aside)
            move(self.path, aside)
            self._met = None
            if memory.remembered or memory.rolled_back:
                with self._transaction() as db:
                    fresh = recalled(memory, load(db), lambda versions, *of: begin_anew(db, versions, *of))
                    save(db, fresh)
        self.close()
        return str(aside)

    def _salvaged(self) -> Versions:
        with suppress(OutsideServiceError), self._readers.one() as db:
            return salvaged(db)
        return Versions()

    def _change(self, change: Change) -> Versions:
        with self._transaction() as db:
            before = load(db)
            versions = change(before)
            if versions is not before:
                save(db, versions)
        return versions

    def _versions(self) -> Versions:
        with self._seen() as db:
            return load(db) if db else Versions()

    # -- reading --------------------------------------------------------------------------------

    @contextmanager
    def reading(self, *, version: str | None = None, ds: date | None = None) -> Iterator[SqliteSnapshot]:
        with self._seen() as db:
            if db is None:
                raise UsageError(f"nothing has been published yet ({self.path})", fix="run `daily30 nightly` first.")
            yield SqliteSnapshot.of(db, load(db).read(version, ds))

    # -- connections ----------------------------------------------------------------------------

    @contextmanager
    def _seen(self) -> Iterator[sqlite3.Connection | None]:
        """The file in one read transaction; None where it does not exist or has no tables: they come in one."""
        if not self.path.exists():
            yield None
            return
        self._met = identity(self.path)
        if self.path.is_dir():
            raise damaged(f"{self.path}, a folder,")
        with self._readers.one() as db:
            if db.columns:  # it has read here before, and nobody takes tables away
                yield db
                return
            names = require_ours(db, self.path)
            if names and not names.issuperset(TABLES):
                raise damaged("its list of tables")
            yield db if names else None

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """One writing transaction: all of it or none of it."""
        try:
            db = self._opened()
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")
        except (*BROKEN, OSError) as error:
            raise outside(self.path, error) from error

    def _opened(self) -> sqlite3.Connection:
        if self._writer is not None and self._met != identity(self.path):
            self._let_go()  # another run set aside what it writes to
        if self._writer is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            for log in logs(self.path):
                if log.is_dir():  # holds nothing, and SQLite could not open the store beside it
                    clear(log)
            self._met = identity(self.path)
            db = sqlite3.connect(self.path, timeout=BUSY_S, isolation_level=None)
            require_ours(db, self.path)
            whole_file.forget(self.path)
            use_write_ahead_log(db, BUSY_S)
            db.execute("PRAGMA synchronous = FULL")  # a flip that returned survives a power cut
            db.execute("PRAGMA foreign_keys = ON")
            db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA.read_text(encoding='utf-8')}")
            add_columns(db)
            db.execute("COMMIT")
            self._met = identity(self.path)
            self._writer = db
        return self._writer

    def _let_go(self) -> None:
        """Close connections to a file that is another's to note."""
        self._readers.close()
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def stay_open(self) -> None:
        self._readers.keep()

    def close(self) -> None:
        self._readers.close()
        if self._writer is not None:
            with suppress(*BROKEN):  # a server's readers keep the log; emptied, the file is whole without it
                self._writer.execute("PRAGMA busy_timeout = 0")
                self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._writer.close()
            self._writer = None
            whole_file.note(self.path)
