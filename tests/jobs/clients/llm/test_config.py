"""Settings of the endpoint: typed, checked, and named when they do not fit."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from jobs.clients.llm.client import open_llm
from jobs.clients.llm.config import configured
from schemas.errors import UsageError
from tests.jobs.clients.llm.asks import ask
from tests.worlds.endpoint import said, serving

GIVEN = {"base_url": "https://x/v1", "api_key": "k", "model": "m"}


def test_texts_of_the_environment_become_values() -> None:
    config = configured(
        GIVEN | {"concurrency": "16", "batch": "true", "price_prefix": "0.5", "api_key": SecretStr(" k\n")}
    )
    assert config is not None
    assert config.concurrency == 16
    assert config.batch is True
    assert config.price_prefix == 0.5
    assert config.api_key.get_secret_value() == "k"
    assert "'k'" not in repr(config)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("concurrency", "many"), ("concurrency", 0), ("batch", "perhaps"), ("listener_field", "email"),
        ("timeout_s", -1), ("base_url", "ftp://x"), ("base_url", "x"), ("model", ""), ("modle", "m"),
        ("api_key", "sk-密钥"), ("api_key", "sk-a\nb"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named(name: str, value: Any) -> None:
    with pytest.raises(UsageError, match=rf"llm\.{name}") as error:
        configured(GIVEN | {name: value})
    assert "sk-" not in str(error.value)


def test_an_address_that_cannot_be_one_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"llm\.base_url"):
        open_llm(tmp_path, GIVEN | {"base_url": "http://x:port/v1"})


def test_what_is_written_down_of_an_address_holds_no_password() -> None:
    config = configured(GIVEN | {"base_url": "https://me:pa55@x.example:8443/v1?token=t0k"})
    assert config is not None
    assert config.endpoint == "https://x.example:8443/v1"


def test_old_answers_are_forgotten_and_what_they_cost_is_not(tmp_path: Path) -> None:
    with serving(lambda request, number: said('{"ok": 1}')) as endpoint:
        settings = GIVEN | {"base_url": endpoint.url, "keep_nights": 10}
        for ds, calls in ((date(2026, 5, 1), 1), (date(2026, 5, 11), 1), (date(2026, 5, 12), 2), (date(2026, 5, 1), 2)):
            client = open_llm(tmp_path, settings, ds=ds)
            assert client is not None
            client.ask_all([ask()])
            assert len(endpoint.requests) == calls
            assert client.usage().tokens_taken in (0, 50)
            client.close()
