"""Open the serving store that the settings name: one line of :data:`STORES` per kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

from schemas.errors import Locked, UsageError
from warehouse.serving.address import Address, scheme_of
from warehouse.serving.store import LeaseCheck, ServingStore

# scheme of the URL: "module:function"; the function takes the store's Address and the lease check
STORES: dict[str, str] = {
    "sqlite": "warehouse.serving.sqlite:opened",
    "postgresql": "warehouse.serving.postgres.store:opened",
    "redis": "warehouse.serving.redis.store:opened",
    "rediss": "warehouse.serving.redis.store:opened",  # over TLS
    "unix": "warehouse.serving.redis.store:opened",  # of a server on the same machine, by its socket
}
# scheme of the URL: the package that its module needs
DRIVERS: dict[str, str] = {"postgresql": "psycopg", "redis": "redis", "rediss": "redis", "unix": "redis"}
FOLDER = "serving"
SQLITE = f"sqlite:///{FOLDER}/serving.sqlite"


@dataclass(frozen=True, slots=True)
class ServingSettings:
    """Settings section ``[serving]``.

    Args:
        url: of the store; its scheme is a key of :data:`STORES`. A file's path is one below home after three slashes,
            from the root after four.
    """

    url: str = field(default=SQLITE, repr=False)

    def __post_init__(self) -> None:
        scheme = scheme_of(self.url)
        if scheme not in STORES:
            known = ", ".join(f"{name}://…" for name in sorted(STORES))
            raise ValueError(f"no serving store of kind {scheme!r}; set url to one of {known}")
        if scheme == "sqlite":
            Address(self.url, Path()).path  # noqa: B018 - reading it is the check
        package = DRIVERS.get(scheme)
        if package and find_spec(package) is None:
            raise ValueError(f"a {scheme} store needs package {package}: `pip install {package}`, or set another url")


def refuse_without_lease() -> None:
    """The lease check of a store opened for reading: it may not flip."""
    raise Locked("the serving store was opened without a lease", fix="publish through `daily30 publish` or a night.")


def open_serving_store(
    home: Path,
    settings: Mapping[str, Any] | None = None,
    ds: date | None = None,
    lease_check: LeaseCheck | None = None,
    **_: object,
) -> ServingStore:
    """The serving store of ``home``; nothing is connected to before it is first read or written.

    Args:
        home: the folder that holds landing, lake and results.
        settings: section ``[serving]``; ``url`` names the store (default :data:`SQLITE`).
        ds: the listening day of the run.
        lease_check: raises :class:`schemas.errors.Locked` when the run no longer holds its date.

    Raises:
        UsageError: there is no such store, or its package is not installed.
    """
    del ds
    url = (settings or {}).get("url", SQLITE)
    try:
        ServingSettings(url)
    except ValueError as error:
        raise UsageError(f"setting serving.url: {error}", fix="correct it; see docs/guide/serving.md.") from None
    module, name = STORES[scheme_of(url)].split(":")
    make = cast(Callable[[Address, LeaseCheck], ServingStore], getattr(import_module(module), name))
    return make(Address(url, Path(home)), lease_check or refuse_without_lease)
