"""The worked example of an evidence kind in CONTRIBUTING, put into a copy of the house and held to every promise."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.examples import ROOT, example

pytestmark = pytest.mark.slow

KIND, MODULE = "never_skipped", "features/evidence/kinds/loyalty.py"
SENTENCES = [f"features/evidence/sentences/{language}/loyalty.txt" for language in ("en", "zh")]
COPIED = ("features", "jobs", "schemas", "warehouse", "tests", "pyproject.toml")


def _text_file(path: str) -> str:
    """The text that the page shows for a file that is no code."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    return re.findall(rf"^```text\n; {re.escape(path)}\n(.*?)^```", page, re.S | re.M)[0]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the house with the example in it: one new module, its sentences, and a line of the vocabulary."""
    copy = tmp_path_factory.mktemp("house")
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, copy / name)
    for path, text in [(MODULE, example(MODULE)), *((path, _text_file(path)) for path in SENTENCES)]:
        assert not (copy / path).exists()
        (copy / path).write_text(text, encoding="utf-8")
    vocabulary = copy / "schemas/vocabulary.py"
    head, opening, rest = vocabulary.read_text(encoding="utf-8").partition("EVIDENCE_KINDS = (\n")
    kinds, closing, tail = rest.partition("\n)\n")
    line = example("schemas/vocabulary.py").rstrip()
    vocabulary.write_text(f"{head}{opening}{kinds}\n{line}{closing}{tail}", encoding="utf-8")
    return copy


def _pytest(house: Path, *arguments: str) -> str:
    own = {
        name: value for name, value in os.environ.items() if not name.startswith("SLIPCOVER_")
    }  # measured is this house
    environment = {**own, "PYTHONPATH": str(house)}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *arguments]
    done = subprocess.run(command, cwd=house, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    return done.stdout


def test_it_is_found_proved_and_told(house: Path) -> None:
    """A night of forty listeners: rows of the kind, each borne out by its proof, each wrong one caught, and told."""
    evidence = "tests/features/evidence"
    told = _pytest(house, f"{evidence}/test_proof.py", f"{evidence}/test_registry.py", "-k", KIND, "-rA")
    for test in ("every_reason_is_true", "every_corrupted_reason_is_caught", "a_line_is_told_from_every_row"):
        assert re.search(rf"PASSED .*test_{test}\[.*{KIND}", told), test


def test_the_example_is_written_as_the_house_writes(tmp_path: Path) -> None:
    file = tmp_path / "loyalty.py"
    file.write_text(example(MODULE), encoding="utf-8")
    for command in (["check"], ["format", "--check"]):
        asked = [sys.executable, "-m", "ruff", *command, "--config", str(ROOT / "pyproject.toml"), str(file)]
        done = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
