"""When the client asks again, and when it stops: servers as they misbehave, clocks as they are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx2
import pytest
from fastapi import Response

from jobs.serve.client import Client, ClientError, Event, Patience, TooManyRequests, Unavailable, Unreachable
from jobs.serve.models import Versions
from jobs.serve.problems import Problem

VERSIONS = b'{"current":null,"versions":[],"next":null,"added_later":1}'
BUSY = Problem("too-many-requests", "more than may be", "wait.", {"Retry-After": "7"}).response()
DOWN = Problem("store-out-of-reach", "no answer", "later.").response()  # Retry-After: 30


def _answer(of: object) -> httpx2.Response:
    if isinstance(of, Exception):
        raise of
    if isinstance(of, bytes):
        return httpx2.Response(200, content=of, headers={"etag": '"1"'})
    if isinstance(of, Response):
        return httpx2.Response(of.status_code, content=bytes(of.body), headers=dict(of.headers))
    assert isinstance(of, httpx2.Response)
    return of


def _server(*answers: object) -> tuple[httpx2.MockTransport, Callable[[], int]]:
    """A server that gives these answers in turn, and how many it was not asked for."""
    left: list[object] = list(answers)
    return httpx2.MockTransport(lambda _: _answer(left.pop(0))), lambda: len(left)


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def ask(slept: list[float]) -> Iterator[Callable[..., Versions]]:
    opened: list[Client] = []

    def asked(server: httpx2.MockTransport, **patience: float) -> Versions:
        given = Patience(**{"tries": 4, "wait_s": 60.0, **patience})
        opened.append(Client("http://a", patience=given, transport=server, sleep=slept.append, chance=lambda: 1.0))
        return opened[-1].versions()

    yield asked
    for client in opened:
        client.close()


def test_it_waits_as_long_as_the_server_says(ask: Callable[..., Versions], slept: list[float]) -> None:
    server, left = _server(BUSY, DOWN, VERSIONS)
    assert ask(server).model_dump() == {"current": None, "versions": [], "next": None}
    assert (slept, left()) == ([7.0, 30.0], 0)


def test_without_a_word_pauses_double(ask: Callable[..., Versions], slept: list[float]) -> None:
    silent = httpx2.Response(503, content=b"<html>")
    server, _ = _server(httpx2.ConnectError("refused"), silent, httpx2.ReadTimeout(""), VERSIONS)
    ask(server)
    assert slept == [0.5, 1.0, 2.0]


def test_a_date_is_a_moment_too(ask: Callable[..., Versions], slept: list[float]) -> None:
    when = {"date": "Sat, 21 Nov 2026 20:00:00 GMT", "retry-after": "Sat, 21 Nov 2026 20:00:05 GMT"}
    server, _ = _server(httpx2.Response(429, content=b"", headers=when), VERSIONS)
    ask(server)
    assert slept == [5.0]


@pytest.mark.parametrize(
    ("answers", "patience", "error", "waited"),
    [
        ((BUSY, BUSY), {"tries": 2}, TooManyRequests, [7.0]),
        ((DOWN,), {"wait_s": 29.0}, Unavailable, []),
        ((DOWN, DOWN), {"wait_s": 59.0}, Unavailable, [30.0]),
        ((httpx2.ConnectError("refused"),), {"tries": 1}, Unreachable, []),
    ],
)
def test_its_patience_ends(
    ask: Callable[..., Versions], slept: list[float], answers: tuple[object, ...], patience: dict[str, float],
    error: type[ClientError], waited: list[float],
) -> None:  # fmt: skip
    server, left = _server(*answers, VERSIONS)
    with pytest.raises(error):
        ask(server, **patience)
    assert (slept, left()) == (waited, 1)


@pytest.mark.parametrize(
    "answer",
    [
        httpx2.Response(302, headers={"location": "http://elsewhere/"}),
        httpx2.Response(500, content=b"<html>"),
        httpx2.Response(200, content=b"<html>"),
        httpx2.Response(200, content=b'{"current":7,"versions":[],"next":null}'),
        httpx2.Response(304),
    ],
)
def test_what_is_no_answer_of_the_api_is_not_asked_for_again(
    ask: Callable[..., Versions], slept: list[float], answer: httpx2.Response
) -> None:
    server, left = _server(answer, VERSIONS)
    with pytest.raises(Unreachable):
        ask(server)
    assert (slept, left()) == ([], 1)


def test_what_is_posted_is_sent_again_as_it_was(slept: list[float]) -> None:
    sent: list[bytes] = []
    answers = [BUSY, httpx2.ConnectError("refused"), b'{"accepted":1,"repeated":[],"other":[]}']

    def server(request: httpx2.Request) -> httpx2.Response:
        sent.append(request.read())
        return _answer(answers.pop(0))

    event = Event("skip", "u", datetime(2026, 11, 21, tzinfo=UTC), track_id="t")
    with Client("http://a", transport=httpx2.MockTransport(server), sleep=slept.append, chance=lambda: 1.0) as client:
        assert client.feedback([event]).accepted == 1
    assert (len(sent), len(set(sent)), slept) == (3, 1, [7.0, 1.0])


def test_a_body_that_is_not_encoded_as_told(ask: Callable[..., Versions]) -> None:
    def broken(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, stream=httpx2.ByteStream(b"no gzip"), headers={"content-encoding": "gzip"})

    with pytest.raises(Unreachable, match="not encoded"):
        ask(httpx2.MockTransport(broken), tries=1)
