"""A lawful home, and deliveries made to it by the command."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jobs.cli import main
from tests.deliveries import write_csv, write_jsonl, write_landing
from tests.jobs.commands.intake.sent import answer

Rows = list[dict[str, Any]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a lawful landing: 5 tracks, 4 users, 144 plays."""
    write_landing(tmp_path / "home")
    return tmp_path / "home"


@pytest.fixture
def deliver(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """Write rows as a file, deliver it: the answer, or the exit code, the error and the fix."""

    def call(name: str, rows: Rows | None = None, *args: str) -> Any:
        path = tmp_path / "sent" / name
        if rows is not None:
            write = write_jsonl if path.suffix == ".jsonl" else write_csv
            write(path, rows)
        try:
            main(["ingest", "delivery", str(path), "--home", str(home), "--json", *args])
        except SystemExit as stop:
            if stop.code:
                told = json.loads(capsys.readouterr().err.splitlines()[-1])
                return stop.code, told["error"], told["fix"]
        return json.loads(capsys.readouterr().out)

    return call


@pytest.fixture
def take(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """``daily30 ingest listens PATH ... --json`` into ``tmp_path/home``: its answer, or exit code and message."""

    def call(path: Path, *args: object) -> Any:
        return answer(capsys, "ingest", "listens", path, *args, "--home", tmp_path / "home")

    return call
