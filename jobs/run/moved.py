"""Settings that stand elsewhere now: who still has the old one is told the new one."""

from __future__ import annotations

MOVED: dict[str, str] = {}
