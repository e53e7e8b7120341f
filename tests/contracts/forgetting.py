"""What every serving store must do when a user is erased; part of the contract of stores."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.contracts.store_rows import DAY, NEXT, USERS, payload, publish
from tests.ids import HOSTILE_IDS
from warehouse.serving import ServingStore


class ForgettingContract:
    """Subclasses provide fixture ``store``."""

    def test_a_user_goes_from_every_version_and_others_stay(self, store: ServingStore) -> None:
        publish(store, "v1", DAY)
        publish(store, "v2", NEXT)
        assert store.forget_user("u-1") == ["v1", "v2"]
        for version in ("v1", "v2"):
            with store.reading(version=version) as served:
                assert served.list_json("u-1") is None
                assert "u-1" not in served.near_user_ids("u-1")
                assert [served.user_list(u) for u in USERS[1:]] == [payload(version, u) for u in USERS[1:]]
                assert served.review("t-1", "zh") == {"made_in": version, "paragraphs": ["雨声"]}
        assert store.damaged() == []
        assert [(v.lists, v.songs, v.reviews, v.current) for v in store.versions()] == [
            (2, 60, 1, True),
            (2, 60, 1, False),
        ]

    def test_forgetting_again_or_nobody_changes_nothing(self, store: ServingStore) -> None:
        assert store.forget_user("u-1") == []
        publish(store, "v1")
        store.forget_user("u-1")
        before = store.versions()
        for nobody in ("u-1", "u", "u-", "", "nobody"):
            assert store.forget_user(nobody) == []
        assert (store.versions(), store.damaged()) == (before, [])

    def test_ids_that_look_alike_are_others(self, store: ServingStore) -> None:
        assert store.begin("v1", DAY)
        lists = store.write_lists("v1", ((u, {"user_id": u}) for u in HOSTILE_IDS))
        store.seal("v1", lists=lists, songs=0, reviews=0)
        store.flip("v1")
        left = list(HOSTILE_IDS)
        for user in ("foo", "a*", "*", "a b", "caf\u00e9"):
            assert store.forget_user(user) == ["v1"]
            left.remove(user)
        with store.reading() as served:
            assert [u for u in HOSTILE_IDS if served.list_json(u) is not None] == left
        assert store.damaged() == []

    @pytest.mark.parametrize("user", ["u-0010", "u-0499"])
    def test_a_large_version_is_whole_without_a_user(self, store: ServingStore, user: str) -> None:
        """What rows are packed with is learnt from rows: it must not keep the id."""
        users = [f"u-{n:04}" for n in range(500)]
        assert store.begin("v1", DAY)
        lists = store.write_lists("v1", ((u, payload("v1", u)) for u in users))
        store.seal("v1", lists=lists, songs=30 * lists, reviews=0)
        store.flip("v1")
        assert store.forget_user(user) == ["v1"]
        assert store.damaged() == []
        with store.reading() as served:
            assert [u for u in users if served.user_list(u) != payload("v1", u)] == [user]
        assert self._bytes_of(store).find(user.encode()) == -1

    def test_a_later_night_is_published_as_ever(self, store: ServingStore) -> None:
        publish(store, "v1")
        store.forget_user("u-1")
        publish(store, "v2", DAY + timedelta(days=1))
        with store.reading() as served:
            assert served.user_list("u-2") == payload("v2", "u-2")

    def _bytes_of(self, store: ServingStore) -> bytes:
        """All that lies in the store, where a test can see it; a store that it can overrides this."""
        return b""
