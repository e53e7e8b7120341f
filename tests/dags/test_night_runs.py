"""One night by Airflow itself: `dags test` against a metadata database, every task a process of its own."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from jobs.pipeline import PIPELINE
from tests.dags.test_nightly import ROOT, airflow_environment
from tests.e2e.command import environment
from tests.e2e.conftest import SECOND_NIGHT
from tests.e2e.night import current, served

pytestmark = [pytest.mark.slow, pytest.mark.airflow, pytest.mark.timeout(1500)]
SETTINGS = """\
umask = "027"
user_buckets = 1
track_buckets = 1

[headers]
ceiling = 1
fps = 8
max_s = 8.4
"""


def airflow(home: Path, daily30_home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run ``airflow <words>`` with a home and a database of its own."""
    own = {
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
    }
    env = {**environment(), **airflow_environment(home, daily30_home), **own}
    command = [sys.executable, "-m", "airflow", *words]
    return subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, timeout=1200, check=False)


def test_airflow_runs_the_night_of_its_conf(tmp_path: Path, finished: Path) -> None:
    """The night after the finished one, whose sounds and texts it carries over; of that only the lake came along."""
    home, airflow_home = tmp_path / "home", tmp_path / "airflow"
    for folder in ("landing", "lake"):
        shutil.copytree(finished / folder, home / folder)
    before = set(home.rglob("*"))
    (home / "daily30.toml").write_text(SETTINGS)
    airflow_home.mkdir()
    migrated = airflow(airflow_home, home, "db", "migrate")
    assert migrated.returncode == 0, migrated.stderr[-3000:]

    conf = json.dumps({"ds": SECOND_NIGHT})
    done = airflow(airflow_home, home, "dags", "test", "daily30_nightly", "2026-11-25", "--conf", conf)
    told = f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    assert done.returncode == 0, told
    with sqlite3.connect(airflow_home / "airflow.db") as db:
        tasks = dict(db.execute("SELECT task_id, state FROM task_instance"))
        runs = db.execute("SELECT state FROM dag_run").fetchall()
    assert tasks == dict.fromkeys(("night", *(s.name for s in PIPELINE)), "success"), told
    assert runs == [("success",)]
    assert current(home)["ds"] == SECOND_NIGHT
    assert served(home) is not None
    made = [
        p for folder in ("lake", "serving", "runs", "report") for p in (home / folder).rglob("*") if p not in before
    ]
    assert {oct(p.stat().st_mode & 0o777) for p in made if p.is_file()} == {"0o640"}, "tasks keep to the home's umask"
    assert {oct(p.stat().st_mode & 0o777) for p in made if p.is_dir()} == {"0o750"}
