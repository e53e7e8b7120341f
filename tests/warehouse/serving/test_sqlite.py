"""SQLite keeps the serving contract, also when killed and while others read."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from operator import methodcaller
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import Daily30Error, Locked, OutsideServiceError
from tests.contracts.serving_store import Lease, ServingStoreContract
from tests.contracts.store_faults import Open, StoreFaultsContract
from tests.contracts.store_rows import DAY, consistent, payload, publish, write
from warehouse.serving import ServingStore, open_serving_store
from warehouse.serving.factory import FOLDER
from warehouse.serving.sqlite import FILE, SqliteStore
from warehouse.serving.store import Outcome

_PUBLISH_FOREVER = """
import sys
from datetime import timedelta
from operator import methodcaller
from pathlib import Path
from tests.contracts.store_rows import DAY, publish
from warehouse.serving import open_serving_store
store = open_serving_store(Path(sys.argv[1]), lease_check=lambda: None)
for n in range(int(sys.argv[2]), 100_000):
    publish(store, f"v{n}", DAY + timedelta(days=n))
    store.prune()
    print(n, flush=True)
"""


class TestSqliteStore(ServingStoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path, lease: Lease) -> ServingStore:
        return open_serving_store(tmp_path, lease_check=lease)

    def _bytes_of(self, store: ServingStore) -> bytes:
        store.close()
        assert isinstance(store, SqliteStore)
        return b"".join(path.read_bytes() for path in store.path.parent.iterdir())


class TestSqliteFaults(StoreFaultsContract):
    @pytest.fixture
    def opened(self, tmp_path: Path) -> Open:
        return lambda lease_check: open_serving_store(tmp_path, lease_check=lease_check)


def test_readers_never_see_a_mixture(tmp_path: Path) -> None:
    writer = open_serving_store(tmp_path, lease_check=lambda: None)
    publish(writer, "v0")
    done, seen, failures = threading.Event(), set(), []

    def read() -> None:
        mine = open_serving_store(tmp_path)
        while not done.is_set():
            try:
                seen.add(consistent(mine))
            except Exception as error:  # noqa: BLE001 - any failure of a reader is the finding
                failures.append(repr(error))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for n in range(1, 25):
        publish(writer, f"v{n}", DAY)
        writer.prune()
    done.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert len(seen) > 1


def test_sigkill_leaves_the_old_or_the_new_version(tmp_path: Path) -> None:
    publish(open_serving_store(tmp_path, lease_check=lambda: None), "v0")
    reader, start = open_serving_store(tmp_path), 1
    for wait in (0.0, 0.013, 0.031):
        command = [sys.executable, "-c", _PUBLISH_FOREVER, str(tmp_path), str(start)]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": "."}
        ) as child:
            assert child.stdout is not None
            published = int(child.stdout.readline())
            until = time.monotonic() + wait
            consistent(reader)
            while time.monotonic() < until:
                consistent(reader)
            child.send_signal(signal.SIGKILL)
            rest = child.stdout.read().split()
        last = int(rest[-1]) if rest else published
        assert consistent(reader) in {f"v{last}", f"v{last + 1}"}  # killed after the flip, before it said so
        start = last + 1
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    assert publish(store, f"v{start + 1}", DAY.replace(year=2100)) is Outcome.MOVED


def test_a_store_without_lease_may_not_flip(tmp_path: Path) -> None:
    write(open_serving_store(tmp_path, lease_check=lambda: None), "v1")
    store = open_serving_store(tmp_path)
    with pytest.raises(Locked):
        store.flip("v1")
    with pytest.raises(Locked):
        store.begin("v2", DAY)


def test_the_same_payload_gives_the_same_bytes(tmp_path: Path) -> None:
    stores = [SqliteStore(tmp_path / name, lambda: None) for name in ("a", "b")]
    texts = []
    for store in stores:
        write(store, "v1")
        with store.reading(version="v1") as served:
            texts.append(served.db.execute("SELECT payload FROM lists ORDER BY user_id").fetchall())
    assert texts[0] == texts[1]
    assert '"雨 v1 0"' in texts[0][0][0]


def test_a_file_that_is_no_database_is_said_clearly(tmp_path: Path) -> None:
    path = tmp_path / FOLDER / FILE
    path.parent.mkdir()
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(OutsideServiceError, match=r"serving\.sqlite"):
        open_serving_store(tmp_path).current()


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "serving").write_text("a file where the folder should be")
    with pytest.raises(OutsideServiceError, match="permissions"):
        open_serving_store(tmp_path).begin("v1", DAY)


def test_a_file_elsewhere(tmp_path: Path) -> None:
    home = tmp_path / "home"
    for url, path in (
        ("sqlite:///a%20folder/lists.db", home / "a folder" / "lists.db"),
        (f"sqlite:///{tmp_path}/beside/lists.db", tmp_path / "beside" / "lists.db"),
    ):
        store = open_serving_store(home, {"url": url}, lease_check=lambda: None)
        assert publish(store, "v1") is Outcome.MOVED
        store.close()
        assert path.is_file()
        assert consistent(open_serving_store(home, {"url": url})) == "v1"


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to mount read-only")
def test_a_read_only_disk_is_still_read(tmp_path: Path) -> None:
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", tmp_path], check=False)
    if mounted.returncode != 0:
        pytest.skip("may not mount here")
    try:
        store = SqliteStore(tmp_path / "a # ? name", lambda: None)
        publish(store, "v0")
        store.close()
        subprocess.run(["mount", "-o", "remount,ro", tmp_path], check=True)
        assert consistent(store) == "v0"
        assert store.current() == "v0"
        with pytest.raises(OutsideServiceError, match="serving store"):
            publish(store, "v1")
        assert store.current() == "v0"
    finally:
        subprocess.run(["umount", "-l", tmp_path], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to mount a small disk")
def test_a_full_disk_is_still_read(tmp_path: Path) -> None:
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", tmp_path], check=False)
    if mounted.returncode != 0:
        pytest.skip("may not mount here")
    try:
        store = SqliteStore(tmp_path / "store", lambda: None)
        publish(store, "v0")
        store.close()
        subprocess.run(["dd", "if=/dev/zero", f"of={tmp_path / 'rest'}", "bs=4096"], check=False, capture_output=True)
        assert shutil.disk_usage(tmp_path).free == 0
        assert consistent(store) == "v0"
        assert store.current() == "v0"
        assert store.damaged() == []
    finally:
        subprocess.run(["umount", "-l", tmp_path], check=True)


def test_flipped_bytes_are_told_and_never_served(tmp_path: Path) -> None:
    """One byte at random, 120 times: 107 of 120 such rounds served something else without a word."""
    whole = tmp_path / "whole"
    store = open_serving_store(whole, lease_check=lambda: None)
    for n in range(3):
        publish(store, f"v{n}", DAY + timedelta(days=n))
    store.close()
    wanted, clean = _served(whole), (whole / FOLDER / FILE).read_bytes()
    chance = random.Random(14)
    wrong, silent = [], []
    for at in (chance.randrange(len(clean)) for _ in range(120)):
        home = tmp_path / "flipped"
        shutil.rmtree(home, ignore_errors=True)
        (home / FOLDER).mkdir(parents=True)
        data = bytearray(clean)
        data[at] ^= 1 << chance.randrange(8)
        (home / FOLDER / FILE).write_bytes(data)
        found, told = _served(home), open_serving_store(home).damaged()
        wrong += [at] if any(found[key] not in (wanted[key], "told") for key in wanted) else []
        silent += [at] if found != wanted and not told else []
    assert wrong == []
    assert silent == []


def _served(home: Path) -> dict[str, object]:
    """What a reader gets of the store; "told" where it is an error of ours."""
    store = open_serving_store(home)
    found: dict[str, object] = {}

    def tried(name: str, version: str | None, ask: Callable[[Any], object]) -> None:
        try:
            with store.reading(version=version) as served:
                found[name] = (served.version, served.ds, ask(served))
        except Daily30Error:
            found[name] = "told"

    try:
        found["current"] = store.current()
    except Daily30Error:
        found["current"] = "told"
    for version in (None, "v0", "v1"):
        for user in ("u-1", "u-2", "用户三"):
            tried(f"{version} {user}", version, methodcaller("user_list", user))
        tried(f"{version} review", version, methodcaller("review", "t-1", "zh"))
    return found


def test_a_damaged_version_is_dropped_and_the_one_before_served(tmp_path: Path) -> None:
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    for n in range(2):
        publish(store, f"v{n}", DAY + timedelta(days=n))
    with sqlite3.connect(tmp_path / FOLDER / FILE) as db:
        db.execute("UPDATE lists SET payload = replace(payload, '雨', '晴') WHERE seq = 2 AND user_id = 'u-1'")
    with store.reading() as served:
        assert served.user_list("u-2") == payload("v1", "u-2")
        with pytest.raises(OutsideServiceError, match="daily30 repair"):
            served.user_list("u-1")
    assert [(d.version, d.what) for d in store.damaged()] == [
        ("v1", "lists: 1 of 3 rows have other bytes, 3 were published")
    ]
    store.drop("v1")
    assert (store.current(), store.damaged()) == ("v0", [])
    assert publish(store, "v1", DAY + timedelta(days=1)) is Outcome.MOVED
    assert consistent(store) == "v1"


@pytest.mark.skipif(os.geteuid() != 0, reason="needs to become another user")
def test_another_user_reads_a_folder_that_is_not_theirs() -> None:
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        store = open_serving_store(home, lease_check=lambda: None)
        publish(store, "v0")
        store.close()
        for path in (home, home / FOLDER):
            path.chmod(0o755)
        assert sorted(p.name for p in (home / FOLDER).iterdir()) == [FILE, f"{FILE}.sha256"]
        read, write_end = os.pipe()
        child = os.fork()
        if child == 0:
            os.setuid(65534)
            try:
                said = consistent(open_serving_store(home))
            except BaseException as error:  # noqa: BLE001 - whatever it is, the parent is told
                said = repr(error)
            os.write(write_end, said.encode())
            os._exit(0)
        os.close(write_end)
        os.waitpid(child, 0)
        assert os.read(read, 4096).decode() == "v0"
        assert sorted(p.name for p in (home / FOLDER).iterdir()) == [FILE, f"{FILE}.sha256"]
