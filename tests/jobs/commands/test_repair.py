"""What a repair does about the store; the lake's damage is in tests/jobs/run/test_damage.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.commands import repair
from tests.contracts.store_rows import DAY, publish
from warehouse.serving import open_serving_store
from warehouse.serving.factory import FOLDER
from warehouse.serving.sqlite import FILE
from warehouse.serving.store import Outcome


@pytest.mark.parametrize("content", [b"not a database" * 300, b"SQLite format 3\x00" + bytes(4080)])
def test_a_store_that_cannot_be_read_is_set_aside_and_can_be_published_to_again(tmp_path: Path, content: bytes) -> None:
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    publish(store, "v0")
    store.close()
    path = tmp_path / FOLDER / FILE
    path.write_bytes(content)
    (found,) = repair._store_mended(open_serving_store(tmp_path))
    assert (found.where, found.path, found.mended) == ("store", "", True)
    assert path.with_suffix(".damaged").read_bytes() == content
    store = open_serving_store(tmp_path, lease_check=lambda: None)
    assert (store.current(), store.settled("v0", DAY)) == (None, False)
    assert publish(store, "v0") is Outcome.MOVED
