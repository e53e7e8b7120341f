"""What a server can do to a store: end connections, be gone, refuse a user; and runs that stop while they hold it."""

from __future__ import annotations

import os
import random
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from schemas.errors import Daily30Error, Locked, OutsideServiceError, UsageError
from tests.contracts.store_faults import held
from tests.contracts.store_rows import NEXT, USERS, consistent, payload, publish, write
from tests.warehouse.serving.postgres.conftest import Edit, Opened
from tests.worlds.postgres_server import Server
from warehouse.serving import open_serving_store
from warehouse.serving.postgres import store as module
from warehouse.serving.postgres.store import PostgresStore
from warehouse.serving.store import Outcome

CANARY = "cAnArY-55d0"


def ends(edit: Edit) -> None:
    """End every connection of a store on the server."""
    edit(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE application_name = 'daily30' AND pid <> pg_backend_pid()"
    )


def test_a_connection_lost_while_loading_leaves_what_was_served(store: PostgresStore, edit: Edit) -> None:
    def rows() -> Iterator[tuple[str, dict[str, Any]]]:
        yield "u-1", payload("v2", "u-1")
        ends(edit)
        yield from ((f"u-{n}", payload("v2", f"u-{n}")) for n in range(2, 1000))

    store.begin("v2", NEXT)
    with pytest.raises(OutsideServiceError, match="serving store postgresql:///postgres"):
        store.write_lists("v2", rows())
    assert consistent(store) == "v1"
    assert publish(store, "v2", NEXT) is Outcome.MOVED
    assert consistent(store) == "v2"


def test_a_connection_lost_in_the_flip_moves_nothing(store: PostgresStore, edit: Edit) -> None:
    write(store, "v2", NEXT)
    store.lease_check = lambda: ends(edit)
    with pytest.raises(OutsideServiceError):
        store.flip("v2")
    assert consistent(store) == "v1"
    store.lease_check = held
    assert store.flip("v2").outcome is Outcome.MOVED


def test_a_connection_lost_at_the_flip_s_commit_moves_nothing(store: PostgresStore, edit: Edit) -> None:
    write(store, "v2", NEXT)
    edit(
        "CREATE FUNCTION ending() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5); RETURN NULL; END $$"
    )
    edit(
        "CREATE CONSTRAINT TRIGGER ending AFTER UPDATE ON pointer DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION ending()"
    )
    with pytest.raises(OutsideServiceError):
        store.flip("v2")
    assert consistent(store) == "v1"
    edit("DROP TRIGGER ending ON pointer")
    assert store.flip("v2").outcome is Outcome.MOVED


def test_a_connection_lost_while_nobody_used_it_is_replaced(store: PostgresStore, edit: Edit) -> None:
    store.stay_open()
    store.begin("v2", NEXT)
    assert consistent(store) == "v1"
    ends(edit)
    assert consistent(store) == "v1"
    lists = store.write_lists("v2", ((user, payload("v2", user)) for user in USERS))
    store.seal("v2", lists=lists, songs=30 * lists, reviews=0)
    assert store.flip("v2").outcome is Outcome.MOVED


def test_a_run_that_lost_its_night_writes_nothing_into_another_s_attempt(opened: Opened, store: PostgresStore) -> None:
    with closing(opened(held)) as stale:
        stale.begin("v2", NEXT)
        store.begin("v2", NEXT)
        with pytest.raises(Locked, match="begun anew"):
            stale.write_lists("v2", [("u-1", payload("v2", "u-1"))])
        lists = store.write_lists("v2", ((user, payload("v2", user)) for user in USERS))
        with pytest.raises(Locked, match="begun anew"):
            stale.seal("v2", lists=lists, songs=30 * lists, reviews=0)
        store.seal("v2", lists=lists, songs=30 * lists, reviews=0)
        assert store.flip("v2").outcome is Outcome.MOVED
        assert store.damaged() == []


def test_a_run_begun_anew_while_it_loads_leaves_no_row(opened: Opened, store: PostgresStore, edit: Edit) -> None:
    with closing(opened(held)) as stale:

        def rows() -> Iterator[tuple[str, dict[str, Any]]]:
            yield "u-1", payload("v2", "u-1")
            store.begin("v2", NEXT)

        stale.begin("v2", NEXT)
        with pytest.raises(Locked, match="begun anew"):
            stale.write_lists("v2", rows())
    assert edit("SELECT count(*) FROM lists WHERE seq > 2").fetchone() == (0,)


