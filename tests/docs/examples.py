"""Takes worked examples out of a Markdown page: code blocks whose first line names the file they belong in."""

from __future__ import annotations

import re
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


def example(path: str, page: str = "CONTRIBUTING.md") -> str:
    """The code that the page shows for a file."""
    text = (ROOT / page).read_text(encoding="utf-8")
    found = re.findall(rf"^```python\n# {re.escape(path)}\n(.*?)^```", text, re.S | re.M)
    assert len(found) == 1, f"{page} shows {path} {len(found)} times"
    return str(found[0])


def new_module(path: str, patch: pytest.MonkeyPatch) -> ModuleType:
    """A module that the page adds, importable until the test ends."""
    name = module_name(path)
    assert not (ROOT / path).exists(), f"{path} exists; the example should add a file"
    module = ModuleType(name)
    module.__file__ = path
    patch.setitem(sys.modules, name, module)
    exec(compile(example(path), path, "exec"), module.__dict__)
    return module


def added_to(path: str, patch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the page adds to an existing module, put there until the test ends."""
    module = import_module(module_name(path))
    before = dict(vars(module))
    names = dict(before)
    exec(compile(example(path), path, "exec"), names)
    new = {name: value for name, value in names.items() if name not in before}
    for name, value in new.items():
        patch.setattr(module, name, value, raising=False)
    return new


def module_name(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")
