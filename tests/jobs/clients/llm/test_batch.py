"""Batches: made, waited for, fetched later, and what they do not deliver asked directly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from features.words.model.asking import Answer, Why
from jobs.clients.llm.client import LlmClient
from tests.jobs.clients.llm.asks import ask, open_client
from tests.jobs.clients.llm.batches import Batches
from tests.worlds.endpoint import Endpoint, Reply, completion, error, said, serving

GOOD = said('{"ok": 1}')


def good(_: dict[str, Any]) -> dict[str, Any]:
    return completion('{"ok": 2}', tokens=40)


def partly(body: dict[str, Any]) -> dict[str, Any] | None:
    """Every third ask is not answered."""
    return None if int(body["messages"][1]["content"].split()[1]) % 3 == 0 else good(body)


def direct(request: dict[str, Any], number: int) -> Reply:
    return GOOD


def batching(home: Path, endpoint: Endpoint, **extra: Any) -> LlmClient:
    return open_client(home, endpoint.url, **({"batch": True, "batch_from": 5, "concurrency": 2} | extra))


def found(answers: list[Answer]) -> list[int | None]:
    return [None if a.found is None else a.found["ok"] for a in answers]


def test_many_asks_go_as_one_batch_after_the_first_taught_what_is_understood(tmp_path: Path) -> None:
    batches = Batches(good, looks=2)

    def picky(request: dict[str, Any], number: int) -> Reply:
        plain = request.get("response_format", {}).get("type") == "json_object"
        return GOOD if plain else error(400, "no response_format, no tools")

    with serving(picky, route=batches) as endpoint:
        client = batching(tmp_path, endpoint)
        assert found(client.ask_all([ask(n) for n in range(12)])) == [1] + [2] * 11
        assert len(batches.made) == 1
        assert len(batches.lines) == 11
        assert len(endpoint.requests) == 3
        assert {line["body"]["response_format"]["type"] for line in batches.lines} == {"json_object"}
        used = client.usage()
        assert used.batch_tokens_in + used.batch_tokens_out == 11 * 40
        assert used.tokens_taken == 11 * 40 + 50
        assert used.tokens_reserved == 0
        assert used.calls == 3 + 11
        again = batching(tmp_path, endpoint).ask_all([ask(n) for n in range(12)])
        assert all(a.cached for a in again)
        assert len(batches.made) == 1


def test_few_asks_go_directly(tmp_path: Path) -> None:
    batches = Batches(good)
    with serving(direct, route=batches) as endpoint:
        assert found(batching(tmp_path, endpoint).ask_all([ask(n) for n in range(4)])) == [1] * 4
    assert not batches.made


@pytest.mark.parametrize("status", [400, 403, 404, 405, 501])
def test_an_endpoint_without_batches_is_asked_directly_and_remembered(tmp_path: Path, status: int) -> None:
    tried = []

    def none_here(method: str, path: str, body: bytes) -> Reply:
        tried.append(path)
        return error(status)

    with serving(direct, route=none_here) as endpoint:
        assert found(batching(tmp_path, endpoint).ask_all([ask(n) for n in range(12)])) == [1] * 12
        assert found(batching(tmp_path, endpoint).ask_all([ask(n) for n in range(20, 32)])) == [1] * 12
        assert tried == ["/v1/files"]
        assert batching(tmp_path, endpoint).usage().tokens_taken == 24 * 50


def test_what_a_batch_leaves_out_is_asked_directly(tmp_path: Path) -> None:
    for n, ends in enumerate(("completed", "expired", "cancelled", "failed")):
        with serving(direct, route=Batches(partly, ends=ends)) as endpoint:
            client = batching(tmp_path / str(n), endpoint)
            answers = client.ask_all([ask(n) for n in range(13)])
            assert found(answers) == [1 if n % 3 == 0 else 2 for n in range(13)]
            assert client.usage().tokens_taken == 5 * 50 + 8 * 40
            assert client.usage().tokens_reserved == 0


def test_a_result_file_full_of_nonsense_is_survived(tmp_path: Path) -> None:
    batches = Batches(lambda body: completion("la la"))
    with serving(direct, route=batches) as endpoint:
        nonsense = (
            b'\n{"custom_id": 7}\n[]\nnot json\n{"custom_id": "x", "response": {"status_code": 200, "body": 1}}\n'
        )
        batches.fail["GET /files/out-batch-0/content"] = lambda: (200, {}, nonsense)
        assert found(batching(tmp_path, endpoint).ask_all([ask(n) for n in range(9)])) == [1] * 9


def test_unreadable_lines_are_paid_once(tmp_path: Path) -> None:
    with serving(direct, route=Batches(lambda body: completion("la la"))) as endpoint:
        client = batching(tmp_path, endpoint)
        answers = client.ask_all([ask(n) for n in range(9)])
        assert {a.why for a in answers[1:]} == {Why.UNREADABLE}
        assert client.usage().failures == {Why.UNREADABLE: 8}
        assert len(endpoint.requests) == 1
        client.ask_all([ask(n) for n in range(9)])
        assert len(endpoint.requests) == 1


def test_a_batch_that_is_not_done_in_time_is_fetched_by_the_next_run(tmp_path: Path) -> None:
    batches = Batches(good, looks=10**6)
    with serving(direct, route=batches) as endpoint:
        client = batching(tmp_path, endpoint, batch_wait_s=0.15)
        answers = client.ask_all([ask(n) for n in range(9)])
        assert [a.why for a in answers] == [None] + [Why.DEADLINE] * 8
        assert client.usage().tokens_reserved > 0
        assert len(endpoint.requests) == 1
        client.close()
        batches.looks = 0
        later = batching(tmp_path, endpoint, night="2026-05-21", batch=False)
        assert found(later.ask_all([ask(n) for n in range(9)])) == [1] + [2] * 8
        assert len(batches.made) == 1
        assert len(endpoint.requests) == 1
        assert later.usage().tokens_taken == 0


def test_a_batch_keeps_to_the_ceiling(tmp_path: Path) -> None:
    with serving(direct, route=Batches(good)) as endpoint:
        client = batching(tmp_path, endpoint, night_tokens=1500)
        answers = client.ask_all([ask(n) for n in range(40)])
        assert client.usage().tokens_taken <= 1500
        whys = [a.why for a in answers]
        assert whys == sorted(whys, key=lambda why: why is not None)
        assert None in whys
        assert Why.CEILING in whys


def test_long_files_are_cut_into_batches(tmp_path: Path) -> None:
    batches = Batches(good)
    with serving(direct, route=batches) as endpoint:
        answers = batching(tmp_path, endpoint, batch_lines=4).ask_all([ask(n) for n in range(12)])
        assert found(answers) == [1] + [2] * 11
        assert len(batches.made) == 3


def test_an_endpoint_that_stumbles_while_we_wait(tmp_path: Path) -> None:
    stumbles = iter([error(500), error(429), None, error(502)])
    batches = Batches(good, looks=1)
    batches.fail["GET /(batches/.*|files/.*)"] = lambda: next(stumbles, None)
    with serving(direct, route=batches) as endpoint:
        assert found(batching(tmp_path, endpoint).ask_all([ask(n) for n in range(9)])) == [1] + [2] * 8


def test_a_batch_the_endpoint_forgot_counts_as_spent(tmp_path: Path) -> None:
    batches = Batches(good, looks=10**6)
    with serving(direct, route=batches) as endpoint:
        client = batching(tmp_path, endpoint, batch_wait_s=0.05)
        client.ask_all([ask(n) for n in range(9)])
        held = client.usage().tokens_reserved
        batches.made.clear()
        again = batching(tmp_path, endpoint)
        assert found(again.ask_all([ask(n) for n in range(9)])) == [1] * 9
        assert again.usage().tokens_assumed == held > 0
        assert again.usage().tokens_reserved == 0


def test_a_batch_that_may_have_been_made_is_looked_for(tmp_path: Path) -> None:
    """The reply to its making got lost: the batch is found by our token."""
    batches = Batches(good)
    with serving(direct, route=batches) as endpoint:
        create = batches._create
        batches._create = lambda given: (create(given), error(500))[1]  # type: ignore[method-assign]
        assert found(batching(tmp_path, endpoint).ask_all([ask(n) for n in range(9)])) == [1] + [2] * 8
        assert len(batches.made) == 1


def test_lines_carry_nothing_of_the_listener_unless_wished(tmp_path: Path) -> None:
    batches = Batches(good)
    with serving(direct, route=batches) as endpoint:
        batching(tmp_path, endpoint).ask_all([ask(n, listener=f"hash{n}") for n in range(9)])
    assert "hash" not in json.dumps(batches.lines)
