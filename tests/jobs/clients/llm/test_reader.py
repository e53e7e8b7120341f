"""The second reader's client: its own endpoint, model and key where it has them, under one ceiling with the writer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from features.words.model.asking import Why
from jobs.clients.llm.client import LlmClient
from jobs.clients.llm.config import configured
from jobs.clients.llm.usage import READER, usage
from jobs.run import fingerprint
from jobs.run.task import ToolSpec
from schemas.errors import UsageError
from tests.jobs.clients.llm.asks import KEY, NIGHT, ask, open_client
from tests.worlds.endpoint import Reply, said, serving

GIVEN = {"base_url": "https://writer/v1", "api_key": "k", "model": "m"}
OTHER = {"reader": "careful", "reader_base_url": "https://reader/v1", "reader_api_key": "k2"}


def second(**settings: Any) -> tuple[str, str, str, float]:
    config = configured(GIVEN | settings)
    assert config is not None
    its = config.second
    return its.base_url, its.model, its.api_key.get_secret_value(), its.temperature


def test_what_is_not_its_own_is_the_writers() -> None:
    assert second(reader="careful") == ("https://writer/v1", "careful", "k", 0.0)
    assert second(reader="careful", reader_api_key="k2") == ("https://writer/v1", "careful", "k2", 0.0)
    assert second(**OTHER) == ("https://reader/v1", "careful", "k2", 0.0)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"reader_base_url": "https://reader/v1"}, "reader is missing"),
        ({"reader_api_key": "sk-k2"}, "reader is missing"),
        ({"reader": "careful", "reader_base_url": "https://reader/v1"}, "reader_api_key is missing"),
        ({"reader": "careful", "reader_base_url": "ftp://reader"}, "reader_base_url"),
        ({"reader": "careful", "reader_api_key": "sk-密钥"}, "reader_api_key"),
        ({"reader": "careful", "reader_tokens": 0}, "reader_tokens"),
    ],
)
def test_what_does_not_fit_is_named(settings: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says) as error:
        configured(GIVEN | settings)
    assert "sk-" not in str(error.value)


def test_without_one_there_is_none(tmp_path: Path) -> None:
    assert open_client(tmp_path, "http://127.0.0.1:9/v1").reader is None


def test_who_reads_is_a_cause_of_what_is_published_and_its_key_is_not_told() -> None:
    (told,) = fingerprint.tools_text([ToolSpec("llm", "m:f", GIVEN | OTHER)]).values()
    assert (told["reader"], told["reader_base_url"], told["reader_api_key"]) == (
        "careful",
        "https://reader/v1",
        "given",
    )


def both(home: Path, writer: str, reader: str, **settings: Any) -> LlmClient:
    return open_client(home, writer, reader="careful", reader_base_url=reader, reader_api_key="k2", **settings)


def test_each_is_asked_at_its_own_place_and_counted_by_itself(tmp_path: Path) -> None:
    with serving(lambda *_: said('{"ok": 1}')) as one, serving(lambda *_: said('{"ok": 2}', tokens=30)) as other:
        client = both(tmp_path, one.url, other.url)
        assert client.reader is not None
        assert [a.found for a in client.ask_all([ask(1), ask(2)])] == [{"ok": 1}] * 2
        assert [a.found for a in client.reader.ask_all([ask(1)])] == [{"ok": 2}]
        assert [a.cached for a in client.reader.ask_all([ask(1)])] == [True]
        client.close()
    assert {request["model"] for request in one.requests} == {"tiny"}
    (request,) = other.requests
    assert (request["model"], request["temperature"]) == ("careful", 0.0)
    assert {k.lower(): v for k, v in other.heads[0].items()}["authorization"] == "Bearer k2"
    assert KEY not in json.dumps(other.requests) + json.dumps(other.heads)
    mine, its = usage(tmp_path, NIGHT), usage(tmp_path, NIGHT, READER)
    assert (mine.asks, mine.calls, mine.tokens_in + mine.tokens_out) == (2, 2, 100)
    assert (its.asks, its.asks_cached, its.calls, its.tokens_in + its.tokens_out) == (2, 1, 1, 30)
    assert mine.tokens_taken == its.tokens_taken == 130


def test_one_ceiling_holds_for_both(tmp_path: Path) -> None:
    with serving(lambda *_: said('{"ok": 1}', tokens=300)) as one, serving(lambda *_: said('{"ok": 2}')) as other:
        client = both(tmp_path, one.url, other.url, night_tokens=1000)
        assert client.reader is not None
        client.ask_all([ask(n) for n in range(2)])
        assert [a.why for a in client.reader.ask_all([ask(n) for n in range(9)])] == [Why.CEILING] * 9
        assert other.requests == []
        client.close()
    assert usage(tmp_path, NIGHT).tokens_taken <= 1000
    assert usage(tmp_path, NIGHT, READER).failures == {Why.CEILING: 9}
    assert usage(tmp_path, NIGHT).failures == {}


def test_a_reader_that_wants_nobody_does_not_keep_the_writer_from_writing(tmp_path: Path) -> None:
    def answer(request: dict[str, Any], _: int) -> Reply:
        return said('{"ok": 1}') if request["model"] == "tiny" else (401, {}, b"{}")

    with serving(answer) as endpoint:
        client = open_client(tmp_path, endpoint.url, reader="careful")
        assert client.reader is not None
        assert [a.why for a in client.reader.ask_all([ask(1), ask(2)])] == [Why.DOWN] * 2
        assert [a.found for a in client.ask_all([ask(1), ask(2)])] == [{"ok": 1}] * 2
        client.close()
