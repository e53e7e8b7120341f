"""Rounds of `python -m bench.chaos` whose seeds never change; hundreds of them are for a person to run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.command import environment
from tests.e2e.conftest import CopyHome

ROOT = Path(__file__).parents[2]
# An older store, broken views, a kill, two runs at once, a broken header of the store, logs that are not its own.
# Files heard by workers are left alone: where torch is loaded too, their last digits are others.
ROUNDS = (17, 19, 20, 23, 35, 60)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_same_command_ends_as_an_undisturbed_twin_and_nothing_wrong_is_served(
    copied: CopyHome, finished: Path
) -> None:
    home = copied(finished)
    asked = [word for number in ROUNDS for word in ("--round", str(number))]
    ran = subprocess.run(
        [sys.executable, "-m", "bench.chaos", "--home", str(home), "--seed", "5", "--json", *asked],
        cwd=ROOT, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    told = json.loads(ran.stdout)
    assert told["outcomes"] == {"same": len(ROUNDS)}
    assert len(told["faults"]) == len(ROUNDS)
    assert told["served"]["read"] > 0
    assert not {"wrong", "mixed"} & set(told["served"])
