"""Essentia's algorithms, without its messages."""

from __future__ import annotations

from collections.abc import Callable
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


def raw(algorithm: Any) -> Callable[..., Any]:
    """The algorithm without the wrapper that looks at the types of its arguments, call after call.

    For what is asked of every frame: the looking takes as long as the work. Arrays must be float32 and contiguous.
    """
    compute: Callable[..., Any] = algorithm.__compute__
    return compute
