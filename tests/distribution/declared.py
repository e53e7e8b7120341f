"""What pyproject.toml declares, and what of this environment it leads to."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]


@cache
def pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def dependencies() -> list[Requirement]:
    """What everybody who installs daily30 gets."""
    return [Requirement(text) for text in pyproject()["project"]["dependencies"]]


def extras() -> list[Requirement]:
    """What the extras add."""
    return _parsed(pyproject()["project"]["optional-dependencies"].values())


def groups() -> list[Requirement]:
    """What only a checkout needs: tests, benches, tools."""
    return _parsed(pyproject()["dependency-groups"].values())


def closure(wanted: Iterable[Requirement]) -> dict[str, metadata.Distribution]:
    """The installed distributions that the requirements lead to, by name."""
    found: dict[str, metadata.Distribution] = {}
    waiting = [(r, "") for r in wanted]
    seen = set()
    while waiting:
        requirement, extra = waiting.pop()
        key = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        if (requirement.marker and not requirement.marker.evaluate({"extra": extra})) or key in seen:
            continue
        seen.add(key)
        found[key[0]] = metadata.distribution(requirement.name)
        needed = [Requirement(text) for text in found[key[0]].requires or ()]
        waiting += [(r, e) for r in needed for e in ("", *requirement.extras)]
    return found


def _parsed(lists: Iterable[list[str]]) -> list[Requirement]:
    return [Requirement(text) for listed in lists for text in listed]
