"""Whose lists there are, for a page where one may look at anybody's: only where that is allowed."""

from __future__ import annotations

import msgspec
from fastapi import APIRouter, Request, Response

from jobs.serve import models
from jobs.serve.answers import OF_ONE, answer
from jobs.serve.page.shelf import Shelf
from jobs.serve.problems import STORE_PROBLEMS, Problem, described
from jobs.serve.reads import snapshot
from warehouse.serving import ServingStore

_AT_MOST = 500


class People:
    """The one path."""

    def __init__(self, store: ServingStore, shelf: Shelf | None) -> None:
        self._store, self._shelf = store, shelf

    def routes(self) -> APIRouter:
        """The path, and what OpenAPI says of it."""
        router = APIRouter(tags=["published"])
        router.add_api_route(
            "/v1/users",
            self.listeners,
            methods=["GET"],
            summary="Some who have a list",
            description=f"The first {_AT_MOST}, by id; only where `[serve] demo` lets listeners be listed.",
            response_class=Response,
            responses={200: {"model": models.Listeners}, **described("not-listed", *STORE_PROBLEMS)},
        )
        return router

    def listeners(self, request: Request) -> Response:
        """Ids, languages and how much history each has."""
        if self._shelf is None or not self._shelf.shows:
            raise Problem("not-listed", "this server lists nobody", "ask for a user by id.")
        with snapshot(self._store) as served:
            version, ds = served.version, served.ds
        users = self._shelf.listeners(ds, _AT_MOST)
        body = msgspec.json.encode({"version": version, "users": users})
        return answer(request.headers, body, version=version, cache=OF_ONE)
