"""Pages: Jinja templates that escape everything, with their style and script inline."""

from __future__ import annotations

from warehouse.pages.render import render

__all__ = ["render"]
