"""What every serving store must bear: runs killed at any step, several at once, stale ones, readers meanwhile."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from jobs.publish import flipped
from schemas.errors import Daily30Error, Locked, UsageError
from tests.contracts.store_rows import DAY, NEXT, USERS, consistent, payload, publish, write
from warehouse.serving import ServingStore
from warehouse.serving.store import LeaseCheck, Outcome

Open = Callable[[LeaseCheck], ServingStore]
STEPS = ("begin", "half the lists", "lists", "reviews", "tracks", "seal", "flip", "prune")


def held() -> None:
    """A lease that is held."""


def lost() -> None:
    """A lease that another run has by now."""
    raise Locked("the lease of 2026-11-21 was taken by another run")


def _publishing(store: ServingStore, version: str, done: Callable[[str], None]) -> None:
    """Publish a version, saying so after each step."""
    store.begin(version, NEXT)
    done("begin")

    def lists() -> Iterator[tuple[str, dict[str, Any]]]:
        yield USERS[0], payload(version, USERS[0])
        done("half the lists")
        yield from ((user, payload(version, user)) for user in USERS[1:])

    store.write_lists(version, lists())
    done("lists")
    store.write_reviews(version, [("t-1", "zh", {"made_in": version, "paragraphs": ["雨声"]})])
    done("reviews")
    store.write_tracks(version, [("t-1", {"made_in": version, "title": "雨"})])
    done("tracks")
    store.seal(version, lists=len(USERS), songs=30 * len(USERS), reviews=1, tracks=1)
    done("seal")
    store.flip(version)
    done("flip")
    store.prune(ds=NEXT)
    done("prune")


def _killed_after(opened: Open, step: str) -> None:
    """A process that publishes ``v1`` until a step and is killed there."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:

        def done(name: str) -> None:
            if name == step:
                os.write(write_end, b".")
                time.sleep(60)

        try:
            _publishing(opened(held), "v1", done)
        finally:
            os._exit(1)
    os.close(write_end)
    assert os.read(read_end, 1) == b"."
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    os.close(read_end)


class Lease:
    """A lease that is held until told otherwise."""

    held = True

    def __call__(self) -> None:
        if not self.held:
            lost()


def _finished(store: ServingStore, version: str) -> None:
    """Write and seal a version that is begun."""
    store.write_lists(version, ((user, payload(version, user)) for user in USERS))
    store.write_reviews(version, [("t-1", "zh", {"made_in": version, "paragraphs": ["雨声"]})])
    store.write_tracks(version, [("t-1", {"made_in": version, "title": "雨"})])
    store.seal(version, lists=len(USERS), songs=30 * len(USERS), reviews=1, tracks=1)


def _one_user_twice(store: ServingStore) -> None:
    lists = store.write_lists("v1", [("u-1", payload("v1", "u-1"))] * 2)
    store.seal("v1", lists=lists, songs=60, reviews=0)


