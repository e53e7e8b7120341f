"""Open the serving store that the settings name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from schemas.errors import Locked, UsageError
from warehouse.serving.sqlite import SqliteStore
from warehouse.serving.store import LeaseCheck, ServingStore

SQLITE_PATH = Path("serving") / "serving.sqlite"


def refuse_without_lease() -> None:
    """The lease check of a store opened for reading: it may not flip."""
    raise Locked("the serving store was opened without a lease", fix="publish through `daily30 publish` or a night.")


def open_serving_store(
    home: Path,
    settings: Mapping[str, Any] | None = None,
    ds: date | None = None,
    lease_check: LeaseCheck | None = None,
    **_: Any,
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
    if kind != "sqlite":
        raise UsageError(f"no serving store of kind {kind!r}", fix="set kind = 'sqlite' in section [serving].")
    return SqliteStore(Path(home) / SQLITE_PATH, lease_check or refuse_without_lease)
