"""The two apps that are compared, each a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from socket import socket
from typing import Any

import uvicorn
from fastapi import FastAPI, Response

from jobs.serve.app import create_app
from jobs.serve.examples import DAILY30, SONG
from jobs.serve.settings import ServeSettings
from warehouse.media.store import open_media_store
from warehouse.serving import open_serving_store

_PARAGRAPH = "You have played it on rainy evenings, and its calm pace stays near what you hear most. " * 3


def published(home: Path, serving: dict[str, str], users: int) -> None:
    """Publish a list of thirty songs for each of so many users."""
    store = open_serving_store(home, serving, lease_check=lambda: None)
    store.begin("bench", date(2026, 11, 21))
    lists = store.write_lists("bench", listed(users))
    store.seal("bench", lists=lists, songs=30 * lists, reviews=0)
    store.flip("bench")
    store.close()


def listed(users: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """A list of thirty songs for each of so many users."""
    for n in range(users):
        songs = [SONG | {"rank": r, "track_id": f"t-{n + r:06d}", "paragraph": _PARAGRAPH} for r in range(1, 31)]
        head = {key: value for key, value in DAILY30.items() if key != "version"}
        yield user(n), head | {"user_id": user(n), "songs": songs}


def user(n: int) -> str:
    """The id of the n-th user."""
    return f"u-{n:06d}"


def serve_store(what: tuple[str, dict[str, str]], sock: socket) -> None:
    """The read API over a home, as `daily30 serve` runs it with section ``[serving]``."""
    home, serving = what
    app = create_app(
        lambda: open_serving_store(Path(home), serving),
        open_media_store(Path(home)),
        ServeSettings(),
        lambda: datetime.now(UTC),
        Path(home),
    )
    _run(app, sock)


def serve_constant(body: bytes, sock: socket) -> None:
    """The same bytes whatever is asked, by a function in the thread pool as those of the read API are."""
    app = FastAPI()

    @app.get("/v1/users/{user_id}/daily30")
    def constant(user_id: str) -> Response:
        del user_id
        return Response(body, media_type="application/json")

    _run(app, sock)


def _run(app: FastAPI, sock: socket) -> None:
    config = uvicorn.Config(app, log_level="warning", access_log=False, server_header=False, ws="none")
    uvicorn.Server(config).run(sockets=[sock])
