"""The client against servers that others wrote: transformers serve, the litellm proxy, LLMock."""

from __future__ import annotations

import json
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from features.words.model.asking import Ask, Why
from jobs.clients.llm.client import LlmClient
from jobs.clients.llm.wire import JsonMode
from tests.features.words import world
from tests.jobs.clients.llm import peers
from tests.jobs.clients.llm.asks import open_client
from tests.jobs.clients.llm.peers import Peer
from tests.jobs.clients.llm.test_client import night as both_stages
from tests.jobs.clients.llm.test_client import tables  # noqa: F401, the fixture

pytestmark = [pytest.mark.slow, pytest.mark.peers]
SCHEMA = {"type": "object", "properties": {"opener": {"type": "string"}, "intro": {"type": "string"}}}
NIGHT = str(world.NIGHT.ds)


def ask(n: int | str, max_tokens: int = 40) -> Ask:
    return Ask("You write about music. 只用 JSON 回答。", f"<data>{n} 晴天</data>", max_tokens, SCHEMA)


@pytest.fixture(scope="module")
def random_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    with peers.transformers_serve(tmp_path_factory.mktemp("random")) as peer:
        yield peer


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, random_server: Peer) -> Iterator[Peer]:
    models = {
        "canned": {"mock_response": '{"opener": "早。", "intro": "There."}'},
        "chatty": {"mock_response": "Of course! Here are some thoughts about 《晴天》."},
        "boastful": {
            "mock_response": json.dumps({"opener": "榜单第 1，999 BPM！", "intro": "《不存在的歌》拿过金曲奖。" * 6})
        },
        "limited": {"mock_response": "litellm.RateLimitError"},
        "broken": {"mock_response": "litellm.InternalServerError"},
        "long": {"mock_response": "litellm.ContextWindowExceededError"},
        "nowhere": {"api_base": "http://127.0.0.1:9/v1"},
        "behind": {"model": f"openai/{model_of(random_server)}", "api_base": random_server.url},
    }
    with peers.litellm(tmp_path_factory.mktemp("gateway"), models) as peer:
        yield peer


@pytest.fixture(scope="module")
def mock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Peer]:
    with peers.llmock(tmp_path_factory.mktemp("mock")) as peer:
        yield peer


def client(home: Path, peer: Peer, model: str, **extra: Any) -> LlmClient:
    settings = {"model": model, "api_key": "sk-peer", "timeout_s": 60.0, "retry_after_cap_s": 1.5, "concurrency": 4}
    return open_client(home, peer.url, night=NIGHT, **(settings | extra))


def model_of(peer: Peer) -> str:
    return str(peer.log.parent / "model")


# --- transformers serve: a random-weight model ---


def test_a_random_models_garbage_comes_back_with_reasons_and_is_paid_once(tmp_path: Path, random_server: Peer) -> None:
    asks = [ask(n) for n in range(30)]
    with_faults = client(tmp_path, random_server, model_of(random_server), night_tokens=60_000)
    answers = with_faults.ask_all(asks)
    used = with_faults.usage()
    assert [a.why for a in answers if a.found is None] == [Why.UNREADABLE] * sum(a.found is None for a in answers)
    assert used.calls >= 30
    assert used.tokens_in > 30 * 40
    assert used.tokens_out > 0
    assert used.tokens_assumed == 0
    assert used.tokens_taken == used.tokens_in + used.tokens_out <= 60_000
    with_faults.close()
    again = client(tmp_path, random_server, model_of(random_server))
    assert all(a.cached for a in again.ask_all(asks))
    assert again.usage().calls == used.calls


def test_nothing_a_random_model_says_is_published(
    tmp_path: Path,
    random_server: Peer,
    tables: dict[str, pl.DataFrame],  # noqa: F811
) -> None:
    llm = client(tmp_path, random_server, model_of(random_server), timeout_s=120.0)
    made = both_stages(tables, llm)
    assert set(made["reviews"]["writer"]) == set(made["list_copy"]["writer"]) == {"builtin"}
    assert llm.usage().calls > 0
    assert made["list_copy"]["intro"].str.len_chars().min() > 20


