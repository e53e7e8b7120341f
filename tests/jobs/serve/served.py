"""The app over a store, asked without a socket."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from starlette.testclient import TestClient

from jobs.serve.app import create_app
from jobs.serve.page.shelf import open_shelf
from jobs.serve.settings import ServeSettings
from warehouse.media.store import open_media_store
from warehouse.serving import open_serving_store

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


def client(home: Path, settings: ServeSettings = ServeSettings()) -> TestClient:  # noqa: B008 - frozen
    """A client; an error that nobody foresaw is raised in the test."""
    app = create_app(
        lambda: open_serving_store(home),
        open_media_store(home),
        settings,
        lambda: NOW,
        home,
        shelf=open_shelf(home, settings),
    )
    return TestClient(app, headers={"accept-encoding": "identity"})


def written(part: str) -> str:
    """An id as a part of a path; dots too, which clients else take for folders."""
    return quote(part, safe="").replace(".", "%2E")
