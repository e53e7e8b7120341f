"""One stage as a command of its own, so that a DAG process never loads what stages need."""

from __future__ import annotations

import os
import subprocess
import sys

# Exit codes (see the guide) that another attempt cannot mend.
HOPELESS = {2: "usage or settings", 3: "bad data", 4: "audit refused"}


def stage_command(stage: str, ds: str, home: str) -> list[str]:
    """The command line that runs one stage of one night."""
    return [sys.executable, "-m", "jobs.cli", "nightly", "--only", stage, "--ds", ds, "--home", home]


def run_stage(stage: str, day: str, home: str) -> None:
    """Run a stage to its end.

    Args:
        day: the listening day; not called ``ds``, which Airflow keeps for itself.

    Raises:
        AirflowFailException: for exit codes that no retry can mend.
        AirflowException: for the others; Airflow tries again.
    """
    from airflow.sdk.exceptions import AirflowException, AirflowFailException

    done = subprocess.run(stage_command(stage, day, home), env={**os.environ, "NO_COLOR": "1"}, check=False)
    if done.returncode in HOPELESS:
        raise AirflowFailException(f"{stage} {day}: {HOPELESS[done.returncode]} (exit {done.returncode})")
    if done.returncode != 0:
        raise AirflowException(f"{stage} {day}: exit {done.returncode}")
