"""A local HTTP server that speaks OpenAI's chat completions, well or badly, as told."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = tuple[int, dict[str, str], bytes]
Misdeed = Callable[[BaseHTTPRequestHandler], None]
Route = Callable[[str, str, bytes], Reply | None]


def completion(content: str | None, tokens: int = 50, finish: str = "stop", **message: Any) -> dict[str, Any]:
    """A completion's payload."""
    return {
        "id": "c", "object": "chat.completion", "created": 0, "model": "m",
        "choices": [{"index": 0, "finish_reason": finish,
                     "message": {"role": "assistant", "content": content} | message}],
        "usage": {"prompt_tokens": tokens // 2, "completion_tokens": tokens - tokens // 2, "total_tokens": tokens},
    }  # fmt: skip


def said(content: str | None, tokens: int = 50, finish: str = "stop", **message: Any) -> Reply:
    """A well-formed completion with this content."""
    return 200, {}, json.dumps(completion(content, tokens, finish, **message)).encode()


def error(status: int, message: str = "no", headers: dict[str, str] | None = None, **more: Any) -> Reply:
    """An error as OpenAI words it."""
    return status, headers or {}, json.dumps({"error": {"message": message} | more}).encode()


def cut(handler: BaseHTTPRequestHandler) -> None:
    """Half a body of the promised length, then the connection ends."""
    body = said('{"ok": 1}')[2]
    _start(handler, len(body))
    handler.wfile.write(body[: len(body) // 2])
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)


def vanish(handler: BaseHTTPRequestHandler) -> None:
    """No answer at all: the connection ends."""
    handler.connection.shutdown(socket.SHUT_RDWR)


def dripping(body: bytes, each_s: float, lead: int = 0) -> Misdeed:
    """A body byte by byte; ``lead`` blank lines first, as DeepSeek sends while a request waits in line."""

    def drip(handler: BaseHTTPRequestHandler) -> None:
        _start(handler, len(body) + lead)
        for byte in b"\n" * lead + body:
            handler.wfile.write(bytes([byte]))
            handler.wfile.flush()
            time.sleep(each_s)

    return drip


def hanging(seconds: float) -> Misdeed:
    """Nothing for a long time."""

    def hang(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        vanish(handler)

    return hang


def _start(handler: BaseHTTPRequestHandler, length: int) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(length))
    handler.end_headers()


class Endpoint:
    """What was asked of the server, and how it answers.

    ``requests`` are the bodies of chat completions in the order they came, ``heads`` their headers;
    ``busiest`` is the most that were under way at once.
    """

    def __init__(self, answer: Callable[[dict[str, Any], int], Reply | Misdeed], route: Route | None) -> None:
        self.answer, self.route, self.url = answer, route, ""
        self.requests: list[dict[str, Any]] = []
        self.heads: list[dict[str, str]] = []
        self.lock, self.under_way, self.busiest = threading.Lock(), 0, 0
        self.busy_s, self._since = 0.0, 0.0  # sum of requests under way over time

    def arrived(self, request: dict[str, Any], head: dict[str, str]) -> int:
        with self.lock:
            self.requests.append(request)
            self.heads.append(head)
            self._passed(1)
            self.busiest = max(self.busiest, self.under_way)
            return len(self.requests)

    def left(self) -> None:
        with self.lock:
            self._passed(-1)

    def _passed(self, change: int) -> None:
        now = time.monotonic()
        self.busy_s += self.under_way * (now - self._since)
        self.under_way, self._since = self.under_way + change, now


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    endpoint: Endpoint
    delay_s: float

    def handle_error(self, *_: Any) -> None:
        return


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or headers and body, written apart, take 40 ms

    def do_GET(self) -> None:
        self._other("GET", b"")

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self.path.endswith("/chat/completions"):
            self._other("POST", body)
            return
        endpoint, request = self.server.endpoint, json.loads(body)
        number = endpoint.arrived(request, dict(self.headers))
        try:
            time.sleep(self.server.delay_s)
            reply = endpoint.answer(request, number)
            if callable(reply):
                self.close_connection = True
                reply(self)
        except OSError:
            return
        finally:
            endpoint.left()
        if not callable(reply):
            self._reply(reply)

    def _other(self, method: str, body: bytes) -> None:
        route = self.server.endpoint.route
        self._reply((route(method, self.path, body) if route is not None else None) or error(404, "no such place"))

    def _reply(self, reply: Reply) -> None:
        status, headers, body = reply
        headers = {"Content-Type": "application/json", "Content-Length": str(len(body))} | headers
        try:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def log_message(self, *_: Any) -> None:
        return


@contextmanager
def serving(
    answer: Callable[[dict[str, Any], int], Reply | Misdeed], delay_s: float = 0.0, route: Route | None = None
) -> Iterator[Endpoint]:
    """A running endpoint.

    Args:
        answer: makes each reply to a chat completion from (request, its number from 1), or misbehaves.
        delay_s: how long each of them takes.
        route: replies to other requests from (method, path, body).
    """
    server = _Server(("127.0.0.1", 0), _Handler)
    server.endpoint, server.delay_s = Endpoint(answer, route), delay_s
    server.endpoint.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.endpoint
    finally:
        server.shutdown()
        server.server_close()
