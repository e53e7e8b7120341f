"""DuckDB for analysts: views with comments over the explicit files of a night, read-only queries."""

from __future__ import annotations

from warehouse.duck.build import WAREHOUSE, build_warehouse
from warehouse.duck.proof import sound_warehouse
from warehouse.duck.query import Answer, query, query_night

__all__ = ["WAREHOUSE", "Answer", "build_warehouse", "query", "query_night", "sound_warehouse"]
