"""How a long piece of work says how far it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Progress of named pieces of work; safe to call from one thread."""

    def start(self, name: str, total: int | None = None) -> None:
        """Announce ``name`` with ``total`` steps (None = unknown)."""

    def advance(self, name: str, steps: int = 1, detail: str = "") -> None:
        """``steps`` more are done; ``detail`` is shown beside the bar, e.g. ``12,400 rows``."""

    def finish(self, name: str, detail: str = "") -> None:
        """``name`` is done."""
