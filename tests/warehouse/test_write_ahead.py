"""Many may open a new file at once, and none is told that it is locked."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from jobs.clients.llm.ledger import Ledger
from warehouse.inbox import Inbox
from warehouse.serving.sqlite import SqliteStore
from warehouse.write_ahead import use_write_ahead_log


def test_it_waits_for_whoever_holds_the_new_file(tmp_path: Path) -> None:
    with closing(_impatient(tmp_path)) as holder, closing(_impatient(tmp_path)) as db:
        holder.execute("BEGIN EXCLUSIVE")
        threading.Timer(0.1, holder.rollback).start()
        use_write_ahead_log(db, 30)
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_file_that_stays_locked_is_told(tmp_path: Path) -> None:
    with closing(_impatient(tmp_path)) as holder, closing(_impatient(tmp_path)) as db:
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            use_write_ahead_log(db, 0.05)


@pytest.mark.parametrize("what", ["inbox", "ledger", "store"])
def test_eight_open_a_new_file_at_once(what: str, tmp_path: Path) -> None:
    openers: dict[str, Callable[[Path], object]] = {
        "inbox": lambda path: Inbox(path).waiting_count(),
        "ledger": lambda path: Ledger(path / "ledger.sqlite", 1000).close(),
        "store": _publisher,
    }
    barrier = threading.Barrier(8)

    def open_it(folder: Path) -> None:
        barrier.wait()
        openers[what](folder)

    with ThreadPoolExecutor(8) as threads:
        for n in range(12):
            folder = tmp_path / str(n)
            folder.mkdir()
            list(threads.map(open_it, [folder] * 8))


def _impatient(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(folder / "new.sqlite", timeout=0, isolation_level=None, check_same_thread=False)


def _publisher(folder: Path) -> None:
    with closing(SqliteStore(folder, lambda: None)) as store:
        store.begin("v1", date(2026, 11, 22))
