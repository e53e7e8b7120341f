"""What every serving store must do; a store's test subclasses this and gives ``store``."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from schemas.errors import Daily30Error, Locked, UsageError
from tests.contracts.announced import AnnouncedContract
from tests.contracts.forgetting import ForgettingContract
from tests.contracts.rollback import RollbackContract
from tests.contracts.store_rows import DAY, payload, publish, write
from tests.ids import HOSTILE_IDS
from warehouse.serving import ServingStore
from warehouse.serving.store import Outcome


class Lease:
    """A lease that a test may lose."""

    def __init__(self) -> None:
        self.held, self.checks = True, 0

    def __call__(self) -> None:
        self.checks += 1
        if not self.held:
            raise Locked("the lease of 2026-11-21 was taken by another run")


class ServingStoreContract(ForgettingContract, RollbackContract, AnnouncedContract):
    """Subclasses provide fixtures ``store`` (fresh, its lease check being ``lease``) and ``lease``."""

    @pytest.fixture
    def lease(self) -> Lease:
        return Lease()

    def test_nothing_published_yet(self, store: ServingStore) -> None:
        assert store.current() is None
        assert store.versions() == []
        with pytest.raises(UsageError, match="nothing has been published"), store.reading():
            pass

    def test_a_version_is_invisible_until_flipped(self, store: ServingStore) -> None:
        publish(store, "v1")
        write(store, "v2")
        with store.reading() as served:
            assert (served.version, served.ds) == ("v1", DAY)
            assert served.user_list("用户三") == payload("v1", "用户三")
            assert served.review("t-1", "zh") == {"made_in": "v1", "paragraphs": ["雨声"]}
            assert json.loads(served.list_json("用户三")) == payload("v1", "用户三")
            assert json.loads(served.review_json("t-1", "zh")) == served.review("t-1", "zh")
            assert served.track("t-1") == json.loads(served.track_json("t-1")) == {"made_in": "v1", "title": "雨"}
        assert store.flip("v2").outcome is Outcome.MOVED
        assert store.current() == "v2"

    def test_unknown_users_and_reviews_are_none(self, store: ServingStore) -> None:
        publish(store, "v1")
        with store.reading() as served:
            assert served.user_list("nobody") is None
            assert served.user_list("") is None
            assert served.review("t-1", "en") is None
            assert served.list_json("nobody") is None
            assert served.review_json("t-1", "en") is None
            assert (served.track("t-9"), served.track_json("t-9")) == (None, None)
            assert served.near_user_ids("u-11", limit=2) == ["u-1", "u-2"]

    def test_ids_keep_their_form_and_never_share_a_row(self, store: ServingStore) -> None:
        """Listeners and tracks whose ids differ by a sign, a case or a form of Unicode are different ones."""
        assert store.begin("v1", DAY)
        lists = store.write_lists("v1", ((u, {"user_id": u}) for u in HOSTILE_IDS))
        asked = [(t, language) for t in HOSTILE_IDS for language in ("en", "zh")]
        reviews = store.write_reviews("v1", ((t, lang, {"of": t, "in": lang}) for t, lang in asked))
        store.seal("v1", lists=lists, songs=0, reviews=reviews)
        store.flip("v1")
        with store.reading() as served:
            assert [served.user_list(u) for u in HOSTILE_IDS] == [{"user_id": u} for u in HOSTILE_IDS]
            assert [served.review(t, lang) for t, lang in asked] == [{"of": t, "in": lang} for t, lang in asked]
            assert served.user_list("fo") is None

    def test_the_same_version_twice_writes_nothing(self, store: ServingStore) -> None:
        assert publish(store, "v1") is Outcome.MOVED
        before = store.versions()
        assert not store.begin("v1", DAY)
        assert store.flip("v1").outcome is Outcome.ALREADY
        assert store.versions() == before

    def test_a_half_written_version_starts_over(self, store: ServingStore) -> None:
        publish(store, "v1")
        assert store.begin("v2", DAY)
        store.write_lists("v2", [("u-1", payload("v2", "u-1"))])
        with pytest.raises(UsageError, match="not sealed"):
            store.flip("v2")
        assert store.current() == "v1"
        assert publish(store, "v2") is Outcome.MOVED
        with store.reading() as served:
            assert served.user_list("u-2") == payload("v2", "u-2")

    def test_seal_counts_the_rows(self, store: ServingStore) -> None:
        store.begin("v1", DAY)
        store.write_lists("v1", [("u-1", payload("v1", "u-1"))])
        with pytest.raises(Daily30Error, match="1 lists"):
            store.seal("v1", lists=2, songs=60, reviews=0)
        with pytest.raises(Daily30Error, match="0 tracks"):
            store.seal("v1", lists=1, songs=30, reviews=0, tracks=1)
        with pytest.raises(UsageError):
            store.flip("v1")

    def test_the_flip_checks_the_lease(self, store: ServingStore, lease: Lease) -> None:
        publish(store, "v1")
        write(store, "v2")
        checks = lease.checks
        lease.held = False
        with pytest.raises(Locked):
            store.flip("v2")
        assert lease.checks == checks + 1
        assert store.current() == "v1"
        lease.held = True
        assert store.flip("v2").outcome is Outcome.MOVED

    def test_a_run_without_its_lease_begins_prunes_and_holds_nothing_back(
        self, store: ServingStore, lease: Lease
    ) -> None:
        for n in range(4):
            publish(store, f"v{n}", DAY + timedelta(days=n))
        write(store, "late")
        store.begin("half", DAY)
        before = store.versions()
        lease.held = False
        for act in (
            lambda: store.begin("other", DAY),
            lambda: store.begin("half", DAY),
            lambda: store.begin("v3", DAY + timedelta(days=3)),
            lambda: store.prune(ds=DAY),
            lambda: store.flip("late"),
            lambda: store.flip("v3"),
        ):
            with pytest.raises(Locked):
                act()
        assert store.versions() == before

    def test_a_pin_holds_the_pointer(self, store: ServingStore) -> None:
        publish(store, "v1")
        assert store.pin() == "v1"
        assert publish(store, "v2", DAY + timedelta(days=1)) is Outcome.PINNED
        assert store.current() == "v1"
        assert [v.version for v in store.versions() if v.pinned] == ["v1"]
        assert store.unpin() == "v2"
        with pytest.raises(UsageError, match="nothing is pinned"):
            store.unpin()

    def test_an_older_day_does_not_replace_a_newer_one(self, store: ServingStore) -> None:
        publish(store, "v1", DAY)
        assert publish(store, "old", DAY - timedelta(days=5)) is Outcome.OLDER
        assert store.current() == "v1"

    def test_a_corrected_night_replaces_itself(self, store: ServingStore) -> None:
        publish(store, "v1", DAY)
        assert publish(store, "v1-corrected", DAY) is Outcome.MOVED

    def test_prune_keeps_three_the_current_the_pinned_and_the_one_before(self, store: ServingStore) -> None:
        for n in range(7):
            publish(store, f"v{n}", DAY + timedelta(days=n))
        store.pin("v2")
        assert store.prune(keep=1) == ["v0", "v3"]
        assert [v.version for v in store.versions()] == ["v6", "v5", "v4", "v2", "v1"]
        with store.reading(version="v4") as served:
            assert served.user_list("u-1") == payload("v4", "u-1")

    def test_a_dropped_version_gives_way_to_the_one_before_until_it_is_published_again(
        self, store: ServingStore
    ) -> None:
        publish(store, "v0")
        publish(store, "v1", DAY + timedelta(days=1))
        assert store.damaged() == []
        store.drop("v1")
        assert (store.current(), store.damaged()) == ("v0", [])
        assert not store.settled("v1", DAY + timedelta(days=1))
        assert publish(store, "v1", DAY + timedelta(days=1)) is Outcome.MOVED
        store.drop("v1")
        store.drop("v0")
        assert store.current() is None
        assert publish(store, "v0") is Outcome.MOVED

    def test_a_store_written_anew_holds_what_it_held(self, store: ServingStore) -> None:
        publish(store, "v0")
        publish(store, "v1", DAY + timedelta(days=1))
        store.pin("v0")
        before = store.versions()
        store.rewrite()
        assert (store.versions(), store.damaged()) == (before, [])
        assert publish(store, "v2", DAY + timedelta(days=2)) is Outcome.PINNED

    def test_a_store_set_aside_starts_anew(self, store: ServingStore) -> None:
        publish(store, "v0")
        assert store.set_aside()
        assert store.current() is None
        assert publish(store, "v0") is Outcome.MOVED

    def test_two_days_at_once_leave_each_other_s_version_alone(self, store: ServingStore) -> None:
        """In a young store the run that was done first removed what the other was writing."""
        earlier = DAY - timedelta(days=1)
        assert store.begin("slow", earlier)
        assert store.begin("left behind", DAY)
        publish(store, "quick", DAY)
        assert store.prune(ds=DAY) == ["left behind"]
        lists = store.write_lists("slow", [("u-1", payload("slow", "u-1"))])
        store.seal("slow", lists=lists, songs=30, reviews=0)
        assert store.flip("slow").outcome is Outcome.OLDER
        with store.reading(ds=earlier) as served:
            assert served.user_list("u-1") == payload("slow", "u-1")

    def test_an_unfinished_version_of_another_day_is_never_pruned(self, store: ServingStore) -> None:
        assert store.begin("slow", DAY)
        for n in range(1, 6):
            publish(store, f"v{n}", DAY + timedelta(days=n))
            store.prune(ds=DAY + timedelta(days=n))
        assert "slow" in [v.version for v in store.versions()]

    def test_a_backfill_does_not_push_out_what_a_rollback_needs(self, store: ServingStore) -> None:
        for n in range(3):
            publish(store, f"v{n}", DAY + timedelta(days=n))
        publish(store, "old", DAY - timedelta(days=9))
        assert store.prune() == ["old"]
        assert store.rollback() == "v1"

    def test_an_open_snapshot_survives_flip_and_prune(self, store: ServingStore) -> None:
        publish(store, "v0")
        with store.reading() as served:
            for n in range(1, 6):
                publish(store, f"v{n}", DAY + timedelta(days=n))
            store.prune()
            assert "v0" not in [v.version for v in store.versions()]
            assert served.user_list("u-1") == payload("v0", "u-1")
            assert served.review("t-1", "zh") is not None

    def test_reading_a_day_or_a_version(self, store: ServingStore) -> None:
        publish(store, "v1", DAY)
        publish(store, "v2", DAY + timedelta(days=1))
        with store.reading(ds=DAY) as served:
            assert served.version == "v1"
        with pytest.raises(UsageError, match="2026-11-22"), store.reading(ds=DAY + timedelta(days=7)):
            pass

    def test_what_is_here_and_served_is_settled(self, store: ServingStore) -> None:
        assert not store.settled("v1", DAY), "nothing is here"
        write(store, "v1")
        assert not store.settled("v1", DAY), "sealed, not yet served"
        store.flip("v1")
        assert store.settled("v1", DAY)
        assert not store.settled("v2", DAY)
        store.begin("v2", DAY)
        assert not store.settled("v2", DAY), "half written"
        publish(store, "v2", DAY)
        assert not store.settled("v1", DAY), "the same day as it was before: publishing would serve it again"

    def test_what_stands_aside_for_a_reason_is_settled(self, store: ServingStore) -> None:
        for n in range(3):
            publish(store, f"v{n}", DAY + timedelta(days=n))
        assert store.settled("v0", DAY), "a newer day is served"
        store.rollback("v0")
        assert store.settled("v2", DAY + timedelta(days=2)), "rolled back"
        assert store.settled("v1", DAY + timedelta(days=1)), "whoever rolled back past it meant it"
        store.pin("v1")
        assert store.settled("v0", DAY)

    def test_an_old_day_that_is_pruned_is_settled(self, store: ServingStore) -> None:
        for n in range(4):
            publish(store, f"v{n}", DAY + timedelta(days=n))
        store.prune()
        assert store.settled("v0", DAY)
        assert not store.settled("other", DAY + timedelta(days=1)), "would be kept: two newer days"

    def test_a_store_that_stays_open_is_read_by_many_threads_and_sees_each_flip_at_once(
        self, store: ServingStore
    ) -> None:
        store.stay_open()
        for n in range(5):
            publish(store, f"v{n}", DAY + timedelta(days=n))
            with ThreadPoolExecutor(4) as threads:
                found = list(threads.map(lambda _: self._read(store), range(12)))
            assert found == [(f"v{n}", payload(f"v{n}", "u-1"))] * 12
        store.rollback()
        assert self._read(store)[0] == "v3"
        store.close()
        assert self._read(store)[0] == "v3"

    def _read(self, store: ServingStore) -> tuple[str, object]:
        with store.reading() as served:
            return served.version, served.user_list("u-1")
