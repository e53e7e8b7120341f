"""Essentia's algorithms, without its messages."""

from __future__ import annotations

from functools import cache
from typing import Any


@cache
def standard() -> Any:
    """The module ``essentia.standard``, logging off (it writes to stderr on import)."""
    import os

    import essentia

    essentia.log.infoActive = False
    essentia.log.warningActive = False
    kept = os.dup(2)
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), 2)
    try:
        import essentia.standard
    finally:
        os.dup2(kept, 2)
        os.close(kept)
    return essentia.standard
