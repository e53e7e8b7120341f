"""The night of the finished home in whole tables, and the tasks and inputs of its stages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from jobs.pipeline import PIPELINE
from jobs.run.execute import Worker
from jobs.run.night import planner
from jobs.run.resolve import carried_sources
from jobs.run.stage import Stage
from jobs.run.task import Task
from schemas import TABLES
from tests.e2e.conftest import FIRST_NIGHT, copy_home
from tests.e2e.here import here

# The last stage before the audit, which may rightly refuse so small an app.
LAST = "headers"
CHECKED = PIPELINE[: [s.name for s in PIPELINE].index(LAST) + 1]
# Two videos, small ones: a contract does not depend on their size, and each of the usual size takes seconds.
FEW_PICTURES = "[headers]\nceiling = 2\nwidth = 320\nheight = 180\nfps = 12\nmax_s = 8.4\n"
WHOLE = {"user_buckets": 1, "track_buckets": 1}
# Keys looked at where a key costs seconds: decoding, encoding a text, drawing a video.
FEW_KEYS = {"audio": 4, "embeddings": 8, "headers": 2}


@dataclass(frozen=True)
class SmallNight:
    """The night's home and day, run with one bucket so that whole tables are at hand."""

    home: Path
    ds: date

    def task(self, stage: Stage) -> Task:
        """The stage's task over everything; nothing is carried over."""
        plans = planner(self.home, self.ds, WHOLE)
        night = plans.store.night(str(self.ds), "OPEN")
        assert night is not None
        return replace(plans.plan(stage, night).tasks[0], carried=None, ledger=None)

    def carrying(self, task: Task) -> Task:
        """The same task, handed what its stage made before."""
        assert task.stage.carries is not None
        plans = planner(self.home, self.ds, WHOLE)
        table = TABLES[task.stage.carries]
        return replace(task, carried=carried_sources(plans.store, task.stage, table, str(self.ds), 1)[0])

    def inputs(self, task: Task, worker: Worker) -> dict[str, pl.DataFrame]:
        """What the task reads; few keys only where each costs seconds."""
        frames = worker.inputs(task)
        stage, limit = task.stage, FEW_KEYS.get(task.stage.name)
        if stage.split is None or limit is None:
            return frames
        first = next(frames[n] for n in stage.reads if TABLES[n].split == stage.split)
        keys = first[stage.split].unique().sort().head(limit).to_list()
        return {n: f.filter(pl.col(stage.split).is_in(keys)) if split_like(stage, n) else f for n, f in frames.items()}


def split_like(stage: Stage, table: str) -> bool:
    """Whether the stage gets the table bucket by bucket."""
    return stage.split is not None and TABLES[table].split == stage.split


def make(home: Path, finished: Path) -> SmallNight:
    """Run the night of a finished home again, in whole tables, up to LAST; what was heard and read is carried over."""
    if not home.exists():
        copy_home(finished, home)
    (home / "daily30.toml").write_text(FEW_PICTURES)
    whole = {f"DAILY30_{name.upper()}": str(buckets) for name, buckets in WHOLE.items()}
    here("nightly", "--home", home, "--ds", FIRST_NIGHT, "--until", LAST, **whole)
    return SmallNight(home, date.fromisoformat(FIRST_NIGHT))
