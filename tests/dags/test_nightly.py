"""The DAG is the pipeline list, parses lightly, and runs a whole night."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.pipeline import PIPELINE

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("polars", "torch", "pyspark", "numpy", "essentia", "faiss")

LOOK = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(sys.argv[1])
dag = bag.dags.get("daily30_nightly")
print("RESULT " + json.dumps({
    "errors": {k: str(v) for k, v in bag.import_errors.items()},
    "upstream": {t.task_id: sorted(t.upstream_task_ids) for t in dag.tasks} if dag else {},
    "owners": [t.owner for t in dag.tasks], "timeouts": [t.execution_timeout is not None for t in dag.tasks],
    "at_once": [dag.max_active_runs, dag.max_active_tasks] if dag else [],
    "heavy": [m for m in sys.argv[2].split(",") if m in sys.modules],
}))
"""


def airflow_environment(home: Path, daily30_home: Path) -> dict[str, str]:
    return {
        **os.environ,
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "WARNING",
        "DAILY30_HOME": str(daily30_home),
        "PYTHONPATH": str(ROOT),
    }


@pytest.mark.slow
def test_the_dag_is_drawn_from_the_list(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(ROOT / "dags"), ",".join(HEAVY)],
        env=airflow_environment(tmp_path / "airflow", tmp_path / "home"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(next(x for x in done.stdout.splitlines() if x.startswith("RESULT ")).removeprefix("RESULT "))
    assert found["errors"] == {}
    assert set(found["upstream"]) == {"night", *(s.name for s in PIPELINE)}
    assert found["heavy"] == []
    assert set(found["owners"]) == {"daily30"}
    assert all(found["timeouts"])
    assert found["at_once"] == [1, 1], "stages of one night share its lease"
    made_by = {t: s.name for s in PIPELINE for t in s.writes}
    for stage in PIPELINE:
        wanted = {made_by[t] for t in stage.reads if t in made_by and made_by[t] != stage.name}
        assert set(found["upstream"][stage.name]) >= wanted, stage.name
