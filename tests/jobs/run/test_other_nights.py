"""After a night: damage of the other nights is made again by the same command, and stops nothing."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest

from jobs.commands.repair import Finding, others_mended
from jobs.run.lease import Lease
from jobs.run.planner import Planner
from tests.jobs.run import toys
from tests.jobs.run.test_damage import FAULTS, SECOND, copied, flip, needed, whole
from warehouse.lake import Lake
from warehouse.lake.verify import Turn, turn_of

FIRST = f"ds={toys.NIGHT}"


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two nights of the same deliveries: everything of the first can be had again."""
    home = tmp_path_factory.mktemp("nights")
    toys.deliver(home)
    toys.run(home)
    toys.run(home, SECOND)
    return home


def mended(home: Path, **flags: int) -> list[Finding]:
    planner = Planner(home, SECOND, toys.PIPELINE, toys.settings(home, **flags))
    return others_mended(planner, lambda night: toys.runner(home, night))


def of_the_first(home: Path) -> list[str]:
    """Files that the first night alone needs."""
    store = Lake(home, toys.TABLES).store
    second = store.night(str(SECOND), "DONE")
    assert second is not None
    shared = {part.path for name, version in second.tables.items() for part in store.table(name, version).parts}
    return [path for path in needed(home) if FIRST in path and path not in shared]


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_all_of_an_earlier_night_at_once_is_made_again_to_the_byte(nights: Path, tmp_path: Path, fault: str) -> None:
    home = copied(nights, tmp_path / "home")
    before, mine = whole(home), of_the_first(home)
    assert any(path.endswith("/OPEN") for path in mine)
    assert any(path.endswith(".parquet") for path in mine)
    for path in mine:
        if not path.endswith("/DONE"):  # with both pointers gone nothing tells that there was a night
            FAULTS[fault](home / "lake" / path)
    found = mended(home)
    assert found
    assert all(f.mended for f in found), found
    assert {p: sha for p, sha in whole(home).items() if p in before} == before
    assert mended(home) == []


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_a_tenth_of_all_files_gone_is_a_night_like_any_other(nights: Path, tmp_path: Path, seed: int) -> None:
    """A home that was half copied: the same command, then nothing is missing."""
    home = copied(nights, tmp_path / "home")
    before = {path: sha for path, sha in whole(home).items() if path in set(needed(home))}
    for path in random.Random(seed).sample(sorted(before), len(before) // 10):
        (home / "lake" / path).unlink()
    assert toys.run(home, SECOND).complete
    assert all(f.mended for f in mended(home))
    assert {p: sha for p, sha in whole(home).items() if p in before} == before


def test_a_task_without_its_record_leaves_its_files_where_they_lay(nights: Path, tmp_path: Path) -> None:
    """The second night names files of the first: made again under its own day, the night was another."""
    home = copied(nights, tmp_path / "home")
    before, night = whole(home), Lake(home, toys.TABLES).night(SECOND)
    shared = next(part for part in night.manifest("lengths").parts if FIRST in part.path)
    flip(night._store.task_path("measure", shared.fingerprint))
    assert toys.run(home, SECOND).complete
    assert {p: sha for p, sha in whole(home).items() if p in before} == before


def test_states_of_two_nights_that_rest_on_each_other_are_put_together_again(nights: Path, tmp_path: Path) -> None:
    """As after `gc`, which leaves a night its last state alone: the one met while the other is put together."""
    home = copied(nights, tmp_path / "home")
    third = SECOND + timedelta(days=1)
    toys.run(home, third)
    before = {path: sha for path, sha in whole(home).items() if path in set(needed(home))}
    for day in (toys.NIGHT, SECOND):
        for state in (home / "lake/_nights" / f"ds={day}").glob("*.json"):
            state.unlink()
    assert toys.run(home, third + timedelta(days=1)).complete
    assert {p: sha for p, sha in whole(home).items() if p in before and p != "CURRENT"} == {
        p: sha for p, sha in before.items() if p != "CURRENT"
    }


def test_what_cannot_be_had_again_is_told_and_the_rest_is_mended(nights: Path, tmp_path: Path) -> None:
    home = copied(nights, tmp_path / "home")
    night = Lake(home, toys.TABLES).night(toys.NIGHT)
    words, ranks = (night.manifest(name).parts[0].path for name in ("words", "ranks"))
    toys.deliver(home, [*toys.default_rows(), ["u1", "brand-new", 1.0]])
    toys.run(home, SECOND)
    for path in (words, ranks):
        flip(home / "lake" / path)
    found = {f.path: f for f in mended(home)}
    assert (found[words].mended, found[ranks].mended) == (False, True)
    assert f"daily30 nightly --ds {toys.NIGHT}" in found[words].fix


def test_a_night_that_another_run_holds_is_left_to_it(nights: Path, tmp_path: Path) -> None:
    home = copied(nights, tmp_path / "home")
    flip(home / "lake" / Lake(home, toys.TABLES).night(toys.NIGHT).manifest("ranks").parts[0].path)
    held = Lease(home, toys.NIGHT).acquire()
    try:
        assert mended(home) == []
    finally:
        held.release()
    assert [f.mended for f in mended(home)] == [True]


def test_without_a_share_of_bytes_names_and_sizes_are_looked_at(nights: Path, tmp_path: Path) -> None:
    home = copied(nights, tmp_path / "home")
    parts = Lake(home, toys.TABLES).night(toys.NIGHT).manifest("ranks").parts
    flip(home / "lake" / parts[0].path)
    (home / "lake" / parts[1].path).unlink()
    assert [f.path for f in mended(home, proof_mb=0)] == [parts[1].path]


def test_in_as_many_nights_as_there_are_turns_every_file_is_read_once(nights: Path) -> None:
    store = Lake(nights, toys.TABLES).store
    views = [Lake(nights, toys.TABLES).night(day) for day in (toys.NIGHT, SECOND)]
    parts = {part.sha256 for view in views for name in view.tables for part in view.manifest(name).parts}
    first = turn_of(store, toys.NIGHT, 20_000)
    assert first is not None
    assert first.turns > 1
    turns = [turn_of(store, toys.NIGHT + timedelta(days=n), 20_000) for n in range(first.turns)]
    assert all(sum(turn.due(sha) for turn in turns if turn) == 1 for sha in parts)
    assert turn_of(store, toys.NIGHT, 10**9) == Turn()
    assert turn_of(store, toys.NIGHT, 0) is None
