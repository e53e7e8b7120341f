"""One stage as a command of its own, so that a DAG process never loads what stages need."""

from __future__ import annotations

import os
import subprocess
import sys

# Exit codes (see the guide) that another attempt cannot mend.
HOPELESS = {2: "usage or settings", 3: "bad data", 4: "audit refused"}


def stage_command(stage: str, ds: str, home: str) -> list[str]:
    """The command line that runs one stage of one night."""
    return [sys.executable, "-m", "jobs.run.cli", "nightly", "--only", stage, "--ds", ds, "--home", home]


def run_stage(stage: str, ds: str, home: str) -> None:
    """Run a stage to its end.

    Raises:
        AirflowFailException: for exit codes that no retry can mend.
        AirflowException: for the others; Airflow tries again.
    """
    from airflow.sdk.exceptions import AirflowException, AirflowFailException

    done = subprocess.run(stage_command(stage, ds, home), env={**os.environ, "NO_COLOR": "1"}, check=False)
    if done.returncode in HOPELESS:
        raise AirflowFailException(f"{stage} {ds}: {HOPELESS[done.returncode]} (exit {done.returncode})")
    if done.returncode != 0:
        raise AirflowException(f"{stage} {ds}: exit {done.returncode}")
