"""The read API on a socket, until it is told to stop."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn

from jobs.run.settings import load_section
from jobs.serve.app import create_app
from jobs.serve.page.shelf import open_shelf
from jobs.serve.settings import ServeSettings
from schemas.errors import OutsideServiceError
from warehouse.media.store import open_media_store
from warehouse.serving import open_serving_store

_LAST_ANSWERS_S = 10


def serve(home: Path, given: Mapping[str, Any], told: Callable[[str], None]) -> None:
    """Answer until SIGINT or SIGTERM; answers under way are finished.

    Args:
        given: fields of :class:`ServeSettings` that go before the home's settings.
        told: is given the server's address once it listens.

    Raises:
        OutsideServiceError: nothing can listen there.
    """
    serving = load_section(home, "serving")
    settings = ServeSettings(**load_section(home, "serve") | dict(given))
    app = create_app(
        lambda: open_serving_store(home, serving),
        open_media_store(home),
        settings,
        lambda: datetime.now(UTC),
        home,
        shelf=open_shelf(home, settings),
    )
    with listening(settings.host, settings.port) as sock:
        shown = f"[{settings.host}]" if ":" in settings.host else settings.host
        told(f"http://{shown}:{sock.getsockname()[1]}")
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=False,
            ws="none",
            timeout_graceful_shutdown=_LAST_ANSWERS_S,
        )
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # uvicorn raises what stopped it once more
        try:
            uvicorn.Server(config).run(sockets=[sock])
        except KeyboardInterrupt:
            return


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens at an address."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        raise OutsideServiceError(
            f"cannot listen at {host} port {port}: {error.strerror}", fix="choose another --port or --host."
        ) from None
