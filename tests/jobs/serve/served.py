"""The app over a store: asked without a socket, or at an address."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import uvicorn
from fastapi import FastAPI
from starlette.testclient import TestClient

from jobs.serve.app import create_app
from jobs.serve.page.shelf import open_shelf
from jobs.serve.server import listening
from jobs.serve.settings import ServeSettings
from warehouse.media.store import open_media_store
from warehouse.serving import open_serving_store

BASE = "http://localhost"
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def client(home: Path, settings: ServeSettings = ServeSettings()) -> TestClient:  # noqa: B008 - frozen
    """A client; an error that nobody foresaw is raised in the test."""
    return TestClient(_app(home, settings), BASE, headers={"accept-encoding": "identity"})


@contextmanager
def address(home: Path, settings: ServeSettings = ServeSettings()) -> Iterator[str]:  # noqa: B008 - frozen
    """Where a server over a home listens, which ends with the context."""
    with listening("127.0.0.1", 0) as sock:
        server = uvicorn.Server(uvicorn.Config(_app(home, settings), log_level="warning", access_log=False))
        running = threading.Thread(target=server.run, kwargs={"sockets": [sock]})
        running.start()
        try:
            yield f"http://127.0.0.1:{sock.getsockname()[1]}"
        finally:
            server.should_exit = True
            running.join()


def _app(home: Path, settings: ServeSettings) -> FastAPI:
    return create_app(
        lambda: open_serving_store(home),
        open_media_store(home),
        settings,
        lambda: NOW,
        home,
        shelf=open_shelf(home, settings),
    )


def written(part: str) -> str:
    """An id as a part of a path; dots too, which clients else take for folders."""
    return quote(part, safe="").replace(".", "%2E")
