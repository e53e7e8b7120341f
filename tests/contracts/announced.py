"""What every serving store must do with versions that nobody was told of; part of the contract in ``serving_store``."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from schemas.errors import UsageError
from tests.contracts.store_rows import DAY, NEXT, publish, write
from warehouse.serving import ServingStore
from warehouse.serving.store import Outcome


def announced(store: ServingStore) -> set[str]:
    return {v.version for v in store.versions() if v.announced}


def read(store: ServingStore, ds: date) -> str:
    with store.reading(ds=ds) as served:
        return served.version


class AnnouncedContract:
    """Subclasses provide a fixture ``store``."""

    def test_a_version_that_was_never_flipped_to_is_read_by_no_day(self, store: ServingStore) -> None:
        publish(store, "v1")
        write(store, "fenced")
        write(store, "fenced too", NEXT)
        assert read(store, DAY) == "v1"
        with pytest.raises(UsageError, match="days held: 2026-11-21\\)"), store.reading(ds=NEXT):
            pass
        assert announced(store) == {"v1"}

    def test_what_was_announced_of_a_day_is_not_replaced_once_newer_days_are_served(self, store: ServingStore) -> None:
        publish(store, "v1")
        publish(store, "v2", NEXT)
        assert publish(store, "v1 again") is Outcome.OLDER
        assert read(store, DAY) == "v1"
        assert store.rollback() == "v1"

    def test_the_first_version_of_a_day_that_comes_late_is_read_by_its_day(self, store: ServingStore) -> None:
        publish(store, "v2", NEXT)
        assert publish(store, "late") is Outcome.OLDER
        assert publish(store, "later") is Outcome.OLDER
        assert read(store, DAY) == "late"
        assert store.rollback() == "late"

    def test_a_rollback_passes_over_what_was_never_announced(self, store: ServingStore) -> None:
        publish(store, "v0")
        write(store, "fenced")
        publish(store, "v1", NEXT)
        assert store.rollback() == "v0"

    def test_a_rollback_to_what_was_never_announced_is_refused(self, store: ServingStore) -> None:
        publish(store, "v0")
        write(store, "fenced")
        publish(store, "v1", NEXT)
        with pytest.raises(UsageError, match="never announced") as told:
            store.rollback("fenced")
        assert "daily30 pin" in str(told.value.fix)
        assert store.current() == "v1"
        assert store.pin("fenced") == "fenced", "who names it means it"
        assert "fenced" in announced(store)

    def test_letting_the_pointer_go_announces_what_the_pin_held_back_and_nothing_else(
        self, store: ServingStore
    ) -> None:
        days = [DAY + timedelta(days=n) for n in range(4)]
        publish(store, "v0", days[0])
        store.pin()
        for n in (1, 2):
            assert publish(store, f"v{n}", days[n]) is Outcome.PINNED
        write(store, "fenced", days[3])
        assert announced(store) == {"v0"}
        with pytest.raises(UsageError), store.reading(ds=days[1]):
            pass
        assert store.unpin() == "v2"
        assert announced(store) == {"v0", "v1", "v2"}
        assert store.rollback() == "v1"

    def test_after_damage_what_was_announced_is_served_and_nothing_else(self, store: ServingStore) -> None:
        publish(store, "v0")
        write(store, "fenced")
        publish(store, "v1", NEXT)
        store.drop("v1")
        assert store.current() == "v0"

    def test_what_was_dropped_is_announced_again_when_it_is_here_again(self, store: ServingStore) -> None:
        publish(store, "v0")
        publish(store, "v1", NEXT)
        store.drop("v0")
        assert [v.version for v in store.versions()] == ["v1"]
        assert store.prune(ds=DAY) == []
        assert publish(store, "v0") is Outcome.OLDER
        assert (read(store, DAY), store.rollback(), store.damaged()) == ("v0", "v0", [])

    def test_what_was_dropped_is_forgotten_with_its_day(self, store: ServingStore) -> None:
        publish(store, "v0")
        store.drop("v0")
        for n in range(1, 4):
            publish(store, f"v{n}", DAY + timedelta(days=n))
        assert store.prune(ds=DAY + timedelta(days=3)) == ["v0"]

    def test_a_pin_waits_for_a_version_that_was_dropped(self, store: ServingStore) -> None:
        publish(store, "v0")
        publish(store, "v1", NEXT)
        store.pin("v0")
        store.drop("v0")
        assert store.current() is None
        assert publish(store, "v2", NEXT) is Outcome.MOVED, "until it is back something is served"
        assert publish(store, "v3", NEXT) is Outcome.PINNED
        assert publish(store, "v0") is Outcome.MOVED
        assert [v.version for v in store.versions() if v.pinned] == ["v0"]
        assert publish(store, "v4", NEXT) is Outcome.PINNED
        assert (store.unpin(), store.damaged()) == ("v4", [])

    def test_a_store_set_aside_remembers_pin_rollbacks_and_what_was_announced(self, store: ServingStore) -> None:
        days = [DAY + timedelta(days=n) for n in range(4)]
        for n, day in enumerate(days):
            publish(store, f"v{n}", day)
        store.rollback("v2")
        store.pin("v1")
        store.set_aside()
        assert (store.current(), store.versions(), store.damaged()) == (None, [], [])
        outcomes = [publish(store, f"v{n}", days[n]) for n in (3, 2, 1, 0)]
        assert outcomes == [Outcome.WITHDRAWN, Outcome.MOVED, Outcome.MOVED, Outcome.PINNED]
        assert [v.version for v in store.versions() if v.pinned] == ["v1"]
        assert [read(store, day) for day in days] == ["v3", "v2", "v1", "v0"][::-1]
        assert (store.unpin(), store.rollback(), store.damaged()) == ("v2", "v1", [])

    def test_a_pin_that_waits_can_be_let_go(self, store: ServingStore) -> None:
        publish(store, "v0")
        publish(store, "v1", NEXT)
        store.pin("v1")
        store.drop("v1")
        assert store.current() == "v0"
        assert store.unpin() == "v0"
        assert publish(store, "v2", NEXT) is Outcome.MOVED