class StoreFaultsContract:
    """Subclasses provide a fixture ``opened``, which opens one and the same store, with a lease check, as runs do."""

    @pytest.mark.parametrize("step", STEPS)
    def test_a_run_killed_after_a_step_leaves_the_old_version_or_the_new_one(self, opened: Open, step: str) -> None:
        with closing(opened(held)) as store:
            publish(store, "v0")
        _killed_after(opened, step)
        with closing(opened(held)) as store:
            assert consistent(store) == ("v1" if step in ("flip", "prune") else "v0")
            assert store.damaged() == []
            publish(store, "v1", NEXT)
            assert consistent(store) == "v1"
            assert store.prune(ds=NEXT) == []
            assert [v.version for v in store.versions()] == ["v1", "v0"]

    @pytest.mark.parametrize("keep", [1, 3])
    def test_four_days_published_at_once_are_all_there_until_newer_ones_are(self, opened: Open, keep: int) -> None:
        """Each by a connection of its own, pruning when it is done, as runs of four nights do."""
        days = [DAY + timedelta(days=n) for n in range(4)]
        together = threading.Barrier(len(days))

        def night(number: int) -> Outcome:
            store, name = opened(held), f"v{number}"
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
        with closing(opened(held)) as store:
            assert store.current() == "v3"
            assert {"v1", "v2", "v3"} == {v.version for v in store.versions()}
            assert store.damaged() == []

    def test_two_runs_of_one_day_leave_two_whole_versions_and_serve_one(self, opened: Open) -> None:
        together = threading.Barrier(2)

        def run(name: str) -> Outcome:
            with closing(opened(held)) as store:
                together.wait()
                return publish(store, name)

        with ThreadPoolExecutor(2) as pool:
            outcomes = list(pool.map(run, ("one", "other")))
        assert outcomes == [Outcome.MOVED] * 2
        with closing(opened(held)) as store:
            assert {v.version for v in store.versions()} == {"one", "other"}
            assert consistent(store) in {"one", "other"}
            assert store.damaged() == []

    def test_a_stale_run_that_wakes_after_its_lease_flips_nothing(self, opened: Open) -> None:
        lease = Lease()
        with closing(opened(lease)) as stale, closing(opened(held)) as fresh:
            publish(fresh, "v0")
            write(stale, "stale", NEXT)
            lease.held = False
            assert publish(fresh, "v1", NEXT) is Outcome.MOVED
            with pytest.raises(Locked):
                stale.flip("stale")
            assert consistent(fresh) == "v1"

    def test_a_stale_run_writes_nothing_into_the_attempt_of_another_run(self, opened: Open) -> None:
        """Both make the same version: the rows of the one that sleeps meanwhile would be counted with the other's."""
        lease = Lease()
        with closing(opened(lease)) as stale, closing(opened(held)) as fresh:
            publish(fresh, "v0")
            stale.begin("v1", NEXT)
            stale.write_lists("v1", [("u-1", payload("v1", "u-1"))])
            fresh.begin("v1", NEXT)
            lease.held = False
            for act in (
                lambda: stale.write_lists("v1", [("u-stale", payload("v1", "u-stale"))]),
                lambda: stale.write_reviews("v1", [("t-9", "zh", {"made_in": "stale"})]),
                lambda: stale.write_tracks("v1", [("t-9", {"made_in": "stale"})]),
                lambda: stale.seal("v1", lists=0, songs=0, reviews=0),
            ):
                with pytest.raises(Locked, match="begun anew"):
                    act()
            _finished(fresh, "v1")
            assert fresh.flip("v1").outcome is Outcome.MOVED
            assert (consistent(fresh), fresh.damaged()) == ("v1", [])

    def test_a_store_that_another_run_began_anew_is_not_set_aside(self, opened: Open) -> None:
        """Both met the same damage: the second would have moved what the first has published since."""
        with closing(opened(held)) as first, closing(opened(held)) as second:
            publish(first, "v0")
            assert second.current() == "v0"
            first.set_aside()
            publish(first, "v1", NEXT)
            second.set_aside()
            assert (consistent(first), consistent(second)) == ("v1", "v1")
            assert publish(second, "v2", NEXT) is Outcome.MOVED
            assert (consistent(first), first.damaged()) == ("v2", [])

    def test_a_version_that_newer_days_pushed_out_before_its_flip_is_older_and_no_error(self, opened: Open) -> None:
        with closing(opened(held)) as store:
            write(store, "slow")
            for n in range(1, 4):
                publish(store, f"v{n}", DAY + timedelta(days=n))
            assert store.prune(ds=DAY + timedelta(days=3)) == ["slow"]
            assert flipped(store, "slow", DAY).outcome is Outcome.OLDER
            assert store.current() == "v3"

    def test_a_version_that_nobody_pushed_out_and_is_gone_is_an_error(self, opened: Open) -> None:
        with closing(opened(held)) as store:
            publish(store, "v1")
            with pytest.raises(UsageError, match="no version 'v2'"):
                flipped(store, "v2", NEXT)

    def test_a_rollback_to_a_removed_version_is_refused_and_changes_nothing(self, opened: Open) -> None:
        with closing(opened(held)) as store:
            for n in range(5):
                publish(store, f"v{n}", DAY + timedelta(days=n))
            store.prune()
            with pytest.raises(UsageError, match="no version 'v0'"):
                store.rollback("v0")
            assert consistent(store) == "v4"

    def test_a_user_given_twice_is_refused_and_what_was_served_stays(self, opened: Open) -> None:
        with closing(opened(held)) as store:
            publish(store, "v0")
            store.begin("v1", NEXT)
            with pytest.raises(Daily30Error):
                _one_user_twice(store)
            assert consistent(store) == "v0"
            assert publish(store, "v1", NEXT) is Outcome.MOVED
            assert consistent(store) == "v1"

    def test_rows_that_cannot_be_made_leave_nothing_behind(self, opened: Open) -> None:
        def broken() -> Iterator[tuple[str, dict[str, Any]]]:
            yield "u-1", payload("v1", "u-1")
            raise ArithmeticError

        with closing(opened(held)) as store:
            publish(store, "v0")
            store.begin("v1", NEXT)
            with pytest.raises(ArithmeticError):
                store.write_lists("v1", broken())
            assert consistent(store) == "v0"
            assert publish(store, "v1", NEXT) is Outcome.MOVED
            assert store.damaged() == []

    def test_readers_see_one_version_at_a_time_while_nights_and_rollbacks_go_on(self, opened: Open) -> None:
        writer = opened(held)
        publish(writer, "v0")
        done, seen, failures = threading.Event(), set(), []

        def read() -> None:
            with closing(opened(lost)) as mine:
                mine.stay_open()
                while not done.is_set():
                    try:
                        seen.add(consistent(mine))
                    except Exception as error:  # noqa: BLE001 - any failure of a reader is the finding
                        failures.append(repr(error))

        readers = [threading.Thread(target=read) for _ in range(3)]
        for reader in readers:
            reader.start()
        for n in range(1, 13):
            publish(writer, f"v{n}", DAY + timedelta(days=n))
            if n % 3 == 0:
                back = writer.rollback()
                assert consistent(writer) == back
            writer.prune()
        done.set()
        for reader in readers:
            reader.join()
        writer.close()
        assert failures == []
        assert len(seen) > 1
