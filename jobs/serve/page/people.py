"""Whose lists there are, for a page where one may look at anybody's: only where that is allowed."""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import APIRouter, Request, Response

from jobs.serve import models
from jobs.serve.answers import OF_ONE, answer
from jobs.serve.page.shelf import Shelf
from jobs.serve.paging import CURSOR, MOST, Cursor, Limit, link, part_snapshot, shown_cursor
from jobs.serve.problems import STORE_PROBLEMS, Problem, described
from warehouse.serving import ServingStore

_UsersCursor = Annotated[str | None, shown_cursor("users"), CURSOR]


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
            summary="Who has a list",
            description="By id, further parts by `next`; only where `[serve] demo` lets listeners be listed.",
            response_class=Response,
            responses={200: {"model": models.Listeners}, **described("not-listed", "cursor-gone", *STORE_PROBLEMS)},
        )
        return router

    def listeners(self, request: Request, limit: Limit = MOST, cursor: _UsersCursor = None) -> Response:
        """Ids, languages and how much history each has."""
        if self._shelf is None or not self._shelf.shows:
            raise Problem("not-listed", "this server lists nobody", "ask for a user by id.")
        before = Cursor.read(cursor, "users")
        with part_snapshot(self._store, before) as served:
            version, ds = served.version, served.ds
        users = self._shelf.listeners(ds, limit + 1, before.after if before else None)
        following = Cursor("users", version, "", users[limit - 1]["user_id"]) if len(users) > limit else None
        told = {"version": version, "users": users[:limit], "next": link(request, limit, following)}
        return answer(request.headers, msgspec.json.encode(told), version=version, cache=OF_ONE)
