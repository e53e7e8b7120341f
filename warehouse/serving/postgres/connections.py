"""Connections to the PostgreSQL store: a few, kept for the next reader while a server runs; lost ones are replaced."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import Connection, errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from schemas.credentials import redacted
from schemas.errors import OutsideServiceError, UsageError
from warehouse.serving.address import Address
from warehouse.serving.checksums import damaged

MOST = 8  # connections of one process at once: a server's own are few, and each is a process of its own there
_CONNECT_S = 10
_WAIT_S = 30.0
# A network that swallows packets says nothing: libpq alone would wait for a quarter of an hour.
_HEARD_FROM = {"tcp_user_timeout": 30_000, "keepalives_idle": 15, "keepalives_interval": 5, "keepalives_count": 3}
_GONE = (errors.UndefinedTable, errors.UndefinedColumn, errors.InvalidSchemaName)
_BROKEN = ("XX001", "XX002")  # data or index corrupted


class Target:
    """The database and schema that an address names.

    Args:
        address: ``postgresql://…``; ``schema`` in its query names the schema, ``daily30`` by default, and all else
            there is libpq's.
    """

    def __init__(self, address: Address) -> None:
        parts = urlsplit(address.url)
        options = parts.query.split("&")
        schema = next((o.removeprefix("schema=") for o in options if o.startswith("schema=")), "daily30")
        if not re.fullmatch(r"[a-z_][a-z0-9_]{0,39}", schema):
            raise UsageError(
                "setting serving.url: its schema is no plain name",
                fix="write ?schema= with small letters, digits and underscores, 40 at most.",
            )
        self.schema = f'"{schema}"'  # as it stands in statements
        self.aside = f'"{schema}_damaged"'
        self.shown = f"{address.shown}, schema {schema}"
        rest = "&".join(option for option in options if not option.startswith("schema="))
        try:
            given: dict[str, Any] = conninfo_to_dict(urlunsplit(parts._replace(query=rest)))
        except psycopg.Error:  # which may quote a password
            raise UsageError(
                f"setting serving.url: PostgreSQL cannot read {address.shown} with what follows it",
                fix="write it as postgresql://user:password@host:5432/database, special characters as %40, %2F, ...",
            ) from None
        ours: dict[str, Any] = {"connect_timeout": _CONNECT_S, "application_name": "daily30", **_HEARD_FROM}
        self._conninfo = make_conninfo(**ours | given | {"client_encoding": "utf8"})

    def connected(self) -> Connection[Any]:
        """A new connection, in no transaction."""
        db: Connection[Any] = psycopg.connect(self._conninfo, autocommit=True)
        if (encoding := db.info.parameter_status("server_encoding")) != "UTF8":
            db.close()
            raise UsageError(
                f"serving store {self.shown}: the database keeps texts as {encoding}",
                fix="make one that keeps UTF8: createdb --encoding=UTF8 --template=template0.",
            )
        return db

    def outside(self, error: psycopg.Error) -> OutsideServiceError:
        """The error of ours for one of PostgreSQL's."""
        said = redacted(str(error).strip().partition("\n")[0]) or type(error).__name__
        if isinstance(error, _GONE) or error.sqlstate in _BROKEN:
            return damaged(f"{self.shown} ({said})")
        fix = "see that the server runs, takes connections and has room, then run again."
        if isinstance(error, errors.UniqueViolation):
            said, fix = f"{said}: {error.diag.message_detail}", "a version holds each key once; it stays invisible."
        if isinstance(error, errors.InsufficientPrivilege):
            fix = "let its user own the schema, or CREATE in the database; who only reads needs USAGE and SELECT."
        return OutsideServiceError(f"serving store {self.shown}: {said}", fix=fix)


class Connections:
    """Connections that threads share, each lends one for a transaction.

    Args:
        begin: the statement that begins their transactions.
        keep: whether they stay open for the next transaction.
    """

    def __init__(self, target: Target, begin: str, *, keep: bool) -> None:
        self._target, self._begin, self._keeps = target, begin, keep
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(MOST)
        self._idle: list[Connection[Any]] = []

    def keep(self) -> None:
        """From now on keep them for the next transaction, until :meth:`close`."""
        self._keeps = True

    def close(self) -> None:
        """Close those that nobody uses just now."""
        with self._lock:
            idle, self._idle = self._idle, []
        for db in idle:
            db.close()

    @contextmanager
    def one(self) -> Iterator[Connection[Any]]:
        """A connection that is nobody else's, in one transaction: committed, or rolled back where anything is raised.

        Raises:
            OutsideServiceError: the server cannot be reached, or something went wrong there.
        """
        if not self._places.acquire(timeout=_WAIT_S):
            raise OutsideServiceError(
                f"serving store {self._target.shown}: all {MOST} connections are in use", fix="ask again later."
            )
        try:
            db = self._begun()
            try:
                yield db
                db.commit()
            finally:
                self._given_back(db)
        except psycopg.Error as error:
            raise self._target.outside(error) from error
        finally:
            self._places.release()

    def _begun(self) -> Connection[Any]:
        """A connection in a transaction. One that was lost while nobody used it is replaced, and no error."""
        while (kept := self._taken()) is not None:
            try:
                kept.execute(self._begin)
            except psycopg.OperationalError:
                kept.close()
            else:
                return kept
        db = self._target.connected()
        db.execute(self._begin)
        return db

    def _taken(self) -> Connection[Any] | None:
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _given_back(self, db: Connection[Any]) -> None:
        with suppress(psycopg.Error):
            db.rollback()
        if not self._keeps or db.closed:
            db.close()
            return
        with self._lock:
            self._idle.append(db)
