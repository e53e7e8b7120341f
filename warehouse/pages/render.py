"""Render a page that opens offline: one file, no network, the same context gives the same bytes."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.terminal import page_safe
from warehouse.pages.font import cjk_subset

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = Path(__file__).parent
_NAME_CHARS = 200


def render(template: str, context: Mapping[str, Any]) -> str:
    """The page ``template`` (a file of this folder) with ``context``; an unknown name is an error, not a blank.

    Chinese characters bring their glyphs along, inline and first in line: as a later fallback the font
    leaves empty boxes in Chromium where no Chinese font is installed.
    """
    page = _environment().get_template(template)
    text = page.render(**context, glyphs="")
    font = cjk_subset(text)
    if font is not None:
        text = page.render(**context, glyphs=base64.b64encode(font).decode())
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip()) + "\n"


def short(name: str | None) -> str:
    """A name as a page shows it: one without end is cut with an ellipsis."""
    text = name or ""
    return text if len(text) <= _NAME_CHARS else f"{text[:_NAME_CHARS].rstrip()}…"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=page_safe,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Our own files, trusted, go in as they are.
    environment.filters["short"] = short
    environment.globals["inline"] = lambda name: Markup((_FOLDER / name).read_text(encoding="utf-8"))  # noqa: S704
    return environment
