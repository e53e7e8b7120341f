"""### daily30: one night

Every stage of the pipeline list as a task; arrows follow the tables. A task runs
`daily30 nightly --only STAGE`, so a finished stage costs nothing the second time and a killed
one resumes. Trigger with `{"ds": "YYYY-MM-DD"}` to close a chosen day. Settings by environment:
`DAILY30_HOME` (the home folder), `DAILY30_TIMEZONE` (whose midnight closes the day).
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import Any

from airflow.sdk import DAG, Param, get_current_context, task
from airflow.timetables.interval import CronDataIntervalTimetable

from dags.resolve import resolve_ds
from dags.stage_command import run_stage
from jobs.pipeline import PIPELINE

TIMEZONE = os.environ.get("DAILY30_TIMEZONE", "Asia/Shanghai")
HOME = os.environ.get("DAILY30_HOME", "home")

with DAG(
    dag_id="daily30_nightly",
    description="Catalogue and plays to a Daily 30 for every user.",
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable("30 0 * * *", timezone=TIMEZONE),
    start_date=datetime(2026, 1, 1),  # noqa: DTZ001 (the timetable carries the zone)
    catchup=False,
    max_active_runs=1,
    # A stage takes the lease of its night and all cores: of two at once the second would be refused.
    max_active_tasks=1,
    dagrun_timeout=timedelta(hours=8),
    params={"ds": Param(None, type=["null", "string"], description="Listening day to close, YYYY-MM-DD.")},
    default_args={
        "owner": "daily30",
        "retries": 2,
        "retry_delay": timedelta(minutes=3),
        "execution_timeout": timedelta(hours=3),
    },
    tags=["daily30"],
) as dag:

    @task(task_id="night", retries=0, execution_timeout=timedelta(minutes=1))
    def night() -> str:
        """Which day this run closes."""
        context = get_current_context()
        run = context["dag_run"]
        given = context["params"].get("ds")
        return resolve_ds(
            conf={**(run.conf or {}), **({"ds": given} if given else {})},
            run_type=str(getattr(run.run_type, "value", run.run_type)),
            logical_date=run.logical_date,
            data_interval_start=run.data_interval_start,
            run_after=run.run_after,
            timezone=TIMEZONE,
        )

    ds = night()
    producer: dict[str, Any] = {}
    for stage in PIPELINE:
        step = task(task_id=stage.name, doc=stage.doc)(run_stage)(stage.name, ds, HOME)
        for table in stage.reads:
            if table in producer:
                producer[table] >> step
        producer.update(dict.fromkeys(stage.writes, step))