def test_a_model_that_is_not_served_is_declined(tmp_path: Path, random_server: Peer) -> None:
    """The server is pinned to one model and answers 400 for others."""
    llm = client(tmp_path, random_server, "another", give_up_after=2)
    assert {a.why for a in llm.ask_all([ask(n) for n in range(9)])} <= {Why.REFUSED, Why.DOWN}
    assert llm.usage().tokens_taken == 0
    assert llm.usage().calls <= 9


def test_a_server_killed_while_it_answers(tmp_path: Path) -> None:
    with peers.transformers_serve(tmp_path) as peer:
        llm = client(tmp_path, peer, model_of(peer), retries=1, give_up_after=3)
        threading.Timer(0.7, peer.kill).start()
        answers = llm.ask_all([ask(n, max_tokens=200) for n in range(60)])
        assert all(a.why is not None or a.found is not None for a in answers)
        assert Why.DOWN in {a.why for a in answers[-20:]}
        assert llm.usage().tokens_taken <= 2_000_000


# --- the litellm proxy: canned and failing answers ---


def test_canned_answers_of_a_gateway(tmp_path: Path, gateway: Peer) -> None:
    llm = client(tmp_path, gateway, "canned")
    answers = llm.ask_all([ask(n) for n in range(20)])
    assert all(a.found == {"opener": "早。", "intro": "There."} for a in answers)
    assert llm.usage().calls == 20
    assert llm.usage().tokens_taken == sum(a.tokens_in + a.tokens_out for a in answers) > 0
    llm.close()
    again = client(tmp_path, gateway, "canned")
    assert all(a.cached for a in again.ask_all([ask(n) for n in range(20)]))
    assert again.usage().calls == 20


def test_a_random_model_behind_a_gateway(tmp_path: Path, gateway: Peer) -> None:
    llm = client(tmp_path, gateway, "behind")
    answers = llm.ask_all([ask(n) for n in range(12)])
    assert {a.why for a in answers if a.found is None} <= {Why.UNREADABLE}
    assert llm.usage().tokens_in > 12 * 40
    assert llm.usage().tokens_assumed == 0


@pytest.mark.parametrize(
    ("model", "whys", "fault"),
    [
        ("limited", {Why.DOWN}, "429"), ("broken", {Why.DOWN}, "500"), ("nowhere", {Why.DOWN}, "500"),
        ("long", {Why.REFUSED, Why.DOWN}, "400"), ("missing", {Why.REFUSED, Why.DOWN}, "400"),
        ("chatty", {Why.UNREADABLE}, "garbled"),
    ],
)  # fmt: skip
def test_failing_answers_of_a_gateway(tmp_path: Path, gateway: Peer, model: str, whys: set[Why], fault: str) -> None:
    llm = client(tmp_path, gateway, model, night_tokens=20_000, retries=1)
    answers = llm.ask_all([ask(n) for n in range(12)])
    assert {a.why for a in answers} <= whys
    used = llm.usage()
    assert used.faults[fault] > 0
    assert used.calls <= 12 * 1.2 + 5 + 10
    assert used.tokens_taken <= 20_000
    assert (used.tokens_taken > 0) == (model == "chatty")


@pytest.mark.parametrize("model", ["canned", "chatty", "boastful", "limited", "broken"])
def test_nothing_ungrounded_from_a_gateway_is_published(
    tmp_path: Path,
    gateway: Peer,
    tables: dict[str, pl.DataFrame],  # noqa: F811
    model: str,
) -> None:
    llm = client(tmp_path, gateway, model)
    made = both_stages(tables, llm)
    assert set(made["reviews"]["writer"]) == set(made["list_copy"]["writer"]) == {"builtin"}


