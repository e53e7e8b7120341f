"""Nights of several days that publish into one store at the same time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from jobs.publish import flipped
from schemas.errors import UsageError
from tests.contracts.store_rows import DAY, USERS, payload, publish, write
from warehouse.serving.sqlite import SqliteStore
from warehouse.serving.store import Outcome


@pytest.mark.parametrize("keep", [1, 3])
def test_four_days_published_at_once_are_all_there_until_newer_ones_are(tmp_path: Path, keep: int) -> None:
    """Each by a connection of its own, pruning when it is done, as runs of four nights do."""
    days = [DAY + timedelta(days=n) for n in range(4)]
    together = threading.Barrier(len(days))

    def night(number: int) -> Outcome:
        store, name = SqliteStore(tmp_path, lambda: None), f"v{number}"
        store.begin(name, days[number])
        together.wait()
        store.write_lists(name, ((user, payload(name, user)) for user in USERS))
        store.seal(name, lists=len(USERS), songs=30 * len(USERS), reviews=0)
        outcome = flipped(store, name, days[number]).outcome
        store.prune(keep=keep, ds=days[number])
        store.close()
        return outcome

    with ThreadPoolExecutor(len(days)) as pool:
        outcomes = list(pool.map(night, range(4)))
    assert set(outcomes) <= {Outcome.MOVED, Outcome.OLDER}
    store = SqliteStore(tmp_path, lambda: None)
    assert store.current() == "v3"
    assert {"v1", "v2", "v3"} == {v.version for v in store.versions()}
    assert store.damaged() == []


def test_a_version_that_newer_days_pushed_out_before_its_flip_is_older_and_no_error(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path, lambda: None)
    write(store, "slow")
    for n in range(1, 4):
        publish(store, f"v{n}", DAY + timedelta(days=n))
    assert store.prune(ds=DAY + timedelta(days=3)) == ["slow"]
    assert flipped(store, "slow", DAY).outcome is Outcome.OLDER
    assert store.current() == "v3"


def test_a_version_that_nobody_pushed_out_and_is_gone_is_an_error(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path, lambda: None)
    publish(store, "v1")
    with pytest.raises(UsageError, match="no version 'v2'"):
        flipped(store, "v2", DAY + timedelta(days=1))
