"""A schema of the session's PostgreSQL server for each test, and who opens and edits it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.contracts.store_faults import held
from tests.contracts.store_rows import DAY, NEXT, publish
from tests.worlds.postgres_server import Server
from warehouse.serving.address import Address
from warehouse.serving.postgres.store import PostgresStore
from warehouse.serving.postgres.store import opened as opened_at
from warehouse.serving.store import LeaseCheck

Opened = Callable[[LeaseCheck], PostgresStore]
Edit = Callable[[str], "psycopg.Cursor[Any]"]


@pytest.fixture
def url(postgres: Server) -> str:
    """Of a store that nobody has used."""
    return postgres.url()


@pytest.fixture
def opened(tmp_path: Path, url: str) -> Opened:
    """Opens it as another run does."""
    return lambda lease_check: opened_at(Address(url, tmp_path), lease_check)


@pytest.fixture
def store(opened: Opened) -> Iterator[PostgresStore]:
    """Two days, the second served."""
    with closing(opened(held)) as store:
        publish(store, "v0", DAY)
        publish(store, "v1", NEXT)
        yield store


@pytest.fixture
def edit(url: str) -> Iterator[Edit]:
    """Runs a statement in the store's schema, as somebody who may do anything there."""
    base, _, schema = url.rpartition("&schema=")
    with psycopg.connect(base, autocommit=True, options=f"-c search_path={schema}") as db:
        yield lambda statement: db.execute(statement.encode())
