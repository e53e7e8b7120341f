"""Tables written by an earlier program are read, and get what they lack."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta

from tests.contracts.store_faults import held, lost
from tests.contracts.store_rows import DAY, publish, write
from tests.warehouse.serving.postgres.conftest import Edit, Opened
from warehouse.serving.checksums import checksum


def test_tables_from_before_announcements_are_read_and_get_them(opened: Opened, edit: Edit) -> None:
    with closing(opened(held)) as store:
        for n in range(3):
            publish(store, f"v{n}", DAY + timedelta(days=n))
        write(store, "fenced", DAY + timedelta(days=3))
    columns = "version, ds, state, lists, songs, reviews, tracks"
    for name, ds, *row in edit(f"SELECT {columns} FROM versions").fetchall():
        edit(f"UPDATE versions SET sha256 = '{checksum(name, ds, *row)}' WHERE version = '{name}'")
    edit("ALTER TABLE versions DROP COLUMN announced")
    told = {"v0": True, "v1": True, "v2": True, "fenced": False}
    with closing(opened(lost)) as reader:
        assert ({v.version: v.announced for v in reader.versions()}, reader.damaged()) == (told, [])
    with closing(opened(held)) as store:
        assert store.rollback() == "v1"
        assert ({v.version: v.announced for v in store.versions()}, store.damaged()) == (told, [])
    assert edit("SELECT count(*) FROM versions WHERE announced = 'yes'").fetchone() == (3,)
