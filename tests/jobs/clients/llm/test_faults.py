"""Every way an endpoint fails, on a server: a reason for every ask, spend under the ceiling, nothing paid twice."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from features.words.model.asking import Why
from jobs.clients.llm.scheduler import Clock
from jobs.clients.retry_after import wait_s
from tests.jobs.clients.llm.asks import KEY, NIGHT, ask, open_client
from tests.worlds.endpoint import Misdeed, Reply, cut, dripping, error, hanging, said, serving, vanish

GOOD = said('{"ok": 1}')
HTML = (200, {"Content-Type": "text/html"}, b"<html><h1>Gateway</h1></html>")
CEILING = 8000

# name: (what the endpoint does, why there is no answer, fault counted, whether it may have been charged)
FAULTS: dict[str, tuple[Reply | Misdeed, Why, str, bool]] = {
    "too many": (error(429), Why.DOWN, "429", False),
    "too many, wait": (error(429, headers={"Retry-After": "7200"}), Why.DOWN, "429", False),
    "no money": (error(429, "You exceeded your quota", code="insufficient_quota"), Why.DOWN, "429", False),
    "server error": (error(500), Why.DOWN, "500", False),
    "overloaded": (error(529), Why.DOWN, "529", False),
    "gateway": ((502, {"Content-Type": "text/html"}, b"<html>Bad Gateway</html>"), Why.DOWN, "502", False),
    "wrong key": (error(401, f"Incorrect API key provided: {KEY}"), Why.DOWN, "401", False),
    "no balance": (error(402, "Insufficient Balance"), Why.DOWN, "402", False),
    "no such model": (error(404, "The model `tiny` does not exist"), Why.REFUSED, "404", False),
    "declined": (error(400, "content management policy"), Why.REFUSED, "400", False),
    "too long": (error(400, "maximum context length is 10 tokens"), Why.REFUSED, "400", False),
    "hang": (hanging(0.6), Why.DEADLINE, "timeout", True),
    "drip": (dripping(GOOD[2], 0.05), Why.DEADLINE, "timeout", True),
    "cut": (cut, Why.DOWN, "cut", True),
    "vanished": (vanish, Why.DOWN, "cut", True),
    "html": (HTML, Why.DOWN, "alien", True),
    "nothing": ((200, {}, b""), Why.DOWN, "alien", True),
    "deep": ((200, {}, b"[" * 100_000), Why.DOWN, "alien", True),
    "error inside": ((200, {}, b'{"error": {"message": "upstream"}}'), Why.DOWN, "alien", True),
    "load": (said("{", finish="insufficient_system_resource"), Why.DOWN, "starved", True),
    "empty": ((200, {}, b'{"choices": [], "usage": {"prompt_tokens": 9}}'), Why.UNREADABLE, "empty", True),
    "silent": (said(None), Why.UNREADABLE, "empty", True),
    "broken JSON": (said('{"ok": '), Why.UNREADABLE, "garbled", True),
    "no JSON": (said("la la la"), Why.UNREADABLE, "garbled", True),
    "a list": (said("[1]"), Why.UNREADABLE, "garbled", True),
    "too short": (said('{"ok": ', finish="length"), Why.UNREADABLE, "length", True),
    "refusal": (said(None, refusal="I cannot help."), Why.REFUSED, "refusal", True),
    "filter": (said("", finish="content_filter"), Why.REFUSED, "filter", True),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_failing_endpoint(tmp_path: Path, name: str) -> None:
    misdeed, why, fault, charged = FAULTS[name]
    asks = [ask(n) for n in range(12)]
    with serving(lambda request, number: misdeed) as endpoint:
        settings = {"timeout_s": 0.3 if fault == "timeout" else 10.0, "concurrency": 4, "night_tokens": CEILING}
        client = open_client(tmp_path, endpoint.url, retries=1, **settings)
        answers = client.ask_all(asks)
        assert len(answers) == 12
        assert all(a.found is None and a.why is not None for a in answers)
        assert answers[0].why is why
        used = client.usage()
        assert used.tokens_taken <= CEILING
        assert used.tokens_reserved == 0
        assert (used.tokens_taken > 0) == charged
        assert used.faults[fault] == used.calls == len(endpoint.requests) <= 12 * 1.2 + 5 + (8 if fault == "429" else 0)
        assert sum(used.failures.values()) == used.asks == 12
        client.close()

        # The same night again, in a new process: what was paid for is not paid again.
        paid = sum(a.raw is not None or a.why is Why.UNREADABLE for a in answers)
        before = len(endpoint.requests)
        again = open_client(tmp_path, endpoint.url, retries=0, **settings)
        repeated = again.ask_all(asks)
        assert len(endpoint.requests) - before <= 12 - paid
        assert all(b.cached for a, b in zip(answers, repeated, strict=True) if a.why is Why.UNREADABLE)
        assert again.usage().tokens_taken <= CEILING


def test_slow_but_whole_answers_are_answers(tmp_path: Path) -> None:
    """DeepSeek sends blank lines while a request waits in line; they are not silence and not garbage."""
    with serving(lambda request, number: dripping(GOOD[2], 0.0, lead=40)) as endpoint:
        assert open_client(tmp_path, endpoint.url).ask_all([ask()])[0].found == {"ok": 1}


def test_a_wrong_content_type_does_not_matter(tmp_path: Path) -> None:
    with serving(lambda request, number: (200, {"Content-Type": "text/plain"}, GOOD[2])) as endpoint:
        assert open_client(tmp_path, endpoint.url).ask_all([ask()])[0].found == {"ok": 1}


def test_nobody_listens(tmp_path: Path) -> None:
    client = open_client(tmp_path, "http://127.0.0.1:9/v1")
    assert [a.why for a in client.ask_all([ask(n) for n in range(5)])] == [Why.DOWN] * 5
    assert client.usage().tokens_taken == 0
    assert set(client.usage().faults) == {"unreachable"}


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_storm_passes_and_everybody_is_served(tmp_path: Path, status: int) -> None:
    """The first dozen requests fail, then all is well; nothing is lost that has retries left."""

    def stormy(request: dict[str, Any], number: int) -> Reply:
        return error(status, headers={"Retry-After": "0.01"}) if 2 <= number <= 5 else GOOD

    with serving(stormy) as endpoint:
        client = open_client(tmp_path, endpoint.url, concurrency=8, retries=3)
        answers = client.ask_all([ask(n) for n in range(40)])
        assert all(a.found == {"ok": 1} for a in answers)
        assert len(endpoint.requests) == 44
        assert client.usage().retries == 4
        assert client.usage().tokens_taken == 40 * 50


def test_an_endpoint_that_takes_few_at_once_is_asked_few_at_once(tmp_path: Path) -> None:
    """Concurrency limits answered with 429, as DeepSeek has them: everybody is served in the end."""
    most = 3

    def crowded(request: dict[str, Any], number: int) -> Reply:
        busy = endpoint.under_way > most
        time.sleep(0.002 if busy else 0.02)
        return error(429) if busy else GOOD

    with serving(crowded) as endpoint:
        client = open_client(tmp_path, endpoint.url, concurrency=12, retry_after_cap_s=0.05)
        answers = client.ask_all([ask(n) for n in range(60)])
        assert [a.found for a in answers] == [{"ok": 1}] * 60
        assert client.usage().tokens_taken == 60 * 50
        assert client.usage().faults["429"] < 60


def test_failures_of_half_of_the_requests_do_not_multiply_them(tmp_path: Path) -> None:
    with serving(lambda request, number: error(500) if number % 2 == 0 else GOOD) as endpoint:
        client = open_client(tmp_path, endpoint.url, concurrency=4, retries=5, retry_share=0.1, give_up_after=99)
        answers = client.ask_all([ask(n) for n in range(100)])
        used = client.usage()
        assert used.retries <= 5 + 0.1 * len(endpoint.requests) + 1
        assert sum(a.found is None for a in answers) == used.failures[Why.DOWN] > 0


class Ahead(Clock):
    """A clock that can be put forward."""

    seconds = 0.0

    def now(self) -> float:
        return super().now() + self.seconds


def test_a_dead_endpoint_is_left_alone_and_found_again(tmp_path: Path) -> None:
    alive = False

    def sick(request: dict[str, Any], number: int) -> Reply:
        return GOOD if alive else error(500)

    with serving(sick) as endpoint:
        clock, few = Ahead(), {"concurrency": 4, "give_up_after": 3, "retries": 0}
        client = open_client(tmp_path, endpoint.url, clock=clock, rest_s=0.3, **few)
        assert {a.why for a in client.ask_all([ask(n) for n in range(50)])} == {Why.DOWN}
        tried = len(endpoint.requests)
        assert tried <= 3 + 3 + 2
        assert client.ask_all([ask(100)])[0].why is Why.DOWN
        assert len(endpoint.requests) == tried
        alive = True
        clock.seconds += 1.5  # past the third rest: .3, .6, 1.2 s
        assert [a.found for a in client.ask_all([ask(n) for n in range(5)])] == [{"ok": 1}] * 5


def test_a_garbled_answer_is_asked_again_once_and_both_are_paid(tmp_path: Path) -> None:
    with serving(lambda request, number: said('{"ok": ') if number == 1 else GOOD) as endpoint:
        client = open_client(tmp_path, endpoint.url)
        assert client.ask_all([ask()])[0].found == {"ok": 1}
        assert client.usage().tokens_taken == 100
        assert len(endpoint.requests) == 2


def test_a_wrong_key_is_not_tried_again(tmp_path: Path) -> None:
    with serving(lambda request, number: error(401)) as endpoint:
        client = open_client(tmp_path, endpoint.url)
        client.ask_all([ask(n) for n in range(30)])
        client.ask_all([ask(n) for n in range(30, 60)])
        assert len(endpoint.requests) == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0), ({"retry-after": "0"}, 0.0), ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after": "Wed, 20 May 2026 10:00:30 GMT", "date": "Wed, 20 May 2026 10:00:00 GMT"}, 30.0),
        ({"retry-after": "Wed, 20 May 2026 10:00:30 GMT"}, 10.0),
        ({"retry-after": "Wed, 20 May 2026 09:00:00 GMT", "date": "Wed, 20 May 2026 10:00:00 GMT"}, 0.0),
        ({}, None), ({"retry-after": "soon"}, None), ({"retry-after": "-3"}, None), ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
    ],
)  # fmt: skip
def test_how_long_an_endpoint_asks_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert wait_s(headers, now=lambda: 1779271220.0) == seconds


def test_a_wait_that_was_asked_for_is_kept_and_capped(tmp_path: Path) -> None:
    def busy_once(request: dict[str, Any], number: int) -> Reply:
        return error(429, headers={"Retry-After": "3600"}) if number == 1 else GOOD

    with serving(busy_once) as endpoint:
        client = open_client(tmp_path, endpoint.url, retry_after_cap_s=0.3)
        began = time.monotonic()
        assert client.ask_all([ask()])[0].found == {"ok": 1}
        assert time.monotonic() - began >= 0.3
        assert len(endpoint.requests) == 2


def test_the_key_is_nowhere(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level("DEBUG")
    echo: list[Callable[[dict[str, Any], int], Reply]] = [
        lambda request, number: error(500, f"Bearer {KEY}"),
        lambda request, number: error(400, f"Incorrect API key provided: {KEY}"),
        lambda request, number: (200, {}, f"<html>{KEY}</html>".encode()),
        lambda request, number: error(401, f"Bearer {KEY}"),
    ]
    for n, answer in enumerate(echo):
        with serving(answer) as endpoint:
            client = open_client(tmp_path, endpoint.url, retries=0)
            answers = client.ask_all([ask(n)])
            assert f"Bearer {KEY}" in endpoint.heads[0].values()
            assert KEY not in repr(answers) + repr(client._shared.config) + repr(client.usage()) + repr(vars(client))
            client.close()
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert KEY.encode() not in files
    assert KEY not in caplog.text
    assert KEY not in "".join(capsys.readouterr())


def test_only_the_hash_of_a_listener_goes_out_and_only_where_wished(tmp_path: Path) -> None:
    with serving(lambda request, number: GOOD) as endpoint:
        open_client(tmp_path, endpoint.url).ask_all([ask(1, listener="h4sh")])
        assert "h4sh" not in json.dumps(endpoint.requests)
        for field in ("user", "safety_identifier"):
            open_client(tmp_path, endpoint.url, listener_field=field).ask_all([ask(field, listener="h4sh")])
            assert endpoint.requests[-1][field] == "h4sh"
        # The answer does not depend on whom it is for, so it is shared.
        answer = open_client(tmp_path, endpoint.url, listener_field="user").ask_all([ask(1, listener="other")])[0]
        assert answer.cached
        assert len(endpoint.requests) == 3


def test_a_night_is_charged_under_its_own_date(tmp_path: Path) -> None:
    with serving(lambda request, number: GOOD) as endpoint:
        open_client(tmp_path, endpoint.url).ask_all([ask(1)])
        later = open_client(tmp_path, endpoint.url, night="2026-05-21")
        later.ask_all([ask(1), ask(2)])
        assert later.usage().tokens_taken == 50
        assert later.usage().asks_cached == 1
        assert open_client(tmp_path, endpoint.url, night=NIGHT).usage().tokens_taken == 50


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("how", ["{url}/chat/completions", "//{host}/v1/chat/completions", "{url}/v1#x@127.0.0.1"])
def test_a_redirect_is_not_followed(tmp_path: Path, status: int, how: str) -> None:
    """The prompt went on to whatever host was named."""
    with serving(lambda request, number: GOOD) as elsewhere:
        to = how.format(url=elsewhere.url, host=elsewhere.url.partition("//")[2].partition("/")[0])
        away = (status, {"Location": to}, b"")
        with serving(lambda request, number: away) as endpoint:
            client = open_client(tmp_path, endpoint.url, retries=1)
            answer = client.ask_all([ask(1)])[0]
            assert (answer.found, answer.why) == (None, Why.DOWN)
            assert client.usage().faults == {str(status): 1}
        assert elsewhere.requests == []
