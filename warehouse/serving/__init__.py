"""What apps read: versioned lists behind one pointer, flipped at once."""

from __future__ import annotations

from warehouse.serving.factory import open_serving_store
from warehouse.serving.store import Flip, Outcome, ServingStore, Snapshot, State, VersionInfo

__all__ = ["Flip", "Outcome", "ServingStore", "Snapshot", "State", "VersionInfo", "open_serving_store"]
