"""For who runs the server: whether it is alive, whether it can serve, and what it did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Response
from starlette.concurrency import run_in_threadpool

from jobs.serve import models
from jobs.serve.answers import VERSION_HEADER
from jobs.serve.metrics import MEDIA_TYPE, Metrics
from jobs.serve.problems import described
from jobs.serve.reads import snapshot
from schemas.errors import OutsideServiceError
from warehouse.serving import ServingStore, VersionInfo

_FRESH = {"Cache-Control": "no-store"}


class Health:
    """Three paths.

    Args:
        clock: now, with its time zone.
    """

    def __init__(self, store: ServingStore, metrics: Metrics, clock: Callable[[], datetime]) -> None:
        self._store, self._metrics, self._clock = store, metrics, clock

    def routes(self) -> APIRouter:
        """Paths, and what OpenAPI says of them."""
        router = APIRouter(tags=["operations"])
        unready = described("nothing-published", "damaged", "store-out-of-reach")
        paths: tuple[tuple[str, Callable[..., Any], str, dict[int | str, dict[str, Any]]], ...] = (
            ("/healthz", self.alive, "Whether the server answers", {200: {"model": models.Health}}),
            ("/readyz", self.ready, "Whether a version can be served", {200: {"model": models.Readiness}, **unready}),
            ("/metrics", self.metrics, "Prometheus' text format", {200: {"content": {"text/plain": {}}}}),
        )
        for path, asked, summary, told in paths:
            router.add_api_route(path, asked, methods=["GET"], summary=summary, response_class=Response, responses=told)
        return router

    async def alive(self) -> Response:
        """Asks nothing of the store."""
        return Response(b'{"status":"alive"}', 200, _FRESH, "application/json")

    def ready(self) -> Response:
        """Reads the pointer and the version that it names; not every row, which takes as long as the store is large."""
        with snapshot(self._store) as served:
            version, ds = served.version, served.ds
        body = models.Readiness(status="ready", version=version, ds=ds).model_dump_json()
        return Response(body, 200, {**_FRESH, VERSION_HEADER: version}, "application/json")

    async def metrics(self) -> Response:
        """Counts are those of the event loop; the store is asked in a thread."""
        served = await run_in_threadpool(self._served)
        return Response(self._metrics.text(served, self._clock()), 200, _FRESH, MEDIA_TYPE)

    def _served(self) -> VersionInfo | None:
        try:
            return next((v for v in self._store.versions() if v.current), None)
        except OutsideServiceError:
            return None
