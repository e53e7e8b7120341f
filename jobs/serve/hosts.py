"""By which names the server is asked: a page of another site must not read this machine through a name of its own."""

from __future__ import annotations

from ipaddress import ip_address

from starlette.types import ASGIApp, Receive, Scope, Send

from jobs.serve.problems import Problem
from jobs.serve.settings import ServeSettings

ANY = "*"
_OF_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class Hosts:
    """ASGI middleware: refuses requests for another host's name (DNS rebinding; RFC 9110, 7.4).

    A server that listens to this machine alone answers to this machine's own names and to those of ``[serve] hosts``.
    One that others reach is known by names that it cannot tell, and answers to all unless ``hosts`` has some.
    """

    def __init__(self, app: ASGIApp, settings: ServeSettings) -> None:
        self._app = app
        named = {_plain(name) for name in settings.hosts}
        anyone = ANY in named or (not named and not own(settings.host))
        self._names = None if anyone else named | {*_OF_THIS_MACHINE, _plain(settings.host)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._names is not None:
            asked = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"host"]
            if any(_plain(_without_port(host)) not in self._names for host in asked):
                await self._refused()(scope, receive, send)
                return
        await self._app(scope, receive, send)

    @staticmethod
    def _refused() -> ASGIApp:
        return Problem(
            "no-such-host", "the request's Host is none that the server goes by",
            "ask by the address it listens at; who runs it adds names to [serve] hosts.",
        ).response()  # fmt: skip


def own(host: str) -> bool:
    """Whether an address to listen at is reached from this machine alone."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return _plain(host) == "localhost"


def _without_port(host: str) -> str:
    """The name in a Host header; of IPv6 without its brackets."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _plain(name: str) -> str:
    return name.strip().strip("[]").rstrip(".").lower()
