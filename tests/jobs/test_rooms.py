"""Import rules for what the pipeline names: a stage is found by name, so that a new one touches no list of modules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

import schemas
from jobs.pipeline import PIPELINE

BODIES = {body.partition(":")[0] for stage in PIPELINE for body in (stage.run, stage.spark) if body}
ROOMS = ("jobs.cli", "jobs.commands", "jobs.run", "jobs.tools", "jobs.clients", "jobs.pipeline")
# A replay is those stages on another day, called as the runner calls them.
REPLAYED = {
    "jobs.taste",
    "jobs.collaborative",
    "jobs.choice",
    "jobs.candidates",
    "jobs.run",
    "jobs.run.body",
    "jobs.run.stage",
}
WRITES = {"write_text", "write_bytes", "write_parquet", "write_csv", "mkdir", "unlink", "rename", "open"}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("jobs", "features", "schemas", "warehouse")


@pytest.mark.parametrize("body", sorted(BODIES))
def test_a_stage_knows_no_room_of_jobs_and_no_other_stage(graph: grimp.ImportGraph, body: str) -> None:
    reached = graph.find_upstream_modules(body) - (REPLAYED if body == "jobs.ranker" else set())
    assert [m for m in reached if m.startswith(ROOMS) or (m in BODIES and m != body)] == []


def test_the_runner_imports_no_stage(graph: grimp.ImportGraph) -> None:
    reached = graph.find_upstream_modules("jobs.run", as_package=True)
    assert reached & BODIES == set()


def test_schemas_write_no_files() -> None:
    assert list(_writes(Path(str(schemas.__file__)).parent)) == []


def _writes(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in WRITES:
                    yield f"{path.name}:{node.lineno} {name}"
