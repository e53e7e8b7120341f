"""The rooms of the house as the code has them: packages, their purpose, and who imports whom."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = ("dags", "jobs", "features", "warehouse", "schemas")


@dataclass(frozen=True, slots=True)
class House:
    """Rooms (dotted names of packages with modules of their own) and imports between them.

    Args:
        purposes: room to the first sentence of its package's docstring.
        imports: (importing room, imported room) to the number of modules that import.
    """

    purposes: Mapping[str, str]
    imports: Mapping[tuple[str, str], int]

    def within(self, folder: str) -> tuple[list[str], dict[tuple[str, str], int]]:
        """The rooms of a top-level folder, and the imports between them."""
        rooms = [room for room in self.purposes if folder_of(room) == folder]
        return rooms, {pair: n for pair, n in self.imports.items() if {*map(folder_of, pair)} == {folder}}

    def between(self) -> set[tuple[str, str]]:
        """Imports between top-level folders."""
        pairs = {(folder_of(above), folder_of(below)) for above, below in self.imports}
        return {(above, below) for above, below in pairs if above != below}


def folder_of(room: str) -> str:
    """The top-level folder of a room."""
    return room.partition(".")[0]


@cache
def read_house(root: Path = ROOT) -> House:
    """Read the packages under ``root``; nothing is run but what the import graph needs."""
    import grimp

    packages = sorted(_name(path.parent, root) for folder in FOLDERS for path in (root / folder).rglob("__init__.py"))
    graph = grimp.build_graph(*FOLDERS, cache_dir=None)
    imports: Counter[tuple[str, str]] = Counter()
    lived_in: set[str] = set()
    for module in sorted(graph.modules):
        room = _room(module, packages)
        if module != room or not graph.find_children(module):
            lived_in.add(room)
        targets = {_room(found, packages) for found in graph.find_modules_directly_imported_by(module)} - {room}
        imports.update((room, target) for target in targets)
    purposes = {room: purpose(root / room.replace(".", "/") / "__init__.py") for room in packages if room in lived_in}
    return House(purposes, {pair: n for pair, n in imports.items() if {*pair} <= {*purposes}})


def _name(folder: Path, root: Path) -> str:
    return ".".join(folder.relative_to(root).parts)


def _room(module: str, packages: list[str]) -> str:
    """The package a module lies in."""
    return max((p for p in packages if module == p or module.startswith(f"{p}.")), key=len)


def purpose(init: Path) -> str:
    """The first line of a package's docstring, as plain text without its full stop."""
    text = ast.get_docstring(ast.parse(init.read_text(encoding="utf-8"))) or ""
    return re.sub(r":\w+:(?=`)|`", "", text.partition("\n")[0].rstrip("."))
