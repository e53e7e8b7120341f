"""How many workers a stage is worth."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from jobs.run.planner import Planner
from jobs.run.pool import hands_for
from jobs.run.settings import load_settings
from jobs.run.stage import Stage
from jobs.run.task import Task
from tests.jobs.run import toys


@pytest.fixture
def tasks(tmp_path: Path) -> list[Task]:
    """Sixteen tasks of a stage that carries rows over, once it has run."""
    flags = {"user_buckets": 16}
    toys.deliver(tmp_path)
    toys.run(tmp_path, **flags)
    planner = Planner(tmp_path, toys.NIGHT, toys.PIPELINE, load_settings(tmp_path, flags, {}, toys.STAGES))
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
