"""What stands before all routes: paths as they were written, HEAD beside GET, and the account of every answer."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote, unquote_to_bytes

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jobs.serve.metrics import Metrics
from jobs.serve.problems import Problem

_PRINTABLE = "".join(chr(c) for c in range(33, 127))
HEAD = "daily30.head"
"""Key of a request's scope: only the headers are wanted."""
_LONGEST_ID = 2_000  # bytes


class Edge:
    """ASGI middleware around everything.

    Args:
        timer: seconds since any moment, never going back.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, timer: Callable[[], float]) -> None:
        self._app, self._metrics, self._timer = app, metrics, timer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status, head = self._timer(), 500, scope["method"] == "HEAD"
        inner = {**scope, "path": written_path(scope), "method": "GET" if head else scope["method"]}
        if head:  # which has no parts (RFC 9110, 14.2)
            inner[HEAD] = True
            inner["headers"] = [(name, value) for name, value in scope["headers"] if name.lower() != b"range"]

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message["headers"], (b"x-content-type-options", b"nosniff")]}
            elif head:
                message = {**message, "body": b""}
            await send(message)

        try:
            await self._app(inner, receive, sent)
        finally:
            route = getattr(inner.get("route"), "path", None) or "none"
            self._metrics.answered(route, status, self._timer() - started)


def written_path(scope: Scope) -> str:
    """The path as the request wrote it, percent-encoded: ``/`` within an id is told from ``/`` between parts."""
    raw = scope.get("raw_path") or quote(scope["path"], errors="surrogateescape").encode()
    return quote(raw, safe=_PRINTABLE)


def decoded(part: str) -> str:
    """The id that a part of a path spells.

    Raises:
        Problem: it is no UTF-8, or longer than any id.
    """
    raw = unquote_to_bytes(part)
    if len(raw) > _LONGEST_ID:
        raise Problem("bad-request", f"an id of {len(raw):,} bytes", f"ids have at most {_LONGEST_ID:,} bytes.")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Problem("bad-request", "an id that is not UTF-8", "percent-encode ids as UTF-8.") from None
