"""Who asks: the caller's token, what it opens, and how often it may ask."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jobs.serve.limits import Limits
from jobs.serve.problems import Problem
from jobs.serve.settings import ServeSettings
from jobs.serve.tokens import Token, Tokens
from schemas.errors import ContractError

_KEY = "daily30.token"
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="daily30"'}
_UNLIMITED = ("/healthz", "/readyz", "/metrics")


class Access:
    """ASGI middleware: refuses a token that is none, and who asks too often.

    Args:
        timer: seconds since any moment, never going back.
    """

    def __init__(self, app: ASGIApp, tokens: Tokens, settings: ServeSettings, timer: Callable[[], float]) -> None:
        self._app, self._tokens = app, tokens
        self._closed = settings.token_to_read
        self._limits = Limits(settings.requests_per_s, settings.burst, timer)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in _UNLIMITED:
            await self._app(scope, receive, send)
            return
        try:
            scope[_KEY] = self._known(scope)
        except Problem as problem:
            await problem.response()(scope, receive, send)
            return
        await self._app(scope, receive, _kept_by_one(send) if self._closed else send)

    def _known(self, scope: Scope) -> Token | None:
        """The caller's token, once it was counted that it asks; one whose token is none counts by its address."""
        try:
            token = self._token(scope)
        except Problem:
            self._count(_address(scope))
            raise
        self._count(token.token_id if token else _address(scope))
        return token

    def _token(self, scope: Scope) -> Token | None:
        """The token that the request bears; None when it bears none."""
        given = [value for name, value in scope["headers"] if name.lower() == b"authorization"]
        if not given:
            return None
        kind, _, text = given[0].decode("latin-1").partition(" ")
        try:
            token = self._tokens.of(text.strip()) if kind.lower() == "bearer" and len(given) == 1 else None
        except ContractError:
            raise Problem(
                "tokens-unreadable", "the server cannot read its tokens", "tell who runs it; its log says more."
            ) from None
        if token is None:
            raise Problem("no-such-token", "the token is none of this server's", "ask for a new one.", _CHALLENGE)
        return token

    def _count(self, caller: str) -> None:
        if wait := self._limits.wait_s(caller):
            raise Problem(
                "too-many-requests", "more requests than this caller may make", "wait `Retry-After` seconds.",
                {"Retry-After": str(math.ceil(wait))},
            )  # fmt: skip


def _address(scope: Scope) -> str:
    """Whom an address is of: of IPv6 the network, of which anybody has more addresses than can be counted."""
    told = str((scope.get("client") or ("",))[0])
    try:
        address = ip_address(told.partition("%")[0])
    except ValueError:
        return f"@{told}"
    return f"@{ip_network(f'{address}/64', strict=False) if address.version == 6 else address}"


def _kept_by_one(send: Send) -> Send:
    """Answers that needed a token are no cache's to hand to others (RFC 9111, 3.5)."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [(n, v.replace(b"public", b"private") if n.lower() == b"cache-control" else v)
                       for n, v in message["headers"]]  # fmt: skip
            message = {**message, "headers": headers}
        await send(message)

    return sent


@dataclass(frozen=True, slots=True)
class Needs:
    """A dependency of routes: who asks needs a scope."""

    scope: str

    async def __call__(self, request: Request) -> Token:
        """The token.

        Raises:
            Problem: there is none, or it does not open this.
        """
        token: Token | None = request.scope.get(_KEY)
        if token is None:
            raise Problem(
                "token-needed", f"this path needs a token of scope {self.scope}",
                "send `Authorization: Bearer …`; `daily30 token add` makes one.", _CHALLENGE,
            )  # fmt: skip
        if self.scope not in token.scopes:
            raise Problem(
                "scope-needed", f"the token lacks the scope {self.scope}", "use one that `daily30 token add` gave it."
            )
        return token
