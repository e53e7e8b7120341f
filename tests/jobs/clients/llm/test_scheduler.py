"""ListBrief, ceiling, deadline, breaker and what is learned of an endpoint, seen from ask_all."""

from __future__ import annotations

import json
import re
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from features.words.model.asking import Ask, Asker, Why
from jobs.clients.llm.ledger import Reservation
from jobs.clients.llm.sending import Fate, Sent
from jobs.clients.llm.wire import JsonMode, bound
from tests.jobs.clients.llm.asks import SCHEMA, Told, ask, open_client
from tests.worlds.endpoint import Misdeed, Reply, error, hanging, said, serving

GOOD = said('{"ok": 1}')


def numbered(request: dict[str, Any], number: int) -> Reply:
    """The number of the ask, as its answer."""
    return said(json.dumps({"ok": asked(request)}))


def asked(request: dict[str, Any]) -> int:
    found = re.search(r"data (\d+)", request["messages"][1]["content"])
    return int(found[1]) if found else -1


def test_answers_come_in_the_order_of_the_asks_and_first_asks_leave_first(tmp_path: Path) -> None:
    with serving(numbered, delay_s=0.005) as endpoint:
        client = open_client(tmp_path, endpoint.url, concurrency=4)
        asker: Asker = client
        left, reserve = [], client._shared.ledger.reserve

        def noted(night: str, tokens: int) -> Reservation | None:
            left.append(tokens)
            return reserve(night, tokens)

        client._shared.ledger.reserve = noted  # type: ignore[method-assign]
        asks = [ask(f"{n:02d}", max_tokens=20 + n) for n in range(60)]
        answers = asker.ask_all(asks)
    assert [a.found for a in answers] == [{"ok": n} for n in range(60)]
    assert left == [bound(one) for one in asks]
    assert endpoint.busiest <= 4


def test_no_asks_no_answers(tmp_path: Path) -> None:
    assert open_client(tmp_path, "http://127.0.0.1:9/v1").ask_all([]) == []


def test_equal_asks_are_paid_once(tmp_path: Path) -> None:
    with serving(numbered) as endpoint:
        client = open_client(tmp_path, endpoint.url)
        answers = client.ask_all([ask(1), ask(2), ask(1), ask(1, max_tokens=21)])
        assert len(endpoint.requests) == 3
        assert [a.cached for a in answers] == [False, False, True, False]
        assert answers[2].found == answers[0].found
        assert answers[2].tokens_in == 0 < answers[0].tokens_in
        again = client.ask_all([ask(2), ask(1)])
        assert len(endpoint.requests) == 3
        assert all(a.cached for a in again)
        assert client.usage().asks == 6
        assert client.usage().calls == 3


def test_the_ceiling_serves_the_first_and_refuses_the_rest(tmp_path: Path) -> None:
    cost = bound(ask(10))
    with serving(lambda request, number: said('{"ok": 1}', tokens=cost), delay_s=0.01) as endpoint:
        client = open_client(tmp_path, endpoint.url, concurrency=4, night_tokens=cost * 7)
        whys = [a.why for a in client.ask_all([ask(n) for n in range(10, 30)])]
        assert whys == [None] * 7 + [Why.CEILING] * 13
        assert client.usage().tokens_taken == cost * 7
        assert len(endpoint.requests) == 7
        assert client.ask_all([ask(99)])[0].why is Why.CEILING
        assert client.ask_all([ask(10)])[0].cached


def test_what_is_under_way_is_waited_for_before_the_ceiling_refuses(tmp_path: Path) -> None:
    """Bounds are larger than costs: what comes back makes room for those that wait."""
    cost = bound(ask(10))
    with serving(lambda request, number: said('{"ok": 1}', tokens=10), delay_s=0.01) as endpoint:
        client = open_client(tmp_path, endpoint.url, concurrency=8, night_tokens=cost * 2)
        assert [a.why for a in client.ask_all([ask(n) for n in range(10, 20)])] == [None] * 10
        assert endpoint.busiest <= 2
        assert client.usage().tokens_taken == 100


def test_an_endpoint_that_charges_more_than_it_was_allowed_stops_the_night(tmp_path: Path) -> None:
    with serving(lambda request, number: said('{"ok": 1}', tokens=10**6)) as endpoint:
        client = open_client(tmp_path, endpoint.url, concurrency=1, night_tokens=50_000)
        whys = [a.why for a in client.ask_all([ask(n) for n in range(5)])]
        assert whys == [None] + [Why.CEILING] * 4
        assert client.usage().tokens_taken == 10**6


