"""Which server, which keys: what the setting says, and what is said when nobody answers there."""

from __future__ import annotations

from pathlib import Path

import pytest
import redis

from schemas.errors import OutsideServiceError, UsageError
from tests.contracts.store_rows import publish
from tests.warehouse.serving.redis.conftest import Open
from tests.warehouse.serving.redis.test_interrupted import whole
from warehouse.serving import open_serving_store


def test_stores_of_other_prefixes_and_other_keys_are_left_alone(url: str, client: redis.Redis, tmp_path: Path) -> None:
    """Also where a prefix reads as a pattern."""
    client.set("somebody's", "else")
    client.set("axb:7:lists", "somebody else's")
    stores = [
        open_serving_store(tmp_path, {"url": f"{url}?prefix={prefix}"}, lease_check=lambda: None)
        for prefix in ("a*b:", "a*b:c:", "b-[x]:")
    ]
    for n, store in enumerate(stores):
        publish(store, f"v{n}")
    assert [whole(store) for store in stores] == ["v0", "v1", "v2"]
    stores[1].set_aside()
    stores[2].rewrite()
    assert [store.current() for store in stores] == ["v0", None, "v2"]
    assert [store.damaged() for store in stores] == [[], [], []]
    assert (client.get("somebody's"), client.get("axb:7:lists")) == (b"else", b"somebody else's")


def test_a_prefix_that_begins_another_takes_nothing_of_it(url: str, client: redis.Redis, tmp_path: Path) -> None:
    client.set("p:sessions:7", "an app's")
    outer, inner, dated = (
        open_serving_store(tmp_path, {"url": f"{url}?prefix={prefix}"}, lease_check=lambda: None)
        for prefix in ("p:", "p:staging:", "p:2026:")
    )
    for store in (outer, inner, dated):
        publish(store, "v1")
    outer.rewrite()
    outer.set_aside()
    assert (outer.current(), whole(inner), whole(dated)) == (None, "v1", "v1")
    assert client.get("p:sessions:7") == b"an app's"
    publish(outer, "v2")
    assert whole(outer) == "v2"


@pytest.mark.parametrize("words", ["?db=staging", "?db=", "?prefix=", "?db=1&db=x"])
def test_what_names_no_database_is_told(url: str, tmp_path: Path, words: str) -> None:
    with pytest.raises(UsageError, match="names no database or prefix"):
        open_serving_store(tmp_path, {"url": url + words}).current()
    with pytest.raises(UsageError, match="names no database or prefix"):
        open_serving_store(tmp_path, {"url": "redis://127.0.0.1:9/staging"}).current()


def test_a_database_of_its_own(url: str, client: redis.Redis, tmp_path: Path) -> None:
    store = open_serving_store(tmp_path, {"url": f"{url}?db=3"}, lease_check=lambda: None)
    publish(store, "v1")
    assert list(client.scan_iter()) == []
    assert whole(store) == "v1"


def test_nobody_answers(tmp_path: Path) -> None:
    store = open_serving_store(tmp_path, {"url": "redis://me:swordfish@127.0.0.1:9/0"}, lease_check=lambda: None)
    for ask in (store.current, store.damaged, lambda: publish(store, "v1"), lambda: store.reading().__enter__()):
        with pytest.raises(OutsideServiceError) as told:
            ask()
        assert "redis://127.0.0.1:9/0" in told.value.message
        assert "`[serving] url`" in told.value.fix
        assert "swordfish" not in str(told.value)


def test_a_password_that_is_wrong_and_one_that_is_right(url: str, client: redis.Redis, tmp_path: Path) -> None:
    client.config_set("requirepass", "swordfish")
    try:
        for words in ("", "?password=tuna"):
            with pytest.raises((OutsideServiceError, UsageError)) as told:
                open_serving_store(tmp_path, {"url": url + words}).current()
            assert "tuna" not in str(told.value)
        right = url.replace("unix://", "unix://:swordfish@")
        assert open_serving_store(tmp_path, {"url": right}).current() is None
        wrong = url.replace("unix://", "unix://:tuna@")
        with pytest.raises(OutsideServiceError, match="password") as told:
            open_serving_store(tmp_path, {"url": wrong}).current()
        assert "tuna" not in str(told.value)
    finally:
        client.config_set("requirepass", "")


def test_a_word_of_the_address_that_means_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="unknown word 'pefix'"):
        open_serving_store(tmp_path, {"url": "redis://localhost/0?pefix=a"})


def test_a_user_who_may_not_write(url: str, client: redis.Redis, opened: Open, tmp_path: Path) -> None:
    publish(opened(), "v0")
    client.acl_setuser("app", enabled=True, passwords=["+x"], keys=["daily30:*"], categories=["+@read", "+@connection"])
    store = open_serving_store(tmp_path, {"url": url.replace("unix://", "unix://app:x@")}, lease_check=lambda: None)
    try:
        assert whole(store) == "v0"
        with pytest.raises(OutsideServiceError) as told:
            store.pin()
        assert "may write" in told.value.fix
    finally:
        client.acl_deluser("app")
