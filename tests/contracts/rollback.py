"""What every serving store must do when a night is taken back; part of the contract in ``serving_store``."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from schemas.errors import UsageError
from tests.contracts.store_rows import DAY, publish
from warehouse.serving import ServingStore
from warehouse.serving.store import Outcome, State


class RollbackContract:
    """Subclasses provide a fixture ``store``."""

    def test_rollback_serves_the_one_before_and_is_not_undone_by_the_same_night(self, store: ServingStore) -> None:
        publish(store, "v1")
        publish(store, "v2")
        assert store.rollback() == "v1"
        assert publish(store, "v2") is Outcome.WITHDRAWN
        assert store.current() == "v1"
        assert publish(store, "v3", DAY + timedelta(days=1)) is Outcome.MOVED

    @pytest.mark.parametrize("later", [DAY, DAY + timedelta(days=1)])
    def test_a_rolled_back_night_announces_what_it_makes_only_when_told_to(
        self, store: ServingStore, later: date
    ) -> None:
        publish(store, "v1")
        publish(store, "v2", later)
        store.rollback()
        assert [publish(store, v, later) for v in ("v3", "v4", "v2")] == [Outcome.WITHDRAWN] * 3
        assert (store.current(), store.settled("v4", later)) == ("v1", True)
        store.restore("v4")
        outcomes = [publish(store, v, later) for v in ("v4", "v3", "v5")]
        assert outcomes == [Outcome.MOVED, Outcome.WITHDRAWN, Outcome.MOVED]

    def test_a_rollback_over_days_withholds_those_between(self, store: ServingStore) -> None:
        days = [DAY + timedelta(days=n) for n in range(3)]
        for n, day in enumerate(days):
            publish(store, f"v{n}", day)
        assert store.rollback("v0") == "v0"
        assert [v.state for v in store.versions()] == [State.WITHDRAWN, State.WITHDRAWN, State.SEALED]
        again = [publish(store, name, day) for day in days[1:] for name in (f"v of {day}", f"more of {day}")]
        assert again == [Outcome.WITHDRAWN] * 4
        assert store.current() == "v0"
        assert publish(store, "v3", DAY + timedelta(days=3)) is Outcome.MOVED, "a new night is announced"

    def test_a_day_between_is_announced_when_told_to_and_the_others_stay(self, store: ServingStore) -> None:
        days = [DAY + timedelta(days=n) for n in range(3)]
        for n, day in enumerate(days):
            publish(store, f"v{n}", day)
        store.rollback("v0")
        store.restore("v1")
        assert store.flip("v1").outcome is Outcome.MOVED
        assert publish(store, "v2 again", days[2]) is Outcome.WITHDRAWN
        assert publish(store, "v1 again", days[1]) is Outcome.MOVED

    def test_letting_the_pointer_go_after_a_rollback_goes_to_no_day_between(self, store: ServingStore) -> None:
        for n in range(3):
            publish(store, f"v{n}", DAY + timedelta(days=n))
        store.pin()
        store.rollback("v0")
        assert store.unpin() == "v0"

    def test_a_rolled_back_version_that_was_damaged_is_made_again_and_kept(self, store: ServingStore) -> None:
        publish(store, "v1")
        publish(store, "v2", DAY + timedelta(days=1))
        store.rollback()
        store.drop("v2")
        assert publish(store, "v2", DAY + timedelta(days=1)) is Outcome.WITHDRAWN
        assert (store.current(), store.settled("v2", DAY + timedelta(days=1))) == ("v1", True)

    def test_a_day_between_that_was_pruned_is_withheld_too(self, store: ServingStore) -> None:
        publish(store, "v0")
        store.pin("v0")
        for n in range(1, 5):
            publish(store, f"v{n}", DAY + timedelta(days=n))
        store.unpin()
        store.rollback("v0")
        assert store.prune() == ["v1"]
        assert publish(store, "v1", DAY + timedelta(days=1)) is Outcome.WITHDRAWN

    def test_what_a_rollback_would_serve_stays_however_many_were_withdrawn_since(self, store: ServingStore) -> None:
        for n in range(3):
            publish(store, f"v{n}", DAY + timedelta(days=n))
        store.rollback()
        publish(store, "again", DAY + timedelta(days=2))
        publish(store, "v3", DAY + timedelta(days=3))
        store.prune()
        assert store.rollback() == "v1"
        publish(store, "v4", DAY + timedelta(days=4))
        store.prune()
        assert store.rollback() == "v1"

    def test_a_withdrawn_version_can_be_restored(self, store: ServingStore) -> None:
        publish(store, "v1")
        publish(store, "v2")
        store.rollback()
        store.restore("v2")
        assert store.flip("v2").outcome is Outcome.MOVED

    def test_rollback_to_a_named_version(self, store: ServingStore) -> None:
        for n in (1, 2, 3):
            publish(store, f"v{n}", DAY + timedelta(days=n))
        assert store.rollback("v1") == "v1"
        assert next((v.version, v.state) for v in store.versions()) == ("v3", State.WITHDRAWN)
        with pytest.raises(UsageError, match="no version"):
            store.rollback("v9")
        with pytest.raises(UsageError, match="no earlier version"):
            store.rollback()
