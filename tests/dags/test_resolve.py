"""One listening day for every way a run can start."""

from __future__ import annotations

import inspect
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dags.resolve import resolve_ds
from dags.stage_command import run_stage, stage_command

# The interval of 20 November in Shanghai, 00:30 to 00:30, in UTC.
START = datetime(2026, 11, 19, 16, 30, tzinfo=UTC)
DUE = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)


def resolve(**given: Any) -> str:
    plain: dict[str, Any] = {
        "conf": None,
        "run_type": "scheduled",
        "logical_date": START,
        "data_interval_start": START,
        "run_after": DUE,
        "timezone": "Asia/Shanghai",
    }
    return resolve_ds(**{**plain, **given})


@pytest.mark.parametrize(
    ("given", "ds"),
    [
        ({}, "2026-11-20"),
        ({"run_type": "backfill"}, "2026-11-20"),
        ({"timezone": "UTC"}, "2026-11-19"),
        ({"run_type": "manual", "logical_date": datetime(2026, 11, 20, tzinfo=UTC)}, "2026-11-20"),
        ({"run_type": "manual", "conf": {"ds": "2026-10-01"}}, "2026-10-01"),
        ({"run_type": "asset_triggered", "logical_date": None, "data_interval_start": None}, "2026-11-20"),
        ({"run_type": "manual", "logical_date": None, "data_interval_start": None}, "2026-11-20"),
    ],
)
def test_every_trigger_path_knows_its_day(given: dict[str, Any], ds: str) -> None:
    assert resolve(**given) == ds


@pytest.mark.parametrize("given", [{"conf": {"ds": "yesterday"}}, {"run_type": "x", "run_after": None}])
def test_no_day_is_an_error(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"isoformat|which day"):
        resolve(**given)


def test_a_stage_is_one_command() -> None:
    command = stage_command("lists", "2026-11-20", "somewhere")
    assert command[1:] == [
        "-m",
        "jobs.cli",
        "nightly",
        "--only",
        "lists",
        "--ds",
        "2026-11-20",
        "--home",
        "somewhere",
    ]


def test_no_parameter_has_a_name_that_airflow_keeps_for_itself() -> None:
    kept = {"ds", "ds_nodash", "ts", "run_id", "dag", "dag_run", "task", "ti", "params", "conf", "logical_date"}
    assert kept.isdisjoint(inspect.signature(run_stage).parameters)


def test_the_stage_command_starts() -> None:
    words = [*stage_command("audio", "2026-11-21", "no-such-home")[:4], "--help"]
    done = subprocess.run(words, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == 0, done.stderr
    assert "--only" in done.stdout