def test_the_nights_time_is_summed_over_calls(tmp_path: Path) -> None:
    clock = Told()
    client = open_client(tmp_path, "http://unused", clock=clock, concurrency=1, deadline_s=100.0)

    def slow(body: Any, timeout_s: float) -> Sent:
        clock.at += 30.0
        assert timeout_s <= 10.0
        return Sent(Fate.FAILED, "timeout")

    client._shared.sender.send = slow  # type: ignore[method-assign]
    assert client.ask_all([ask(1)])[0].why is Why.DEADLINE
    clock.at += 10_000.0  # other work: nobody waits for the endpoint
    whys = [a.why for a in client.ask_all([ask(n) for n in range(2, 9)])]
    assert set(whys) <= {Why.DEADLINE, Why.DOWN}
    assert clock.at < 12_000.0
    at = clock.at
    assert client.ask_all([ask(99)])[0].why is Why.DEADLINE
    assert clock.at == at


REFUSALS = {
    "openai": error(400, "Unsupported parameter: 'max_tokens' is not supported with this model. "
                         "Use 'max_completion_tokens' instead.", param="max_tokens"),
    "reasoning": error(400, "Unsupported value: 'temperature' does not support 0.7 with this model. "
                            "Only the default (1) value is supported.", param="temperature"),
    "deepseek": error(400, "This response_format type is unavailable now", param=None),
    "vllm": (422, {}, b'{"detail": [{"type": "extra_forbidden", "loc": ["body", "response_format"]}]}'),
    "openrouter": error(404, "No endpoints found that support tool use."),
    "strict gateway": (422, {}, b'{"detail": "Unexpected fields in the request: {\'user\'}"}'),
}  # fmt: skip


@pytest.mark.parametrize(
    ("refused", "reply", "json_mode", "length_field"),
    [
        (("max_tokens",), "openai", JsonMode.SCHEMA, "max_completion_tokens"),
        (("temperature",), "reasoning", JsonMode.SCHEMA, "max_tokens"),
        (("json_schema",), "deepseek", JsonMode.TOOL, "max_tokens"),
        (("json_schema", "tools"), "openrouter", JsonMode.OBJECT, "max_tokens"),
        (("json_schema", "tools", "json_object"), "vllm", JsonMode.TEXT, "max_tokens"),
        (('"user":',), "strict gateway", JsonMode.SCHEMA, "max_tokens"),
    ],
)
def test_what_an_endpoint_refuses_is_found_out_once(
    tmp_path: Path, refused: tuple[str, ...], reply: str, json_mode: JsonMode, length_field: str
) -> None:
    def picky(request: dict[str, Any], number: int) -> Reply:
        text = json.dumps(request)
        named = [name for name in refused if name in text]
        if not named:
            return GOOD
        return REFUSALS["openrouter" if named[0] == "tools" else "deepseek" if reply == "openrouter" else reply]

    with serving(picky) as endpoint:
        client = open_client(tmp_path, endpoint.url, concurrency=8, listener_field="user")
        asks = [ask(n, listener="h") for n in range(20)]
        assert [a.found for a in client.ask_all(asks)] == [{"ok": 1}] * 20
        assert len(endpoint.requests) == 20 + len(refused)
        assert client.usage().tokens_taken == 20 * 50
        assert client._shared.probe.capability.json_mode is json_mode
        assert length_field in endpoint.requests[-1]
        known = client._shared.ledger.capability(endpoint.url, "tiny")
        assert known is not None
        assert known[0].json_mode is json_mode
        assert known[1] == "2026-05-20"
        client.close()
        later = open_client(tmp_path, endpoint.url, night="2026-06-01", listener_field="user", concurrency=8)
        assert later.ask_all([ask("new", listener="h")])[0].found == {"ok": 1}
        assert len(endpoint.requests) == 21 + len(refused)
        much_later = open_client(tmp_path, endpoint.url, night="2026-07-01", listener_field="user")
        assert much_later.ask_all([ask("newer", listener="h")])[0].found == {"ok": 1}
        assert len(endpoint.requests) == 22 + 2 * len(refused)


def test_an_endpoint_that_changes_its_mind_in_the_night_is_followed(tmp_path: Path) -> None:
    def changing(request: dict[str, Any], number: int) -> Reply:
        changed = number > 10 and "json_schema" in json.dumps(request)
        return error(400, "'json_schema' is not supported", param="response_format") if changed else GOOD

    with serving(changing, delay_s=0.002) as endpoint:
        client = open_client(tmp_path, endpoint.url, concurrency=6)
        assert all(a.found for a in client.ask_all([ask(n) for n in range(40)]))
        assert client._shared.probe.capability.json_mode is JsonMode.TOOL
        assert len(endpoint.requests) <= 40 + 6


