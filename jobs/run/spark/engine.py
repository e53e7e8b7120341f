"""The Spark engine: the same stage functions, over the same buckets, as Spark tasks.

Split stages run as one Spark task per bucket through :mod:`jobs.run.execute`, so they leave the
same bytes as the local engine. A stage that cannot be split runs its Spark twin in the driver, or,
without one, on a local worker. Tables in ``bucketed`` are cut into buckets by Spark itself.
"""

from __future__ import annotations

import atexit
import logging
import os
import pickle
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from jobs.run.execute import Worker
from jobs.run.pool import LocalEngine, one_thread_environment, portable
from jobs.run.spark.buckets import bucket_table
from jobs.run.task import Task, TaskResult
from schemas.errors import OutsideServiceError
from warehouse.lake.store import LakeStore

_TRIES = 2
# The one table that grows with users times days.
BUCKETED = frozenset({"plays"})
# Without an appender Spark takes the configuration for none and logs by its own.
_ERRORS_ONLY = """status = error
appender.console.type = Console
appender.console.name = console
appender.console.target = SYSTEM_ERR
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %p %c{1}: %m%n
rootLogger.level = error
rootLogger.appenderRef.console.ref = console
logger.gateway.name = org.apache.spark.api.python.PythonGatewayServer
logger.gateway.level = error
"""


@cache
def start_session(cores: int) -> Any:
    """One quiet local session: this Python, this machine's loopback, UTC, no UI."""
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    os.environ["PYTHONPATH"] = os.pathsep.join(p for p in sys.path if p)
    logging.getLogger("py4j").setLevel(logging.WARNING)
    scratch = tempfile.mkdtemp(prefix="daily30-spark-")
    atexit.register(shutil.rmtree, scratch, ignore_errors=True)
    quiet = Path(scratch) / "log4j2.properties"
    quiet.write_text(_ERRORS_ONLY)
    os.environ.setdefault("SPARK_LOCAL_DIRS", scratch)
    builder = SparkSession.builder.master(f"local[{cores}]").appName("daily30")
    options = {
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile={quiet}",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": os.environ.get("SPARK_DRIVER_MEMORY", "2g"),
        "spark.sql.warehouse.dir": scratch,
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": str(cores * 2),
        "spark.sql.execution.arrow.pyspark.enabled": "true",
    }
    for name, value in options.items():
        builder = builder.config(name, value)
    with one_thread_environment():  # Spark's Python workers inherit the environment of its JVM
        return builder.getOrCreate()


class SparkEngine:
    """Runs tasks on a local Spark session that starts with the first task that needs it."""

    name = "spark"

    def __init__(self, workers: int, bucketed: frozenset[str] = BUCKETED) -> None:
        self._workers = workers
        self._bucketed = bucketed
        self._session: Any = None
        self._local: LocalEngine | None = None

    @property
    def session(self) -> Any:
        """The one shared session."""
        if self._session is None:
            self._session = start_session(self._workers)
        return self._session

    def run(self, tasks: Sequence[Task], done: Callable[[Task, TaskResult], None]) -> None:
        """Run all tasks of one stage; see :class:`jobs.run.pool.LocalEngine`."""
        if not tasks:
            return
        stage = tasks[0].stage
        if stage.split is not None:
            self._spread(tasks, done)
        elif tasks[0].body == stage.spark:
            for task in tasks:
                done(task, Worker().execute(task, {"spark": self.session}))
        else:
            self._alone(tasks, done)

    def _spread(self, tasks: Sequence[Task], done: Callable[[Task, TaskResult], None]) -> None:
        """One Spark task per bucket; buckets lost with a dying Python worker are tried once more."""
        from py4j.protocol import Py4JJavaError  # type: ignore[import-untyped]

        left = list(tasks)
        for attempt in range(1, _TRIES + 1):
            try:
                replies = self._collect(left)
            except Py4JJavaError as error:
                store = LakeStore(tasks[0].home)
                left = [t for t in left if store.task(t.stage.name, t.fingerprint) is None] or left
                if attempt == _TRIES:
                    raise _lost(left, error) from None
                continue
            for task, reply in zip(left, replies, strict=True):
                if isinstance(reply, Exception):
                    raise reply
                done(task, reply)
            return

    def _collect(self, tasks: Sequence[Task]) -> list[TaskResult | Exception]:
        blobs = [pickle.dumps(task) for task in tasks]
        rdd = self.session.sparkContext.parallelize(blobs, len(blobs))
        return [pickle.loads(reply) for reply in rdd.mapPartitions(_partition).collect()]  # noqa: S301 - our own bytes

    def _alone(self, tasks: Sequence[Task], done: Callable[[Task, TaskResult], None]) -> None:
        """Unsplit stages run on one local worker; Spark then cuts the big tables into buckets."""
        self._local = self._local or LocalEngine(1)
        for task in tasks:
            defer = tuple(o.table.name for o in task.outputs if o.table.name in self._bucketed)

            def finish(given: Task, result: TaskResult) -> None:
                done(given, self._bucket(given, result) if given.defer else result)

            self._local.run([replace(task, defer=defer)], finish)

    def _bucket(self, task: Task, result: TaskResult) -> TaskResult:
        outputs = dict(result.record.outputs)
        for name in task.defer:
            output = next(o for o in task.outputs if o.table.name == name)
            outputs[name] = bucket_table(self.session, task, output, outputs[name][0])
        record = replace(result.record, outputs=outputs)
        LakeStore(task.home).put_task(record)
        return replace(result, record=record)

    def close(self) -> None:
        """Stop the local worker; the session lives on for the next night of this process."""
        if self._local is not None:
            self._local.close()


_worker: Worker | None = None


def _partition(blobs: Iterator[bytes]) -> Iterator[bytes]:
    """Runs in a Spark Python worker; keeps its tools and side inputs between tasks."""
    global _worker  # noqa: PLW0603 - one per process, like the local engine's
    _worker = _worker or Worker()
    for blob in blobs:
        task: Task = pickle.loads(blob)  # noqa: S301 - our own bytes
        try:
            reply: TaskResult | Exception = _worker.execute(task)
        except Exception as error:  # noqa: BLE001 - it is raised again in the driver
            reply = portable(error, task.label)
        yield pickle.dumps(reply)


def _lost(tasks: Sequence[Task], error: Exception) -> OutsideServiceError:
    labels = ", ".join(t.label for t in tasks[:5])
    first = str(error).strip().splitlines()[0]
    return OutsideServiceError(
        f"Spark lost {len(tasks)} buckets twice ({labels}): {first}",
        fix="look at the input of those buckets, or run with --engine local; finished buckets are kept.",
    )