def test_a_run_that_stops_within_the_flip_is_ended_and_the_next_goes_on(
    opened: Opened, store: PostgresStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one is that is stopped (SIGSTOP, a suspended machine): it holds the pointer until the server ends it."""
    monkeypatch.setattr(module, "_WRITING", module._WRITING.replace("'60s'", "'200ms'"))
    write(store, "slow", NEXT)
    holding, awake = threading.Event(), threading.Event()

    def sleeps() -> None:
        holding.set()
        assert awake.wait(30)

    told: list[Daily30Error] = []

    def run() -> None:
        with closing(opened(sleeps)) as stopped:
            try:
                stopped.flip("slow")
            except Daily30Error as error:
                told.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert holding.wait(30)
    assert publish(store, "v2", NEXT) is Outcome.MOVED
    awake.set()
    thread.join()
    assert isinstance(told[0], OutsideServiceError)
    assert consistent(store) == "v2"


def test_a_server_that_is_gone_is_told_and_read_again_when_it_is_back(
    store: PostgresStore, opened: Opened, postgres: Server
) -> None:
    store.stay_open()
    assert consistent(store) == "v1"
    postgres.stop()
    try:
        for ask in (store.current, lambda: publish(store, "v2", NEXT), lambda: consistent(store), store.damaged):
            with pytest.raises(OutsideServiceError) as told:
                ask()
            assert "see that the server runs" in told.value.fix
    finally:
        postgres.start()
    assert consistent(store) == "v1"
    with closing(opened(held)) as again:
        assert again.damaged() == []
        assert publish(again, "v2", NEXT) is Outcome.MOVED


def test_neither_an_error_nor_the_store_tells_the_password(tmp_path: Path) -> None:
    for at in ("127.0.0.1:1/d", "nowhere.invalid/d", "127.0.0.1:1/d?sslmode=nonsense"):
        store = open_serving_store(tmp_path, {"url": f"postgresql://me:{CANARY}@{at}"})
        with pytest.raises(OutsideServiceError) as told:
            store.current()
        assert CANARY not in str(told.value)
        assert CANARY not in repr(vars(store))
    with pytest.raises(UsageError) as refused:
        open_serving_store(tmp_path, {"url": f"postgresql://me:{CANARY}@h/d?passwrd={CANARY}"})
    assert CANARY not in str(refused.value)
    with pytest.raises(UsageError, match="no plain name"):
        open_serving_store(tmp_path, {"url": "postgresql://h/d?schema=x;--"})


def test_who_may_only_read_reads_and_is_told_what_to_ask_for(
    store: PostgresStore, edit: Edit, url: str, tmp_path: Path
) -> None:
    schema = url.rpartition("=")[2]
    edit(f"CREATE ROLE reader_{schema} LOGIN")
    reader = open_serving_store(tmp_path, {"url": url.replace("tests@", f"reader_{schema}@")}, lease_check=held)
    with pytest.raises(OutsideServiceError, match="permission denied") as told:
        reader.current()
    assert "USAGE and SELECT" in told.value.fix
    edit(f"GRANT USAGE ON SCHEMA {schema} TO reader_{schema}")
    edit(f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO reader_{schema}")
    assert consistent(reader) == "v1"
    with pytest.raises(OutsideServiceError, match="permission denied"):
        publish(reader, "v2", NEXT)
    reader.close()
    assert consistent(store) == "v1"


def test_a_key_that_no_text_can_hold_is_nobody_s(store: PostgresStore) -> None:
    with store.reading() as served:
        for key in ("u\0-1", "\ud800"):
            assert (served.user_list(key), served.review(key, "zh"), served.near_user_ids(key)) == (None, None, [])


@pytest.fixture
def small_disk(postgres: Server) -> Iterator[tuple[str, Path]]:
    """The address of a database on a disk of 24 MB, and where that is."""
    with tempfile.TemporaryDirectory() as name:
        disk = Path(name)
        mount = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", disk]
        if os.geteuid() or subprocess.run(mount, check=False).returncode:
            pytest.skip("may not mount here")
        base, _, schema = postgres.url().rpartition("/postgres?")
        plain = f"{base}/postgres?{schema.partition('&')[0]}"
        try:
            postgres.give(disk)
            with psycopg.connect(plain, autocommit=True) as db:
                db.execute(f"CREATE TABLESPACE small LOCATION '{disk}'")
                db.execute("CREATE DATABASE small TABLESPACE small")
                yield f"{base}/small?{schema}", disk
                db.execute("DROP DATABASE small WITH (FORCE)")
                db.execute("DROP TABLESPACE small")
        finally:
            subprocess.run(["umount", "-l", disk], check=True)


def test_a_full_disk_ends_the_load_and_is_still_read(small_disk: tuple[str, Path], tmp_path: Path) -> None:
    url, disk = small_disk
    with closing(open_serving_store(tmp_path, {"url": url}, lease_check=held)) as store:
        publish(store, "v0")
        subprocess.run(["dd", "if=/dev/zero", f"of={disk / 'rest'}", "bs=4096"], check=False, capture_output=True)
        store.begin("v1", NEXT)
        lists = ((f"u-{n}", {"noise": random.Random(n).randbytes(3000).hex()}) for n in range(3000))
        with pytest.raises(OutsideServiceError, match="No space left") as told:
            store.write_lists("v1", lists)
        assert "has room" in told.value.fix
        assert consistent(store) == "v0"
        (disk / "rest").unlink()
        assert publish(store, "v1", NEXT) is Outcome.MOVED
        assert consistent(store) == "v1"
        assert store.damaged() == []
