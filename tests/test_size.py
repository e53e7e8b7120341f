"""How large the house may grow: lines of a file, of a function, files of a room."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("schemas", "features", "warehouse", "jobs", "dags", "bench", "tests")
FILE_LINES, FUNCTION_LINES = 300, 40
ROOM_FILES = 23  # jobs; part a room before it holds more


def sources() -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted((ROOT / room).rglob("*.py"))


def functions(part: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Those within, at any depth; expressions, which hold none, are not entered."""
    for child in ast.iter_child_nodes(part):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield child
        if not isinstance(child, ast.expr):
            yield from functions(child)


def test_no_file_is_too_long() -> None:
    long = {
        str(p.relative_to(ROOT)): n for p in sources() if (n := len(p.read_text("utf-8").splitlines())) > FILE_LINES
    }
    assert long == {}, f"part it: files have at most {FILE_LINES} lines"


def test_no_function_is_too_long() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}": lines
        for path in sources()
        for node in functions(ast.parse(path.read_text("utf-8")))
        if (lines := (node.end_lineno or node.lineno) - node.lineno + 1) > FUNCTION_LINES
    }
    assert long == {}, f"part it: functions have at most {FUNCTION_LINES} lines"


def test_no_room_is_too_full() -> None:
    files = Counter(str(p.parent.relative_to(ROOT)) for p in sources() if p.name != "__init__.py")
    full = {room: n for room, n in files.items() if n > ROOM_FILES}
    assert full == {}, f"a room has at most {ROOM_FILES} files: give what belongs together a room of its own"
