"""pyproject.toml declares what the code imports, and the lock keeps to it."""

from __future__ import annotations

import ast
import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.distribution.declared import ROOT, closure, dependencies, extras, groups

OURS = ("dags", "jobs", "features", "schemas", "warehouse")
# The ten libraries that daily30 is built on.
TEN = (
    "apache-airflow", "pyspark", "polars", "implicit", "faiss-cpu", "sentence-transformers", "essentia", "openai",
    "duckdb", "great-expectations",
)  # fmt: skip
_PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+) \\$", re.MULTILINE)


def locked() -> dict[str, str]:
    return {canonicalize_name(n): v for n, v in _PIN.findall((ROOT / "requirements.lock").read_text(encoding="utf-8"))}


def imported(folder: Path) -> set[str]:
    """Top-level names of everything that modules below ``folder`` import, anywhere in them."""
    names: set[str] = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names.add(node.module.partition(".")[0])
    return names - set(sys.stdlib_module_names) - {*OURS, "tests", "bench", "_typeshed"}  # type checkers


def undeclared(folders: tuple[str, ...], declared: list[Requirement]) -> set[str]:
    known = {canonicalize_name(r.name) for r in declared}
    carried_by = packages_distributions()
    names = set().union(*(imported(ROOT / folder) for folder in folders))
    return {n for n in names if not known & {canonicalize_name(d) for d in carried_by.get(n, [n])}}


def test_every_package_that_the_code_imports_is_declared() -> None:
    assert undeclared(OURS, dependencies() + extras()) == set()


def test_every_package_that_tests_and_benches_import_is_declared() -> None:
    assert undeclared(("tests", "bench"), dependencies() + extras() + groups()) == set()


@pytest.mark.parametrize("requirement", dependencies() + extras() + groups(), ids=lambda r: r.name)
def test_the_lock_satisfies_what_is_declared(requirement: Requirement) -> None:
    version = locked()[canonicalize_name(requirement.name)]
    assert requirement.specifier.contains(version, prereleases=True)


def test_the_lock_pins_the_ten_and_no_cuda() -> None:
    pins = locked()
    assert set(TEN) <= set(pins)
    assert not [name for name in pins if name.startswith(("nvidia", "triton"))]


def test_the_lock_holds_all_that_follows_but_pyaudio() -> None:
    """pyaudio has to be compiled against PortAudio; tinysoundfont, which asks for it, renders without."""
    assert set(closure(dependencies())) <= set(locked())
    assert "://" not in (ROOT / "requirements.lock").read_text(encoding="utf-8")


def test_what_spark_and_airflow_bring_stays_out_of_a_plain_installation() -> None:
    plain = set(closure(dependencies()))
    assert not plain & {"pyspark", "py4j", "apache-airflow", "apache-airflow-core", "matplotlib", "pyaudio", "pytest"}
