"""The lake: immutable Parquet files in hash buckets, named by manifests (docs/decisions/0002)."""

from __future__ import annotations

from warehouse.lake.reader import Lake, NightView

__all__ = ["Lake", "NightView"]
