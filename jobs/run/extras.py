"""Packages that only some commands need: the extras of pyproject.toml."""

from __future__ import annotations

from importlib.util import find_spec

from schemas.errors import UsageError


def require_extra(extra: str, package: str, purpose: str) -> None:
    """UsageError when ``package``, which ``daily30[extra]`` brings, is not installed."""
    if find_spec(package) is None:
        raise UsageError(
            f"{purpose} needs {package}, which is not installed",
            fix=f"install the extra: pip install 'daily30[{extra}]'.",
        )
