"""Moving the pointer over HTTP: what `daily30 rollback`, `pin` and `unpin` do, for tokens of scope `operate`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Query, Response

from jobs.serve import models
from jobs.serve.access import Needs
from jobs.serve.problems import Problem, described
from schemas.errors import UsageError
from warehouse.serving import ServingStore

_PROBLEMS = (
    "token-needed", "no-such-token", "scope-needed", "too-many-requests", "no-such-version", "damaged",
    "store-out-of-reach",
)  # fmt: skip
Wanted = Annotated[str | None, Query(description="A version that is kept.", examples=["2026-11-21-7d968a3e4f120435"])]


class Operate:
    """Paths that need a token of scope ``operate``.

    Args:
        open_store: opens a store of its own for each act: one that is read all day keeps its connections to threads.
    """

    def __init__(self, open_store: Callable[[], ServingStore]) -> None:
        self._open = open_store

    def routes(self) -> APIRouter:
        """Paths, and what OpenAPI says of them."""
        router = APIRouter(tags=["operations"], dependencies=[Depends(Needs("operate"))])
        paths: tuple[tuple[str, str, Callable[..., Response], str], ...] = (
            ("GET", "/v1/pointer", self.pointer, "The version served now, for who may move the pointer"),
            (
                "POST",
                "/v1/pointer/rollback",
                self.rollback,
                "Serve an earlier version, and withdraw what came after it",
            ),
            ("POST", "/v1/pointer/pin", self.pin, "Serve a version until unpinned"),
            ("POST", "/v1/pointer/unpin", self.unpin, "Let the pointer follow the nights again"),
        )
        for method, path, asked, summary in paths:
            router.add_api_route(
                path,
                asked,
                methods=[method],
                summary=summary,
                response_class=Response,
                openapi_extra={"security": [{"bearer": []}]},
                responses={200: {"model": models.Pointer}, **described(*_PROBLEMS)},
            )
        return router

    def pointer(self) -> Response:
        """Where it is."""
        return self._moved(lambda store: store.current())

    def rollback(self, version: Wanted = None) -> Response:
        """The version before, or the one named."""
        return self._moved(lambda store: store.rollback(version))

    def pin(self, version: Wanted = None) -> Response:
        """The version served now, or the one named."""
        return self._moved(lambda store: store.pin(version))

    def unpin(self) -> Response:
        """The newest complete version, and what follows."""
        return self._moved(lambda store: store.unpin())

    def _moved(self, act: Callable[[ServingStore], str | None]) -> Response:
        store = self._open()
        try:
            current = act(store)
        except UsageError as error:
            raise Problem("no-such-version", error.message, error.fix or "see /v1/versions.") from None
        finally:
            store.close()
        body = msgspec.json.encode({"current": current})
        return Response(body, 200, {"Cache-Control": "no-store"}, "application/json")
