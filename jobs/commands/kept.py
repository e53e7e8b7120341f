"""What slow stages of replayed nights made, kept beside the home: taken over while inputs, settings and code stand.

The lake reuses by a stage's version, which is raised when a change is done; whoever weighs changes against past nights
has not raised it yet, so here the source files count as well.
"""

from __future__ import annotations

import ast
import hashlib
import io
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobs.run.body import asks_for
from jobs.run.fingerprint import params_text
from jobs.run.stage import Stage
from schemas.errors import Daily30Error

if TYPE_CHECKING:
    import polars as pl

_OURS = ("features", "jobs", "schemas")


@dataclass(frozen=True, slots=True)
class Kept:
    """A folder of tables: the newest of each stage and night.

    Args:
        wanted: tables to keep; others of a stage are not looked at by anyone.
        stages: names of the stages worth it.
    """

    folder: Path
    wanted: Collection[str]
    stages: Collection[str]

    def made(self, stage: Stage, offered: Mapping[str, Any], make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """What the stage makes of what it is offered: as kept, or made now."""
        if stage.name not in self.stages:
            return make()
        tables = [table for table in stage.writes if table in self.wanted]
        key, slot = _key(stage, offered), f"{stage.name}-{offered['night'].ds}"
        notes, files = self.folder / f"{slot}.json", {t: self.folder / f"{slot}-{t}.kept" for t in tables}
        if _noted(notes) == key:
            found = {table: frame for table, file in files.items() if (frame := kept_rows(file)) is not None}
            if len(found) == len(files):
                return found
        made = make()
        self._keep(notes, key, {files[table]: made[table] for table in tables})
        return made

    def _keep(self, notes: Path, key: str, frames: Mapping[Path, pl.DataFrame]) -> None:
        """A home that may not be written is judged as well, only slower."""
        from warehouse.lake.atomic import write_bytes

        try:
            write_bytes(notes, b'""', aside=self.folder)  # whatever is cut short is not taken for whole
            for file, frame in frames.items():
                keep_rows(file, frame)
            write_bytes(notes, json.dumps(key).encode(), aside=self.folder)
        except Daily30Error:
            return


def keep_rows(file: Path, rows: pl.DataFrame) -> None:
    """Write rows for the next evaluation, with a checksum before them."""
    from warehouse.lake.atomic import write_bytes

    data = _bytes(rows)
    write_bytes(file, hashlib.sha256(data).digest() + data, aside=file.parent)


def kept_rows(file: Path) -> pl.DataFrame | None:
    """Rows as they were kept; None where there are none, or not those that were written: they are made again."""
    import polars as pl

    try:
        data = file.read_bytes()
    except OSError:
        return None
    size = hashlib.sha256().digest_size
    return pl.read_parquet(io.BytesIO(data[size:])) if hashlib.sha256(data[size:]).digest() == data[:size] else None


def _noted(notes: Path) -> object:
    """What is noted of a stage's rows; None where nothing is, or it cannot be read."""
    try:
        return json.loads(notes.read_bytes())
    except (OSError, ValueError):
        return None


def _key(stage: Stage, offered: Mapping[str, Any]) -> str:
    import polars as pl

    asked = sorted(asks_for(stage))
    frames = {name: offered[name] for name in asked if isinstance(offered[name], pl.DataFrame)}
    hashes = {name: hashlib.sha256(_bytes(frame)).hexdigest() for name, frame in frames.items()}
    given = {p.keyword: params_text(offered[p.keyword]) for p in stage.parameters}
    told = {name: repr(offered[name]) for name in ("night", "seeds") if name in asked}
    code = sorted((module, hashlib.sha256(file.read_bytes()).hexdigest()) for module, file in _sources(stage.run))
    return hashlib.sha256(json.dumps([stage.name, stage.version, hashes, given, told, code]).encode()).hexdigest()


def _bytes(frame: pl.DataFrame) -> bytes:
    file = io.BytesIO()
    frame.rechunk().write_parquet(file, statistics=False)
    return file.getvalue()


@cache
def _sources(body: str) -> tuple[tuple[str, Path], ...]:
    """Every module of ours that a body's module imports, at whatever remove."""
    found: dict[str, Path] = {}
    open_ends = [body.partition(":")[0]]
    while open_ends:
        name = open_ends.pop()
        spec = find_spec(name) if name not in found else None
        if spec is not None and spec.origin is not None:
            found[name] = Path(spec.origin)
            open_ends += _imported(found[name])
    return tuple(sorted(found.items()))


def _imported(file: Path) -> list[str]:
    """Modules of ours named in the imports of a file; of ``from a import b``, ``a.b`` where that is one."""
    names: list[str] = []
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.append(node.module)
            if node.module.partition(".")[0] in _OURS:
                names += [f"{node.module}.{alias.name}" for alias in node.names if _is_module(node.module, alias.name)]
    return [name for name in names if name.partition(".")[0] in _OURS]


def _is_module(package: str, name: str) -> bool:
    spec = find_spec(package)
    return (
        spec is not None and spec.submodule_search_locations is not None and find_spec(f"{package}.{name}") is not None
    )