def test_an_endpoint_that_ignores_the_schema_gets_it_in_the_prompt(tmp_path: Path) -> None:
    def chatty(request: dict[str, Any], number: int) -> Reply:
        told = '"ok"' in request["messages"][0]["content"]
        return GOOD if told else said("Sure! One thing, I think.")

    with serving(chatty) as endpoint:
        client = open_client(tmp_path, endpoint.url, concurrency=1)
        answers = client.ask_all([ask(n) for n in range(12)])
        assert [a.found for a in answers[-8:]] == [{"ok": 1}] * 8
        assert len(endpoint.requests) <= 12 + 3


def test_a_refusal_of_one_ask_is_no_lesson(tmp_path: Path) -> None:
    def moral(request: dict[str, Any], number: int) -> Reply:
        return error(400, "Content policy violation in schema of your life") if asked(request) == 3 else GOOD

    with serving(moral) as endpoint:
        client = open_client(tmp_path, endpoint.url, concurrency=1)
        whys = [a.why for a in client.ask_all([ask(n) for n in range(6)])]
        assert whys == [None, None, None, Why.REFUSED, None, None]
        assert client._shared.probe.capability.json_mode is JsonMode.SCHEMA


def test_refusals_in_a_row_do_not_shut_out_the_others(tmp_path: Path) -> None:
    def strict(request: dict[str, Any], number: int) -> Reply:
        return error(400, "content policy") if 5 <= asked(request) < 25 else GOOD

    with serving(strict) as endpoint:
        client = open_client(tmp_path, endpoint.url, concurrency=3, give_up_after=3)
        whys = [a.why for a in client.ask_all([ask(n) for n in range(30)])]
        assert whys == [None] * 5 + [Why.REFUSED] * 20 + [None] * 5
        assert len(endpoint.requests) == 30


def test_the_first_ask_goes_out_alone(tmp_path: Path) -> None:
    def first_slow(request: dict[str, Any], number: int) -> Reply:
        if number == 1:
            time.sleep(0.1)
            assert endpoint.under_way == 1
        elif not together.is_set():  # the others are held until five have come, however slow the machine
            if endpoint.under_way >= 5:
                together.set()
            together.wait(60)
        return GOOD

    together = threading.Event()
    with serving(first_slow) as endpoint:
        client = open_client(tmp_path, endpoint.url, concurrency=8)
        assert all(a.found for a in client.ask_all([ask(n) for n in range(20)]))
        assert together.is_set()


def test_rates_hold_over_threads(tmp_path: Path) -> None:
    with serving(lambda request, number: GOOD) as endpoint:
        client = open_client(tmp_path, endpoint.url, concurrency=8, requests_per_minute=1200)
        began = time.monotonic()
        assert all(a.found for a in client.ask_all([ask(n) for n in range(30)]))
        assert time.monotonic() - began >= (30 - 20 - 1) / 20


def test_a_hung_request_does_not_hold_up_the_others(tmp_path: Path) -> None:
    def one_hangs(request: dict[str, Any], number: int) -> Reply | Misdeed:
        return hanging(3.0) if asked(request) == 5 else GOOD

    with serving(one_hangs) as endpoint:
        client = open_client(tmp_path, endpoint.url, concurrency=2, timeout_s=1.5, retries=0)
        answers = client.ask_all([ask(n) for n in range(30)])
        assert [n for n, a in enumerate(answers) if a.found is None] == [5]
        assert answers[5].why is Why.DEADLINE


def test_a_bug_of_ours_is_not_swallowed_and_leaves_no_thread_waiting(tmp_path: Path) -> None:
    client = open_client(tmp_path, "http://unused", concurrency=4)

    def broken(body: Any, timeout_s: float) -> Sent:
        raise ZeroDivisionError

    client._shared.sender.send = broken  # type: ignore[method-assign]
    with pytest.raises(ZeroDivisionError):
        client.ask_all([ask(n) for n in range(9)])


def test_prompts_of_a_kind_share_their_first_message(tmp_path: Path) -> None:
    with serving(lambda request, number: GOOD) as endpoint:
        client = open_client(tmp_path, endpoint.url)
        client.ask_all([Ask("Long instructions. " * 50, f"data {n}", 20, SCHEMA) for n in range(5)])
    assert len({r["messages"][0]["content"] for r in endpoint.requests}) == 1
    assert all([m["role"] for m in r["messages"]] == ["system", "user"] for r in endpoint.requests)


def test_tokens_from_the_endpoints_prompt_cache_are_counted(tmp_path: Path) -> None:
    def charged(request: dict[str, Any], number: int) -> Reply:
        usage = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
        usage |= {"prompt_cache_hit_tokens": 64} if number > 1 else {}
        body = json.loads(GOOD[2]) | {"usage": usage}
        return 200, {}, json.dumps(body).encode()

    with serving(charged) as endpoint:
        client = open_client(tmp_path, endpoint.url)
        client.ask_all([ask(n) for n in range(4)])
        used = client.usage()
        assert (used.tokens_in, used.tokens_out, used.tokens_prefix) == (400, 40, 192)
