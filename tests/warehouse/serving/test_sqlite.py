"""SQLite keeps the serving contract, also when killed and while others read."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from schemas.errors import Locked, OutsideServiceError, UsageError
from tests.contracts.serving_store import DAY, Lease, ServingStoreContract, payload, publish, write
from warehouse.serving import ServingStore, open_serving_store
from warehouse.serving.factory import FOLDER
from warehouse.serving.sqlite import FILE, SqliteStore
from warehouse.serving.store import Outcome

_PUBLISH_FOREVER = """
import sys
from datetime import timedelta
from pathlib import Path
from tests.contracts.serving_store import DAY, publish
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


def _consistent(store: ServingStore) -> str:
    """Read two lists and a review in one snapshot; all must be of the version it names."""
    with store.reading() as served:
        one, two, review = served.user_list("u-1"), served.user_list("用户三"), served.review("t-1", "zh")
        assert one == payload(served.version, "u-1")
        assert two == payload(served.version, "用户三")
        assert review is not None
        assert review["made_in"] == served.version
        return served.version


def test_readers_never_see_a_mixture(tmp_path: Path) -> None:
    writer = open_serving_store(tmp_path, lease_check=lambda: None)
    publish(writer, "v0")
    done, seen, failures = threading.Event(), set(), []

    def read() -> None:
        mine = open_serving_store(tmp_path)
        while not done.is_set():
            try:
                seen.add(_consistent(mine))
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
            _consistent(reader)
            while time.monotonic() < until:
                _consistent(reader)
            child.send_signal(signal.SIGKILL)
            rest = child.stdout.read().split()
        last = int(rest[-1]) if rest else published
        assert _consistent(reader) in {f"v{last}", f"v{last + 1}"}  # killed after the flip, before it said so
        start = last + 1
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    assert publish(store, f"v{start + 1}", DAY.replace(year=2100)) is Outcome.MOVED


def test_a_store_without_lease_may_not_flip(tmp_path: Path) -> None:
    store = open_serving_store(tmp_path)
    write(store, "v1")
    with pytest.raises(Locked):
        store.flip("v1")


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


def test_unknown_kind_of_store(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="carrier pigeon"):
        open_serving_store(tmp_path, {"kind": "carrier pigeon"})


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
        assert _consistent(store) == "v0"
        assert store.current() == "v0"
        with pytest.raises(OutsideServiceError, match="serving store"):
            publish(store, "v1")
        assert store.current() == "v0"
    finally:
        subprocess.run(["umount", "-l", tmp_path], check=True)
