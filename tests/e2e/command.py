"""The command line as a person runs it: a process of its own, its exit code and its words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LIMIT_S = 840.0
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS")


@dataclass(frozen=True, slots=True)
class Said:
    """What a command left: exit code, stdout, stderr."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)

    def error(self) -> dict[str, Any]:
        """The error of ``--json``: the last line of stderr."""
        told: dict[str, Any] = json.loads(self.err.strip().splitlines()[-1])
        return told


def argv(*words: object) -> list[str]:
    return [sys.executable, "-m", "jobs.cli", *map(str, words)]


def environment(**more: str) -> dict[str, str]:
    """Ours, without settings of whoever runs the tests: a command has as many threads as a person's."""
    ours = ("DAILY30_", *_THREADS)
    kept = {k: v for k, v in os.environ.items() if not k.upper().startswith(ours)}
    return {**kept, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "COLUMNS": "400", **more}


def daily30(*words: object, limit_s: float = LIMIT_S, **env: str) -> Said:
    """Run ``daily30 <words>`` to its end."""
    done = subprocess.run(
        argv(*words), env=environment(**env), capture_output=True, text=True, timeout=limit_s, check=False
    )
    return Said(done.returncode, done.stdout, done.stderr)


def well(*words: object, limit_s: float = LIMIT_S, **env: str) -> Said:
    """The same for a command that has to succeed."""
    said = daily30(*words, limit_s=limit_s, **env)
    assert said.code == 0, f"daily30 {' '.join(map(str, words))} ended {said.code}:\n{said.err[-3000:]}"
    return said
