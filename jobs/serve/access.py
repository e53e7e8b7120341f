"""Who asks: the caller's token, what it opens, and how often it may ask."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request
from starlette.types import ASGIApp, Receive, Scope, Send

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
        self._limits = Limits(settings.requests_per_s, settings.burst, timer)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in _UNLIMITED:
            await self._app(scope, receive, send)
            return
        try:
            scope[_KEY] = token = self._token(scope)
            self._count(scope, token)
        except Problem as problem:
            await problem.response()(scope, receive, send)
            return
        await self._app(scope, receive, send)

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

    def _count(self, scope: Scope, token: Token | None) -> None:
        caller = token.token_id if token else f"@{(scope.get('client') or ('',))[0]}"
        if wait := self._limits.wait_s(caller):
            raise Problem(
                "too-many-requests", "more requests than this caller may make", "wait `Retry-After` seconds.",
                {"Retry-After": str(math.ceil(wait))},
            )  # fmt: skip


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
