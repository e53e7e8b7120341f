"""One suite for every stage: whole, in buckets, in another order, empty, and with carried rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from jobs.run.execute import Worker
from jobs.run.stage import Stage
from schemas import TABLES
from schemas.validate import check
from tests.contracts.night import CHECKED, SmallNight, split_like
from warehouse.lake.buckets import partition

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
BUCKETS = 5
SPLIT = [s for s in CHECKED if s.split is not None]
CARRYING = [s for s in CHECKED if s.carries is not None]
Frames = dict[str, pl.DataFrame]


def named(stage: Stage) -> str:
    return stage.name


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """A worker in this process, with one BLAS thread as the runner's workers have."""
    from threadpoolctl import threadpool_limits

    kept = Worker()
    with threadpool_limits(1):
        yield kept
    kept.close()


class StageOutputs:
    """What each stage makes of its whole inputs, computed once."""

    def __init__(self, night: SmallNight, worker: Worker) -> None:
        self.night, self.worker = night, worker
        self._made: dict[str, Frames] = {}

    def inputs(self, stage: Stage) -> Frames:
        return self.night.inputs(self.night.task(stage), self.worker)

    def make(self, stage: Stage, inputs: Mapping[str, pl.DataFrame]) -> Frames:
        return self.worker.call(self.night.task(stage), inputs)

    def whole(self, stage: Stage) -> Frames:
        if stage.name not in self._made:
            self._made[stage.name] = self.make(stage, self.inputs(stage))
        return self._made[stage.name]


@pytest.fixture(scope="module")
def known(small_night: SmallNight, worker: Worker) -> StageOutputs:
    return StageOutputs(small_night, worker)


def assert_same(made: Frames, expected: Frames) -> None:
    for name, frame in expected.items():
        key = TABLES[name].key
        assert_frame_equal(made[name].sort(key), frame.sort(key), check_exact=True, check_column_order=True)


def shuffled(inputs: Frames) -> Frames:
    return {n: f.sample(fraction=1.0, shuffle=True, seed=11) for n, f in inputs.items()}


@pytest.mark.parametrize("stage", CHECKED, ids=named)
def test_outputs_keep_their_contracts(known: StageOutputs, stage: Stage) -> None:
    for name, frame in known.whole(stage).items():
        assert check(frame, replace(TABLES[name], may_be_empty=True)) == []


@pytest.mark.parametrize("stage", SPLIT, ids=named)
def test_buckets_together_equal_the_whole(known: StageOutputs, stage: Stage) -> None:
    assert stage.split is not None
    inputs = known.inputs(stage)
    cut = {n: partition(f, stage.split, BUCKETS) for n, f in inputs.items() if split_like(stage, n)}
    made = [known.make(stage, {**inputs, **{n: parts[b] for n, parts in cut.items()}}) for b in range(BUCKETS)]
    assert_same({name: pl.concat([m[name] for m in made]) for name in stage.writes}, known.whole(stage))


@pytest.mark.parametrize("stage", CHECKED, ids=named)
def test_row_order_does_not_matter(known: StageOutputs, stage: Stage) -> None:
    assert_same(known.make(stage, shuffled(known.inputs(stage))), known.whole(stage))


@pytest.mark.parametrize("stage", SPLIT, ids=named)
def test_an_empty_bucket_gives_empty_tables(known: StageOutputs, stage: Stage) -> None:
    inputs = {n: f.clear() if split_like(stage, n) else f for n, f in known.inputs(stage).items()}
    for name, frame in known.make(stage, inputs).items():
        assert frame.is_empty(), name
        assert dict(frame.schema) == TABLES[name].schema(), name


@pytest.mark.parametrize("stage", SPLIT, ids=named)
def test_outputs_stay_within_the_keys_given(known: StageOutputs, stage: Stage) -> None:
    given = {key for n, f in known.inputs(stage).items() if split_like(stage, n) for key in f[stage.split]}
    for frame in known.whole(stage).values():
        assert set(frame[stage.split]) <= given


@pytest.mark.parametrize("stage", CARRYING, ids=named)
def test_carried_rows_change_nothing(known: StageOutputs, stage: Stage) -> None:
    task = known.night.carrying(known.night.task(stage))
    assert task.carried is not None
    assert_same(known.worker.call(task, known.inputs(stage)), known.whole(stage))
