"""Open the serving store that the settings name: one line of :data:`STORES` per kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from schemas.errors import Locked, UsageError
from warehouse.serving.store import LeaseCheck, ServingStore

# kind: "module:Class"; the class takes the folder that is the store's own and the lease check
STORES: dict[str, str] = {
    "sqlite": "warehouse.serving.sqlite:SqliteStore",
}
FOLDER = "serving"


@dataclass(frozen=True, slots=True)
class ServingSettings:
    """Settings section ``[serving]``.

    Args:
        kind: of the store, a key of :data:`STORES`.
    """

    kind: str = "sqlite"

    def __post_init__(self) -> None:
        if self.kind not in STORES:
            raise ValueError(f"no serving store of kind {self.kind!r}; set kind to one of {', '.join(sorted(STORES))}")


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
    """The serving store of ``home``.

    Args:
        home: the folder that holds landing, lake and results.
        settings: section ``[serving]``; ``kind`` names the store (default ``sqlite``).
        ds: the listening day of the run; stores need it only to name connections.
        lease_check: raises :class:`schemas.errors.Locked` when the run no longer holds its date.
    """
    del ds
    kind = (settings or {}).get("kind", "sqlite")
    if kind not in STORES:
        kinds = ", ".join(f"'{known}'" for known in sorted(STORES))
        raise UsageError(f"no serving store of kind {kind!r}", fix=f"set kind in section [serving] to one of {kinds}.")
    module, name = STORES[kind].split(":")
    make = cast(Callable[[Path, LeaseCheck], ServingStore], getattr(import_module(module), name))
    return make(Path(home) / FOLDER, lease_check or refuse_without_lease)
