"""What is let go of a damaged store: no more than what is damaged, and never later days for the sake of an earlier."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from jobs.publish import let_go
from schemas.errors import OutsideServiceError
from tests.contracts.store_rows import DAY, publish
from warehouse.serving import whole_file
from warehouse.serving.sqlite import SqliteStore
from warehouse.serving.store import StoreDamage

NEXT = DAY + timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    """Two days, the second served."""
    store = SqliteStore(tmp_path, lambda: None)
    publish(store, "v0", DAY)
    publish(store, "v1", NEXT)
    store.close()
    return store


def edited(store: SqliteStore, statement: str, *values: object) -> None:
    with sqlite3.connect(store.path) as db:
        db.execute(statement, values)
    db.close()


@pytest.mark.parametrize("column", ["payload", "user_id"])
def test_bytes_that_are_no_text_cost_their_version_alone(store: SqliteStore, column: str) -> None:
    """One byte 0xFF in a list of yesterday: the whole store was set aside, with pins and rollbacks."""
    edited(
        store, f"UPDATE lists SET {column} = CAST(CAST({column} AS BLOB) || x'ff' AS TEXT) WHERE seq = 1 AND rowid = 1"
    )
    assert [damage.version for damage in store.damaged()] == ["v0"]
    assert [damage.version for damage in store.damaged("v0")] == ["v0"]
    let_go(store, "v0", DAY)
    assert [v.version for v in store.versions()] == ["v1"]
    assert store.current() == "v1"


def test_an_earlier_night_does_not_set_aside_what_serves_later_days(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "damaged", lambda version=None: [StoreDamage(None, "a page is broken")])
    with pytest.raises(OutsideServiceError, match="serves later days") as told:
        let_go(store, "v0", DAY)
    assert "daily30 repair" in told.value.fix
    assert store.current() == "v1"
    let_go(store, "v1", NEXT)
    assert store.current() is None


def test_a_store_without_its_pointer_is_damaged(store: SqliteStore) -> None:
    edited(store, "DELETE FROM pointer")
    with pytest.raises(OutsideServiceError, match="the pointer"):
        store.current()
    (found,) = store.damaged()
    assert (found.version, "the pointer" in found.what) == (None, True)


def test_a_table_of_rows_that_is_gone_is_damage(store: SqliteStore) -> None:
    edited(store, "DROP TABLE tracks")
    assert [damage.version for damage in store.damaged()] == ["v0", "v1"]


def test_a_store_set_aside_keeps_what_stands_in_its_log_alone(store: SqliteStore, tmp_path: Path) -> None:
    other = sqlite3.connect(store.path)  # while somebody reads, the log is not folded into the file
    other.execute("BEGIN")
    other.execute("SELECT * FROM versions").fetchall()
    publish(store, "v2", NEXT)
    aside = store.set_aside()
    other.close()
    assert Path(aside).is_file()
    kept = sqlite3.connect(aside)
    assert ("v2",) in kept.execute("SELECT version FROM versions").fetchall()
    kept.close()
    assert store.current() is None
    assert not list(tmp_path.glob("serving.sqlite-*"))


def test_a_server_beside_does_not_keep_the_file_from_being_noted(store: SqliteStore) -> None:
    server = SqliteStore(store.path.parent, lambda: None)
    server.stay_open()
    assert server.current() == "v1"
    publish(store, "v2", NEXT)
    store.close()
    assert store.path.with_name(f"{store.path.name}{whole_file.ENDING}").is_file()
    assert server.current() == "v2"
    data = bytearray(store.path.read_bytes())
    data[-1] ^= 1
    store.path.write_bytes(data)
    assert store.damaged()
    server.close()
