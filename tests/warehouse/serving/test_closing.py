"""A reader beside a writer that closes the store."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.contracts.store_rows import publish
from warehouse.serving.sqlite import SqliteStore


class _Busy:
    """A connection that cannot read, as while the last writer closes the store."""

    def execute(self, _: str) -> None:
        raise sqlite3.OperationalError("unable to open database file")

    def close(self) -> None:
        pass


def test_a_log_that_goes_while_it_is_looked_at_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = SqliteStore(tmp_path, lambda: None)
    publish(store, "v0")
    store.close()
    connect, exists = sqlite3.connect, Path.exists
    monkeypatch.setattr(sqlite3, "connect", lambda at, **how: _Busy() if "mode=rwc" in str(at) else connect(at, **how))
    monkeypatch.setattr(Path, "exists", lambda path, **how: path.name.endswith("-wal") or exists(path, **how))
    assert store.current() == "v0"


@pytest.mark.parametrize("ending", ["-wal", "-shm"])
def test_a_folder_in_the_place_of_a_log_stops_no_writer(tmp_path: Path, ending: str) -> None:
    store = SqliteStore(tmp_path, lambda: None)
    publish(store, "v0")
    store.close()
    (tmp_path / f"serving.sqlite{ending}").mkdir()
    (tmp_path / f"serving.sqlite{ending}" / "left").touch()
    assert store.current() == "v0", "SQLite reads the file as it lies"
    publish(store, "v1")
    assert store.current() == "v1"
    store.close()
