"""Rows and pointers of a PostgreSQL store that somebody edits behind our back: told, never served, mended."""

from __future__ import annotations

from contextlib import closing

import psycopg
import pytest

from jobs.publish import let_go
from schemas.errors import UsageError
from tests.contracts.store_faults import held
from tests.contracts.store_rows import DAY, NEXT, USERS, consistent, payload, publish
from tests.warehouse.serving.postgres.conftest import Edit, Opened
from warehouse.serving.checksums import DamagedStore, checksum
from warehouse.serving.postgres.store import PostgresStore
from warehouse.serving.store import Outcome

EDITS = {
    "a payload": "UPDATE lists SET payload = replace(payload, '雨', '晴') WHERE seq = 2 AND user_id = 'u-1'",
    "another user's": "UPDATE lists SET payload = (SELECT payload FROM lists WHERE seq = 2 AND user_id = 'u-2')"
    " WHERE seq = 2 AND user_id = 'u-1'",
    "of an earlier day": "UPDATE lists a SET payload = b.payload, sha256 = b.sha256 FROM lists b"
    " WHERE a.seq = 2 AND b.seq = 1 AND a.user_id = b.user_id AND a.user_id = 'u-1'",
    "no checksum": "UPDATE lists SET sha256 = '' WHERE seq = 2 AND user_id = 'u-1'",
    "renamed": "UPDATE lists SET user_id = 'u-9' WHERE seq = 2 AND user_id = 'u-1'",
    "removed": "DELETE FROM lists WHERE seq = 2 AND user_id = 'u-1'",
    "added": f"INSERT INTO lists VALUES (2, 'u-9', '{{}}', '{checksum('v9', 'u-9', '{}')}')",
    "a review": "UPDATE reviews SET payload = '{}' WHERE seq = 2",
    "all songs": "DELETE FROM tracks WHERE seq = 2",
    "a table": "DROP TABLE reviews",
}


@pytest.mark.parametrize("statement", EDITS.values(), ids=EDITS)
def test_an_edit_behind_our_back_is_told_never_served_and_mended(
    store: PostgresStore, edit: Edit, statement: str
) -> None:
    edit(statement)
    served: list[object] = []
    with store.reading(version="v1") as snapshot:
        for user in (*USERS, "u-9"):
            try:
                served.append(snapshot.user_list(user))
            except DamagedStore:
                served.append(None)
    assert all(one in (None, payload("v1", user)) for user, one in zip((*USERS, "u-9"), served, strict=True))
    found = store.damaged("v1")
    assert [d.version for d in found] == ["v1"]
    store.pin("v0")
    assert let_go(store, "v1", NEXT) == found
    assert (store.current(), store.damaged("v1")) == ("v0", [])
    assert publish(store, "v1", NEXT) is Outcome.PINNED
    assert store.unpin() == "v1"
    assert consistent(store) == "v1"


def test_a_lost_table_that_held_no_row_is_made_anew(opened: Opened, edit: Edit) -> None:
    with closing(opened(held)) as store:
        store.begin("v0", DAY)
        store.seal("v0", lists=store.write_lists("v0", [("u-1", payload("v0", "u-1"))]), songs=30, reviews=0)
        store.flip("v0")
        edit("DROP TABLE reviews")
        (found,) = store.damaged()
        assert (found.version, found.unused) == (None, True)
        let_go(store)
        assert (store.damaged(), store.current()) == ([], "v0")
        with store.reading() as served:
            assert served.review("t-1", "zh") is None


POINTERS = {
    "moved": ["UPDATE pointer SET current = 1"],
    "gone": ["DELETE FROM pointer"],
    "its table": ["DROP TABLE pointer"],
    "the versions": ["DROP TABLE versions CASCADE"],
    "to no version": ["SET session_replication_role = replica", "DELETE FROM versions WHERE seq = 2"],
    "a state": ["UPDATE versions SET state = 'withdrawn' WHERE seq = 2"],
}


@pytest.mark.parametrize("statements", POINTERS.values(), ids=POINTERS)
def test_an_edited_pointer_serves_nothing_and_the_store_is_set_aside(
    store: PostgresStore, edit: Edit, statements: list[str]
) -> None:
    for statement in statements:
        edit(statement)
    with pytest.raises(DamagedStore), store.reading():
        pass
    with pytest.raises(DamagedStore):
        store.current()
    (found,) = store.damaged()
    assert found.version is None
    let_go(store)
    assert (store.current(), store.damaged()) == (None, [])
    assert publish(store, "v1", NEXT) is Outcome.MOVED
    assert consistent(store) == "v1"


def test_the_server_itself_refuses_a_pointer_to_an_absent_version(store: PostgresStore, edit: Edit) -> None:
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        edit("UPDATE pointer SET current = 99")
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        edit("DELETE FROM versions WHERE seq = 2")


def test_rows_of_a_version_that_is_gone_are_swept_and_no_others(store: PostgresStore, edit: Edit) -> None:
    """A run that is killed between the two steps of a prune leaves them."""
    edit("INSERT INTO lists SELECT 77, user_id, payload, sha256 FROM lists WHERE seq = 1")
    assert store.damaged() == []
    assert store.prune() == []
    assert edit("SELECT DISTINCT seq FROM lists ORDER BY seq").fetchall() == [(1,), (2,)]


def test_a_schema_that_is_somebody_elses_is_left_as_it_is(opened: Opened, url: str) -> None:
    base, _, schema = url.rpartition("&schema=")
    with psycopg.connect(base, autocommit=True) as db:
        db.execute(f"CREATE SCHEMA {schema}")
        db.execute(f"CREATE TABLE {schema}.tracks AS SELECT 7 AS id")
        with closing(opened(held)) as store:
            for act in (store.damaged, store.set_aside, lambda: store.begin("v1", DAY)):
                with pytest.raises(UsageError, match="tracks are not daily30's"):
                    act()
        assert db.execute(f"SELECT id FROM {schema}.tracks").fetchall() == [(7,)]


def test_what_lies_beside_the_store_stays_when_it_is_set_aside(store: PostgresStore, edit: Edit) -> None:
    edit("CREATE TABLE neighbours AS SELECT 7 AS id")
    for n in range(2):
        edit("UPDATE pointer SET sha256 = ''")
        assert store.set_aside()
        assert store.damaged() == []
        publish(store, f"w{n}", NEXT)
        assert consistent(store) == f"w{n}"
    assert edit("SELECT id FROM neighbours").fetchall() == [(7,)]
