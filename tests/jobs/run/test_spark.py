"""The Spark engine leaves the same bytes as the local one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jobs.run.planner import Pipeline
from jobs.run.runner import NightReport, Runner
from schemas.errors import OutsideServiceError
from tests.jobs.run import misfits, toys
from warehouse.lake.buckets import bucket_of

pytestmark = [pytest.mark.spark, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _checkout_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parents[3]))  # Spark's workers import the toys too


def run(home: Path, pipeline: Pipeline = toys.PIPELINE) -> NightReport:
    from jobs.run.spark.engine import SparkEngine

    settings = toys.settings(home, pipeline, engine="spark")
    engine = SparkEngine(2, bucketed=frozenset({"words"}))
    return Runner(home, toys.NIGHT, pipeline, settings, engine=lambda: engine, watcher=toys.Silent()).run()


def test_spark_and_local_leave_the_same_lake(tmp_path: Path) -> None:
    for name in ("local", "spark"):
        toys.deliver(tmp_path / name)
    toys.run(tmp_path / "local")
    assert run(tmp_path / "spark").complete
    assert toys.files(tmp_path / "spark") == toys.files(tmp_path / "local")
    assert not list((tmp_path / "spark" / "lake" / "_aside").iterdir())


def test_an_error_of_a_body_comes_back_with_its_type(tmp_path: Path) -> None:
    toys.deliver(tmp_path)
    with pytest.raises(ZeroDivisionError, match="the body broke"):
        run(tmp_path, toys.with_stage("measure", run=f"{misfits.HERE}:measure_raising", params=None))


@pytest.mark.parametrize("do", ["kill once", "kill"])
def test_a_dying_python_worker_is_tried_once_more(tmp_path: Path, do: str) -> None:
    toys.deliver(tmp_path)
    (tmp_path / "trap.json").write_text(json.dumps({"stage": "measure", "user": "u11", "do": do}))
    if do == "kill once":
        assert run(tmp_path).complete
    else:
        with pytest.raises(OutsideServiceError, match="measure, bucket"):
            run(tmp_path)


def test_spark_hashes_keys_like_python() -> None:
    from jobs.run.spark.engine import start_session
    from warehouse.lake.buckets import spark_bucket_sql

    keys = ["", "u1", "夜曲", "🎧", "naïve", "a" * 1000]
    session = start_session(2)
    frame = session.createDataFrame([(k,) for k in keys], "user_id string")
    rows = frame.selectExpr("user_id", f"{spark_bucket_sql('user_id', 16)} as bucket").collect()
    assert {r["user_id"]: r["bucket"] for r in rows} == {k: bucket_of(k, 16) for k in keys}