def test_a_gateway_with_another_key(tmp_path: Path, gateway: Peer) -> None:
    llm = client(tmp_path, gateway, "canned", api_key="sk-wrong", give_up_after=2)
    assert {a.why for a in llm.ask_all([ask(n) for n in range(9)])} <= {Why.DOWN, Why.REFUSED}
    assert llm.usage().tokens_taken == 0
    assert llm.usage().calls <= 5


# --- LLMock: structured answers, tools, quotas, batches, and its verdict ---


def told(peer: Peer, path: str, body: Any = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{peer.root}/_llmock/{path}", data, method="GET" if body is None else "POST")
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.loads(answer.read())


def test_answers_in_a_strict_schema(tmp_path: Path, mock: Peer) -> None:
    told(mock, "reset", {})
    llm = client(tmp_path, mock, "gpt-4o", listener_field="safety_identifier")
    answers = llm.ask_all([ask(n) for n in range(12)])
    assert all(a.found is not None and set(a.found) == {"opener", "intro"} for a in answers)
    assert llm._shared.probe.capability.json_mode is JsonMode.SCHEMA
    assert llm.usage().calls == 12
    assert told(mock, "verdict")["passed"]


def test_answers_by_tool_call_after_the_schema_was_refused(tmp_path: Path, mock: Peer) -> None:
    told(mock, "reset", {})
    refusal = {"type": "fail", "status": 400, "message": "This response_format type is unavailable now"}
    told(mock, "scenario", {"behaviors": [refusal]})
    llm = client(tmp_path, mock, "gpt-4o")
    answers = llm.ask_all([ask(n) for n in range(6)])
    assert all(a.found is not None and set(a.found) == {"opener", "intro"} for a in answers)
    assert llm._shared.probe.capability.json_mode is JsonMode.TOOL
    assert llm.usage().calls == 7


def test_a_storm_is_survived_in_the_eyes_of_an_independent_judge(tmp_path: Path, mock: Peer) -> None:
    told(mock, "reset", {})
    storm = [{"type": "fail", "status": 429, "retry_after": 1, "times": 3}, {"type": "fail", "status": 503, "times": 3},
             {"type": "delay", "seconds": 0.3, "times": 5}]  # fmt: skip
    told(mock, "scenario", {"behaviors": storm})
    llm = client(tmp_path, mock, "gpt-4o", retries=3)
    assert all(a.found for a in llm.ask_all([ask(n) for n in range(25)]))
    verdict = told(mock, "verdict")
    assert verdict["passed"], verdict
    assert llm.usage().faults == {"429": 3, "503": 3}


def test_a_real_quota_is_kept_to(tmp_path: Path) -> None:
    with peers.llmock(tmp_path, "--rpm", "120") as peer:
        llm = client(tmp_path, peer, "gpt-4o", concurrency=8)
        answers = llm.ask_all([ask(n) for n in range(130)])
        assert all(a.found for a in answers), {a.why for a in answers}
        assert llm.usage().faults.get("429", 0) < 130
        assert told(peer, "verdict")["passed"]


def test_a_batch_of_another_maker(tmp_path: Path, mock: Peer) -> None:
    told(mock, "reset", {})
    asks = [ask(f"batch {n}") for n in range(15)]
    hasty = client(tmp_path, mock, "gpt-4o", batch=True, batch_from=5, batch_wait_s=0.2, batch_poll_s=0.1)
    first = hasty.ask_all(asks)
    assert [a.why for a in first] == [None] + [Why.DEADLINE] * 14
    assert hasty.usage().tokens_reserved > 0
    hasty.close()
    llm = client(tmp_path, mock, "gpt-4o", batch=True, batch_from=5, batch_poll_s=0.2)
    second = llm.ask_all(asks)
    used = llm.usage()
    assert all(a.why in (None, Why.UNREADABLE) and a.cached for a in second)
    assert used.tokens_reserved == 0
    assert used.batch_tokens_out > 0
    assert used.calls == 15
    made = told(mock, "requests")["requests"]
    assert sum(r["path"].endswith("/batches") and r["method"] == "POST" for r in made) == 1
