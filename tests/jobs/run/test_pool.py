"""How many workers a stage is worth, which of them it gets, and what becomes of one that ends itself."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from jobs.run.planner import Planner
from jobs.run.pool import LocalEngine, hands_for
from jobs.run.settings import load_settings
from jobs.run.stage import Stage
from jobs.run.task import Task
from schemas.errors import OutsideServiceError
from tests.jobs.run import toys


@pytest.fixture(scope="module")
def tasks(tmp_path_factory: pytest.TempPathFactory) -> list[Task]:
    """Sixteen tasks of a stage that carries rows over, once it has run; no test runs them there."""
    flags, home = {"user_buckets": 16}, tmp_path_factory.mktemp("home")
    toys.deliver(home)
    toys.run(home, **flags)
    planner = Planner(home, toys.NIGHT, toys.PIPELINE, load_settings(home, flags, {}, toys.STAGES))
    stage: Stage = next(s for s in toys.STAGES if s.carries)
    night = planner.store.night(str(toys.NIGHT), "OPEN")
    assert night is not None
    return list(planner.plan(stage, night, force=True).tasks)


@pytest.mark.parametrize(
    ("buckets", "workers", "hands"), [(16, 2, 2), (15, 2, 2), (4, 2, 1), (1, 8, 1), (4, 8, 2), (12, 8, 6), (16, 1, 1)]
)
def test_few_new_rows_are_worth_few_workers(tasks: list[Task], buckets: int, workers: int, hands: int) -> None:
    assert hands_for(tasks[:buckets], workers) == hands


def test_what_starts_slowly_gets_a_worker_for_so_many_rows(tasks: list[Task]) -> None:
    rows = sum(t.rows for t in tasks)
    assert rows > 2
    for each, hands in ((rows + 1, 1), (rows, 1), (rows // 2, 2), (1, 8)):
        slow = [replace(t, stage=replace(t.stage, rows_per_worker=each)) for t in tasks]
        assert hands_for(slow, 8) == hands
        assert hands_for(slow[:1], 8) == 1


def test_what_carries_nothing_gets_all_workers(tasks: list[Task]) -> None:
    assert hands_for([replace(t, carried=None) for t in tasks[:2]], 8) == 8
    assert hands_for([replace(t, bucket=None, buckets=None) for t in tasks[:1]], 8) == 8
    assert hands_for([], 8) == 8


class Panic(BaseException):
    """As libraries written in Rust raise it: no Exception."""


def panics(*, words: pl.DataFrame) -> dict[str, pl.DataFrame]:
    raise Panic("the engine broke\nat a line of its own")


def leaves(*, words: pl.DataFrame) -> dict[str, pl.DataFrame]:
    sys.exit(7)


def interrupts(*, words: pl.DataFrame) -> dict[str, pl.DataFrame]:
    raise KeyboardInterrupt


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "why"), [(panics, "Panic: the engine broke"), (leaves, "SystemExit: 7"), (interrupts, "KeyboardInterrupt")]
)
def test_a_worker_that_ends_itself_says_why_and_prints_no_traceback(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], body: Callable[..., object], why: str
) -> None:
    toys.deliver(tmp_path)
    broken = toys.with_stage("measure", run=f"{__name__}:{body.__name__}", params=None, tools=())
    with pytest.raises(OutsideServiceError, match=rf"measure, bucket .*: its worker died 2 times \({why}\)"):
        toys.run(tmp_path, pipeline=broken, spawn=True)
    said = capfd.readouterr()
    assert "Traceback" not in said.out + said.err


class Idle:
    """A worker that is there and has nothing to do."""

    def __init__(self) -> None:
        self.task: Task | None = None
        self.process = SimpleNamespace(is_alive=lambda: True)

    def give(self, task: Task) -> None:
        self.task = task


@pytest.mark.parametrize(("each", "who"), [(None, 0), (10_000, 1)])
def test_a_model_is_loaded_where_the_other_stages_of_one_task_do_not_meet(
    tasks: list[Task], each: int | None, who: int
) -> None:
    """Else what these share goes with a worker that the model left too large."""
    engine = LocalEngine(2)
    hands: list[Any] = [Idle(), Idle()]
    engine._hands = hands
    engine._feed(deque(replace(t, stage=replace(t.stage, rows_per_worker=each)) for t in tasks), 1)
    assert [hand.task is not None for hand in hands] == [n == who for n in (0, 1)]
