"""What a repair does about the store; the lake's damage is in tests/jobs/run/test_damage.py."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from jobs.commands import repair
from schemas.errors import DamagedFile
from tests.contracts.store_rows import DAY, publish
from warehouse.serving import ServingStore, open_serving_store
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


def test_what_is_still_damaged_when_looked_at_again_was_not_made_again(tmp_path: Path) -> None:
    """A bug of ours, or a disk that loses what is written: not told as mended."""
    damage = DamagedFile("a is gone", "put it back.", "a")
    runner: Any = SimpleNamespace(mend=lambda damages: [])
    planner: Any = SimpleNamespace(ds=DAY, home=tmp_path)
    found = repair._lake_mended(planner, lambda _: runner, lambda: [damage])
    assert [(f.path, f.mended, f.fix) for f in found] == [("a", False, "put it back.")]


def test_a_version_that_was_pinned_is_pinned_again_when_it_is_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def opened(_: object) -> ServingStore:
        return open_serving_store(tmp_path, lease_check=lambda: None)

    monkeypatch.setattr(repair, "serving_store", opened)
    planner: Any = None
    store = opened(None)
    publish(store, "v0")
    publish(store, "v1", DAY + timedelta(days=1))
    store.pin("v0")
    pinned = repair._pinned(planner)
    store.drop("v0")
    repair._pin_again(planner, pinned)  # not here: nothing to pin
    assert store.current() != "v0"
    publish(store, "v0")
    repair._pin_again(planner, pinned)
    assert (repair._pinned(planner), store.current()) == ("v0", "v0")
