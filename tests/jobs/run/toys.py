"""A toy pipeline for tests of the runner: words of users, importable by spawned workers.

Deliveries lie in ``home/landing/words.json`` as ``[[user, word, weight], ...]``. Bodies write a line
to ``home/calls.log`` through the ``bell`` tool, so that tests see which bucket ran, how often.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from features.night import Night
from features.seeds import Seeds
from jobs.run.execute import Worker
from jobs.run.planner import Pipeline
from jobs.run.pool import LocalEngine
from jobs.run.runner import NightReport, Runner
from jobs.run.settings import Settings, load_settings
from jobs.run.stage import Lookback, Stage
from jobs.run.task import Task, TaskResult
from schemas.catalogue import USER_ID
from schemas.contract import Column, Table, Type

HERE = "tests.jobs.run.toys"
NIGHT = date(2026, 3, 1)
WORD = Column("word", Type.STR, "A word.")
WEIGHT = Column("weight", Type.F64, "How much.", range=(0, 100))
SOURCE = (Column("source_file", Type.STR, "File."), Column("source_row", Type.I64, "Row."))


def table(
    name: str, key: tuple[str, ...], *columns: Column, split: str | None = "user_id", empty: bool = False
) -> Table:
    grain = f"one row per {' and '.join(key)}"
    return Table(name, grain=grain, key=key, columns=columns, split=split, may_be_empty=empty)


LANDING_WORDS = table(
    "landing_words", ("source_file", "source_row"), USER_ID, WORD, WEIGHT, *SOURCE, split=None, empty=True
)
WORDS = table("words", ("user_id", "word"), USER_ID, WORD, WEIGHT)
LENGTHS = table("lengths", ("user_id", "word"), USER_ID, WORD, Column("length", Type.F64, "Length times factor."))
TOTALS = table("totals", ("word",), WORD, Column("total", Type.F64, "Sum of lengths."), split=None)
RANKS = table("ranks", ("user_id", "word"), USER_ID, WORD, Column("score", Type.F64, "Score."))
PAST = table(
    "past", ("user_id", "ds", "word"), USER_ID, Column("ds", Type.DATE, "Night."), WORD,
    Column("score", Type.F64, "Score."), empty=True,
)  # fmt: skip
DEAR = table("dear", ("user_id", "word"), USER_ID, WORD, Column("content_key", Type.STR, "Key."))
TABLES = {t.name: t for t in (LANDING_WORDS, WORDS, LENGTHS, TOTALS, RANKS, PAST, DEAR)}


@dataclass(frozen=True, slots=True)
class MeasureParams:
    """Factor: multiplies every length."""

    factor: float = 1.0


STAGES = (
    Stage("take", run=f"{HERE}:take", reads=("landing_words",), writes=("words",)),
    Stage(
        "measure", run=f"{HERE}:measure", reads=("words",), writes=("lengths",), split="user_id",
        params=f"{HERE}:MeasureParams", tools=("bell",),
    ),
    Stage("count", run=f"{HERE}:count", reads=("lengths",), writes=("totals",), tools=("bell",)),
    Stage(
        "rank", run=f"{HERE}:rank", reads=("lengths", "totals", "past"), writes=("ranks",), split="user_id",
        tools=("bell",),
    ),
    Stage(
        "cherish", run=f"{HERE}:cherish", reads=("words",), writes=("dear",), split="user_id", tools=("bell",),
        carries="dear",
    ),
)  # fmt: skip
PIPELINE = Pipeline(
    STAGES,
    TABLES,
    {"past": Lookback("ranks", nights=3)},
    {"bell": (f"{HERE}:open_bell", "audio_files")},
    landing=f"{HERE}:open_landing",
)


class Landing:
    def __init__(self, home: Path) -> None:
        self._path = home / "landing" / "words.json"

    def digest(self) -> dict[str, str]:
        return {"landing_words": hashlib.sha256(self._path.read_bytes()).hexdigest()}

    def frame(self, name: str) -> pl.DataFrame:
        rows = json.loads(self._path.read_text())
        return TABLES[name].frame(
            [
                {"user_id": u, "word": w, "weight": x, "source_file": "words.json", "source_row": n}
                for n, (u, w, x) in enumerate(rows)
            ]
        )


def open_landing(home: Path) -> Landing:
    return Landing(home)


class Bell:
    """Logs calls and, where a file asks for it, dies, sleeps or breaks: ``home/trap.json``."""

    def __init__(self, home: Path, lease_check: Any) -> None:
        self._home = home
        self.lease_check = lease_check
        self.note("open")

    def note(self, line: str) -> None:
        with (self._home / "calls.log").open("a") as log:
            log.write(line + "\n")

    def ring(self, stage: str, users: pl.Series) -> None:
        names = sorted(set(users))
        self.note(f"{stage} {' '.join(names)}")
        trap = self._home / "trap.json"
        if not trap.exists():
            return
        what = json.loads(trap.read_text())
        if what["stage"] == stage and (what["user"] in names or what["user"] == "*"):
            if what["do"] == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            if what["do"] == "kill once":
                trap.unlink()
                os.kill(os.getpid(), signal.SIGKILL)
            if what["do"] == "sleep":
                (self._home / "asleep").touch()
                time.sleep(60)
            if what["do"] == "check":
                self.lease_check()

    def close(self) -> None:
        self.note("close")


def open_bell(home: Path, settings: Mapping[str, Any], ds: date, lease_check: Any) -> Bell:
    return Bell(home, lease_check)


def take(*, landing_words: pl.DataFrame) -> dict[str, pl.DataFrame]:
    return {"words": WORDS.frame(landing_words.unique(("user_id", "word"), maintain_order=True))}


def measure(*, words: pl.DataFrame, bell: Bell, params: MeasureParams) -> dict[str, pl.DataFrame]:
    bell.ring("measure", words["user_id"])
    return {"lengths": LENGTHS.frame(words.with_columns(length=pl.col("word").str.len_chars() * params.factor))}


def count(*, lengths: pl.DataFrame, bell: Bell) -> dict[str, pl.DataFrame]:
    bell.ring("count", lengths["user_id"])
    return {"totals": TOTALS.frame(lengths.sort("user_id").group_by("word").agg(total=pl.col("length").sum()))}


def count_by_factor(*, lengths: pl.DataFrame, bell: Bell, measured: MeasureParams) -> dict[str, pl.DataFrame]:
    """Totals of lengths without the factor that they were measured with."""
    totals = count(lengths=lengths, bell=bell)["totals"]
    return {"totals": totals.with_columns(pl.col("total") / measured.factor)}


@dataclass(frozen=True, slots=True)
class RankInputs:
    """What ``rank`` reads, as one record."""

    lengths: pl.DataFrame
    totals: pl.DataFrame
    past: pl.DataFrame


def rank(inputs: RankInputs, *, bell: Bell, seeds: Seeds, night: Night) -> dict[str, pl.DataFrame]:
    bell.ring("rank", inputs.lengths["user_id"])
    assert inputs.past.is_empty() or inputs.past["ds"].max() < night.ds
    before = inputs.past.group_by("user_id", "word").agg(before=pl.col("score").sum())
    joined = inputs.lengths.join(inputs.totals, on="word").join(before, on=("user_id", "word"), how="left")
    noise = [seeds.rng("rank", u, w).random() for u, w in joined.select("user_id", "word").iter_rows()]
    score = pl.col("total") + pl.Series("noise", noise, dtype=pl.Float64) - pl.col("before").fill_null(0.0) / 10
    return {"ranks": RANKS.frame(joined.with_columns(score=score))}


def cherish(*, words: pl.DataFrame, bell: Bell, carried: pl.DataFrame) -> dict[str, pl.DataFrame]:
    known = set(carried["content_key"])
    new = words.filter(~pl.col("word").is_in(sorted(known)))
    bell.ring("cherish", new["user_id"])
    return {"dear": DEAR.frame(words.with_columns(content_key=pl.col("word")))}


# -- bodies that do wrong ------------------------------------------------------------------------
def with_stage(name: str, **changes: Any) -> Pipeline:
    """The toy pipeline with one stage changed."""
    return replace(PIPELINE, stages=tuple(replace(s, **changes) if s.name == name else s for s in STAGES))


# -- running -------------------------------------------------------------------------------------
USERS = tuple(f"u{n}" for n in range(12))


def deliver(home: Path, rows: list[list[Any]] | None = None) -> None:
    """Put words into the landing; by default three per user."""
    given = rows if rows is not None else default_rows()
    (home / "landing").mkdir(parents=True, exist_ok=True)
    (home / "landing" / "words.json").write_text(json.dumps(given))


def default_rows() -> list[list[Any]]:
    return [[u, w, 1.0] for u in USERS for w in (f"{u}-own", "shared", "夜曲")]


class Silent:
    def start(self, name: str, total: int | None = None) -> None: ...
    def advance(self, name: str, steps: int = 1, detail: str = "") -> None: ...
    def finish(self, name: str, detail: str = "") -> None: ...


def settings(home: Path, pipeline: Pipeline = PIPELINE, **flags: Any) -> Settings:
    return load_settings(home, {"user_buckets": 4, "workers": 2, **flags}, {}, pipeline.stages)


class Inline:
    """Runs tasks in this process: quick, for tests that are not about processes."""

    name = "inline"

    def __init__(self) -> None:
        self._worker = Worker()

    def run(self, tasks: Sequence[Task], done: Callable[[Task, TaskResult], None]) -> None:
        for task in tasks:
            done(task, self._worker.execute(task))

    def close(self) -> None:
        self._worker.close()


def runner(home: Path, ds: date = NIGHT, pipeline: Pipeline = PIPELINE, *, spawn: bool = False, **flags: Any) -> Runner:
    chosen = settings(home, pipeline, **flags)
    engine = (lambda: LocalEngine(chosen.workers)) if spawn else Inline
    return Runner(home, ds, pipeline, chosen, engine=engine, watcher=Silent())


def run(home: Path, ds: date = NIGHT, pipeline: Pipeline = PIPELINE, **flags: Any) -> NightReport:
    return runner(home, ds, pipeline, **flags).run()


def calls(home: Path) -> list[str]:
    """What the bell noted since the last look, opening and closing left out."""
    log = home / "calls.log"
    lines = log.read_text().splitlines() if log.exists() else []
    log.unlink(missing_ok=True)
    return [line for line in lines if line not in ("open", "close")]


def files(home: Path) -> dict[str, str]:
    """SHA-256 of every file of the lake; paths as keys."""
    lake = home / "lake"
    found = sorted(p for p in lake.rglob("*") if p.is_file() and p.parent.name != "_aside")
    return {str(p.relative_to(lake)): hashlib.sha256(p.read_bytes()).hexdigest() for p in found}


if __name__ == "__main__":
    run(Path(sys.argv[1]), spawn=True)
