"""Puts a run of the real pipeline together: settings, engine, landing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from jobs.pipeline import PIPELINE
from jobs.run.extras import require_extra
from jobs.run.planner import Pipeline, Planner
from jobs.run.progress import Progress
from jobs.run.runner import Engine, Runner
from jobs.run.settings import Settings, load_settings
from jobs.run.stage import LOOKBACKS
from schemas import TABLES
from schemas.errors import UsageError


def the_pipeline() -> Pipeline:
    """The pipeline of jobs/pipeline.py under the contracts of schemas/."""
    return Pipeline(PIPELINE, TABLES, LOOKBACKS)


def planner(home: Path, ds: date, flags: Mapping[str, Any]) -> Planner:
    """A planner of the night ``ds`` of ``home``."""
    settings = load_settings(home, flags)
    return Planner(home.absolute(), ds, the_pipeline(), settings, twins=settings.engine == "spark")


def runner(home: Path, ds: date, *, flags: Mapping[str, Any], watcher: Progress) -> Runner:
    """A runner of the night ``ds`` of ``home``.

    Raises:
        UsageError: a setting of any stage is wrong, or the engine is not installed: told now, not
            when the night gets there.
    """
    settings, pipeline = load_settings(home, flags), the_pipeline()
    if settings.engine == "spark":
        require_extra("spark", "pyspark", "--engine spark")
    for stage in pipeline.stages:
        settings.params_of(stage)
    return Runner(
        home.absolute(),
        ds,
        pipeline,
        settings,
        engine=lambda: open_engine(settings),
        watcher=watcher,
    )


def open_engine(settings: Settings) -> Engine:
    """The engine that the settings name."""
    if settings.engine == "spark":
        from jobs.run.spark.engine import SparkEngine

        return SparkEngine(settings.workers)
    from jobs.run.pool import LocalEngine

    return LocalEngine(settings.workers)


def require_home(home: Path) -> Path:
    """The home folder, which must exist."""
    if not home.is_dir():
        what = "is not a folder" if home.exists() else "does not exist"
        raise UsageError(
            f"home {home} {what}",
            fix="make one with `daily30 ingest folder MUSIC` or `daily30 sample`, or name yours with --home DIR.",
        )
    return home
