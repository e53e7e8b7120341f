"""The read API as an ASGI app."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Depends, FastAPI

from jobs.serve.access import Access, Needs
from jobs.serve.codes import Codes
from jobs.serve.edge import Edge
from jobs.serve.examples import EXAMPLES
from jobs.serve.feedback import Feedback
from jobs.serve.health import Health
from jobs.serve.hosts import Hosts
from jobs.serve.media import Media
from jobs.serve.metrics import Metrics
from jobs.serve.models import ProblemBody
from jobs.serve.operate import Operate
from jobs.serve.page.nights import Nights
from jobs.serve.page.pages import Pages
from jobs.serve.page.people import People
from jobs.serve.page.shelf import Shelf
from jobs.serve.page.songs import Songs
from jobs.serve.problems import handle
from jobs.serve.reads import Reads
from jobs.serve.settings import ServeSettings
from jobs.serve.similar import Similar
from jobs.serve.tokens import Tokens
from warehouse.inbox import Inbox
from warehouse.media.store import MediaStore
from warehouse.serving import ServingStore

_DESCRIPTION = """What daily30 published, to be read by apps.

Every answer of a list or review comes from **one** version and names it: `version` in the body,
header `Daily30-Version`, a strong `ETag`. Send `If-None-Match` and get 304 while nothing is new. Errors are
`application/problem+json`; `fix` says what to do.
"""
_AS_IT_IS: dict[str, Any] = {
    "title": "daily30",
    "version": "1",
    "redirect_slashes": False,  # a redirect would go where the request's Host says
    "docs_url": None,  # their pages load scripts from elsewhere
    "redoc_url": None,
}


def create_app(
    open_store: Callable[[], ServingStore],
    media: MediaStore,
    settings: ServeSettings,
    clock: Callable[[], datetime],
    home: Path,
    timer: Callable[[], float] = time.perf_counter,
    shelf: Shelf | None = None,
) -> FastAPI:
    """The app over a store.

    Args:
        open_store: opens the store; the app closes it when the server stops.
        media: header videos and posters.
        clock: now, with its time zone; tells how old the served version is.
        home: where tokens lie and feedback is kept.
        timer: seconds since any moment, never going back.
        shelf: what lies beside the store in a home; None where only the store is served.
    """
    store = open_store()
    store.stay_open()
    metrics = Metrics()

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        yield
        store.close()

    app = _Told(description=_DESCRIPTION, lifespan=life, **_AS_IT_IS)
    handle(app, metrics)
    open_to_readers = [Depends(Needs("read"))] if settings.token_to_read else []
    for router in _routers(store, media, settings, shelf):
        app.include_router(router, dependencies=open_to_readers)
    others = Pages(settings, shelf), Operate(open_store), Health(store, metrics, clock), Feedback(Inbox(home), clock)
    for room in others:
        app.include_router(room.routes())
    app.add_middleware(Access, tokens=Tokens(home, clock), settings=settings, timer=timer)
    app.add_middleware(Hosts, settings=settings)
    app.add_middleware(Edge, metrics=metrics, timer=timer)
    return app


def _routers(
    store: ServingStore, media: MediaStore, settings: ServeSettings, shelf: Shelf | None
) -> Iterator[APIRouter]:
    """What apps and pages read."""
    shown = (Songs(store, shelf), People(store, shelf), Nights(store, shelf))
    for room in (Reads(store, settings), Similar(store), Codes(), *shown, Media(media)):
        yield room.routes()


class _Told(FastAPI):
    """FastAPI whose OpenAPI has the problem's schema, and no answers that never come."""

    def openapi(self) -> dict[str, Any]:
        if not self.openapi_schema:
            told = super().openapi()
            schemas = told.setdefault("components", {}).setdefault("schemas", {})
            told["components"]["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
            schemas["ProblemBody"] = ProblemBody.model_json_schema()
            for model, example in EXAMPLES.items():  # put in late: FastAPI takes nulls for what is not said
                schemas[model]["examples"] = [example]
            for operations in told["paths"].values():
                for operation in operations.values():
                    operation["responses"].pop("422", None)  # ours are 400
            for unused in ("HTTPValidationError", "ValidationError"):
                schemas.pop(unused, None)
        return super().openapi()
