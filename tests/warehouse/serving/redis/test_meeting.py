"""Nights and readers that meet in one Redis server."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import redis

from jobs.publish import flipped
from schemas.errors import Locked, OutsideServiceError, UsageError
from tests.contracts.store_rows import DAY, USERS, payload, publish, write
from tests.warehouse.serving.redis.conftest import Open
from tests.warehouse.serving.redis.test_interrupted import whole
from warehouse.serving.store import Outcome


@pytest.mark.parametrize("days", [1, 4])
def test_publishers_at_once(opened: Open, days: int) -> None:
    """Four of one date, or of four: the newest day is served, nothing is damaged and nothing is left."""
    together = threading.Barrier(4)

    def night(number: int) -> Outcome:
        store, name, ds = opened(), f"v{number}", DAY + timedelta(days=number % days)
        store.begin(name, ds)
        together.wait()
        store.write_lists(name, ((user, payload(name, user)) for user in USERS))
        store.write_reviews(name, [("t-1", "zh", {"made_in": name, "paragraphs": ["雨声"]})])
        store.write_tracks(name, [("t-1", {"made_in": name, "title": "雨"})])
        store.seal(name, lists=len(USERS), songs=90, reviews=1, tracks=1)
        return flipped(store, name, ds).outcome

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(night, range(4)))
    assert set(outcomes) <= {Outcome.MOVED, Outcome.OLDER}
    store = opened()
    assert whole(store) == "v3" if days == 4 else store.current() in {"v0", "v1", "v2", "v3"}
    assert store.damaged() == []


def test_two_runs_that_write_one_version_do_not_mix_it(opened: Open) -> None:
    """The second begins anew; what the first still sends is refused, also once the second is done."""
    second = opened()

    def rows(meanwhile: Callable[[], object]) -> Iterator[tuple[str, dict[str, Any]]]:
        yield "u-old", payload("v1", "u-old")
        meanwhile()

    for meanwhile, told in (
        (lambda: second.begin("v1", DAY), "another run"),
        (lambda: publish(second, "v1"), "is sealed"),
    ):
        first = opened()
        assert first.begin("v1", DAY)
        with pytest.raises((Locked, UsageError), match=told):
            first.write_lists("v1", rows(meanwhile))
    assert (whole(second), second.damaged()) == ("v1", [])


@pytest.mark.parametrize("later", [0, 1])
def test_a_publisher_that_sleeps_between_its_lease_and_its_flip(opened: Open, later: int) -> None:
    """Another run has taken its date meanwhile, or a newer day was published: it looks again before it moves."""
    other = opened()
    flips: list[bool] = []

    def lease() -> None:
        if flips and later == 0:
            raise Locked("taken over")
        flips.append(True)
        publish(other, "other", DAY + timedelta(days=later))

    stale = opened()
    write(stale, "stale")
    stale.lease_check = lease
    if later:
        assert stale.flip("stale").outcome is Outcome.OLDER
    else:
        with pytest.raises(Locked):
            stale.flip("stale")
    assert whole(other) == "other"


def test_rows_told_twice_or_left_out_are_not_sealed(opened: Open) -> None:
    store = opened()
    store.begin("v1", DAY)
    assert store.write_lists("v1", [("u-1", payload("v1", "u-1"))] * 2) == 2
    with pytest.raises(OutsideServiceError, match="holds 1 lists"):
        store.seal("v1", lists=2, songs=60, reviews=0)
    assert store.current() is None


def test_rollbacks_under_load(opened: Open) -> None:
    """Readers in threads while nights come and go back: no mixture, no error, a rollback is seen at once."""
    store, server = opened(), opened()
    publish(store, "v0")
    done, failures, reads = threading.Event(), [], []

    def read() -> None:
        while not done.is_set():
            try:
                whole(server)
                reads.append(1)
            except BaseException as error:  # noqa: BLE001 - any failure of a reader is the finding
                failures.append(repr(error))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    slowest = 0.0
    for n in range(1, 21):
        publish(store, f"v{n}", DAY + timedelta(days=n))
        store.prune()
        told = time.monotonic()
        back = store.rollback()
        assert server.current() == back
        slowest = max(slowest, time.monotonic() - told)
        store.restore(f"v{n}")
        store.flip(f"v{n}")
    done.set()
    for reader in readers:
        reader.join()
    assert failures == []
    assert len(reads) > 20
    assert slowest < 1.0


def test_a_reader_keeps_its_version_for_a_grace_and_is_told_when_it_is_over(opened: Open, client: redis.Redis) -> None:
    store, hasty = opened(), opened(grace_s=0.05)
    publish(store, "v0")
    with store.reading() as first, store.reading() as second:
        for n in range(1, 4):
            publish(store, f"v{n}", DAY + timedelta(days=n))
        assert store.prune() == ["v0"]
        assert 0 < client.ttl("daily30:1:lists") <= 300
        assert first.user_list("u-1") == payload("v0", "u-1")
        with hasty.reading(version="v1") as third:
            publish(hasty, "v4", DAY + timedelta(days=4))
            assert hasty.prune() == ["v1"]
            time.sleep(0.2)
            with pytest.raises(OutsideServiceError, match="table lists of version v1"):
                third.user_list("nobody")
        assert second.user_list("nobody") is None
    with pytest.raises(UsageError, match="no version"):
        store.rollback("v0")
    assert store.damaged() == []
