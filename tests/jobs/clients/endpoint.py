"""A local HTTP server that speaks OpenAI's chat completions, well or badly, as told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = tuple[int, dict[str, str], bytes]


def said(content: str, tokens: int = 50) -> Reply:
    """A well-formed completion with this content."""
    body = {
        "id": "c", "object": "chat.completion", "created": 0, "model": "m",
        "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}],
        "usage": {"prompt_tokens": tokens // 2, "completion_tokens": tokens - tokens // 2, "total_tokens": tokens},
    }  # fmt: skip
    return 200, {}, json.dumps(body).encode()


class Endpoint:
    """What was asked of the server, and how it answers."""

    def __init__(self, answer: Callable[[dict[str, Any], int], Reply]) -> None:
        self.answer, self.requests, self.url = answer, [], ""
        self.lock = threading.Lock()


@contextmanager
def serving(answer: Callable[[dict[str, Any], int], Reply], delay_s: float = 0.0) -> Iterator[Endpoint]:
    """A running endpoint; ``answer(request, number)`` makes each reply."""
    endpoint = Endpoint(answer)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with endpoint.lock:
                endpoint.requests.append(request)
                number = len(endpoint.requests)
            if delay_s:
                time.sleep(delay_s)
            status, headers, body = endpoint.answer(request, number)
            try:
                self.send_response(status)
                for name, value in (
                    {"Content-Type": "application/json", "Content-Length": str(len(body))} | headers
                ).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)
            except BrokenPipeError:
                return

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    endpoint.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
