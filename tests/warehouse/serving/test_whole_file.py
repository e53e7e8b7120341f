"""Bytes of the store's file that hold no row: no row's checksum tells of them, the hash of the file at rest does."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from jobs.publish import let_go
from tests.contracts.store_rows import publish
from warehouse.serving import whole_file
from warehouse.serving.sqlite import SqliteStore
from warehouse.serving.store import Outcome


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    store = SqliteStore(tmp_path, lambda: None)
    publish(store, "v0")
    publish(store, "v1")
    store.close()
    return store


def test_every_flip_of_a_bit_at_rest_is_named_and_mended(store: SqliteStore) -> None:
    clean = store.path.read_bytes()
    rows, chance, unused = store.versions(), random.Random(3), 0
    for at in [*range(24, 28), *(chance.randrange(len(clean)) for _ in range(150))]:
        store.path.write_bytes(clean[:at] + bytes([clean[at] ^ 1 << chance.randrange(8)]) + clean[at + 1 :])
        found = store.damaged()
        assert found, at
        if any(damage.unused for damage in found):
            unused += 1
            let_go(store)
            assert (store.damaged(), store.versions()) == ([], rows)
        for left in store.path.parent.iterdir():
            left.unlink()
        store.path.write_bytes(clean)
        whole_file.note(store.path)
    assert unused


def test_a_store_being_written_or_left_by_a_killed_run_is_not_compared(store: SqliteStore) -> None:
    publish(store, "v2")
    assert not list(store.path.parent.glob("*.sha256"))
    assert store.damaged() == []
    store.close()
    whole_file.forget(store.path)
    with sqlite3.connect(store.path) as db:
        db.execute("PRAGMA user_version = 7")
    db.close()
    assert store.damaged() == []


def test_the_last_of_two_writers_notes_the_file(store: SqliteStore) -> None:
    other = SqliteStore(store.path.parent, lambda: None)
    assert publish(store, "v2") is Outcome.MOVED
    assert publish(other, "v3") is Outcome.MOVED
    store.close()
    other.close()
    assert not whole_file.differs(store.path)
    assert other.damaged() == []


def test_no_note_where_none_can_be_written(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(whole_file, "write_bytes", full)
    publish(store, "v2")
    store.close()
    assert (store.current(), store.damaged()) == ("v2", [])
