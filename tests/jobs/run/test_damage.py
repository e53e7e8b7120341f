"""Damaged files of the lake on the toy pipeline: whatever file it is, the same command ends as if nothing had been."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from jobs.commands.repair import Finding, repair
from jobs.run.planner import Planner
from schemas.errors import DamagedFile
from tests.jobs.run import toys
from warehouse.lake import Lake
from warehouse.lake.buckets import bucket_of
from warehouse.lake.damage import ASIDE
from warehouse.lake.store import TaskRecord

SECOND, THIRD = toys.NIGHT + timedelta(days=1), toys.NIGHT + timedelta(days=2)
Fault = Callable[[Path], object]


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    path.write_bytes(data)


FAULTS: dict[str, Fault] = {
    "gone": Path.unlink,
    "cut": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "flipped": flip,
    "empty": lambda path: path.write_bytes(b""),
    "other": lambda path: path.write_bytes(b"\x00\xff nonsense {"),
}
ROUNDS = (("gone",), ("flipped",), ("cut", "empty", "other"))
"""Faults of a round, one file's after another's."""
BUCKETS = 2
"""Of each kind of file one per bucket is damaged in turn: more buckets are more of the same."""


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two nights; the words of the second are those of the first and one more."""
    home = tmp_path_factory.mktemp("nights")
    toys.deliver(home)
    toys.run(home, user_buckets=BUCKETS)
    toys.deliver(home, [*toys.default_rows(), ["u1", "brand-new", 1.0]])
    toys.run(home, SECOND, user_buckets=BUCKETS)
    return home


@pytest.fixture(scope="module")
def third(nights: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, undisturbed, after a third night."""
    home = copied(nights, tmp_path_factory.mktemp("twin") / "home")
    toys.run(home, THIRD, user_buckets=BUCKETS)
    return home


def whole(home: Path) -> dict[str, str]:
    """Files of the lake but what was set aside."""
    return {path: sha for path, sha in toys.files(home).items() if not path.startswith(f"{ASIDE}/")}


def copied(home: Path, to: Path) -> Path:
    shutil.copytree(home, to)
    return to


def repaired(home: Path, **asked: bool) -> list[Finding]:
    planner = Planner(home, SECOND, toys.PIPELINE, toys.settings(home, user_buckets=BUCKETS))
    return repair(planner, lambda night: toys.runner(home, night, user_buckets=BUCKETS), **asked)


def changed(before: dict[str, str], home: Path) -> set[str]:
    after = whole(home)
    return {path for path in before if after.get(path) != before[path]}


def needed(home: Path) -> list[str]:
    """Files that a night needs: all but what it was while its stages came in."""
    store = Lake(home, toys.TABLES).store
    states = {f"_nights/ds={day}/{night.version}.json" for day in store.nights() if (night := store.night(day, "DONE"))}
    return [
        p for p in sorted(toys.files(home)) if not p.startswith("_nights") or not p.endswith(".json") or p in states
    ]


def contents(home: Path, ds: date) -> dict[str, str]:
    night = Lake(home, toys.TABLES).night(ds)
    return {table: night.manifest(table).content for table in night.tables}


@pytest.mark.slow
@pytest.mark.parametrize("faults", ROUNDS, ids="-".join)
def test_whatever_is_damaged_the_next_night_is_that_of_an_undisturbed_home(
    nights: Path, third: Path, tmp_path: Path, faults: tuple[str, ...]
) -> None:
    twin, wrong = whole(third), {}
    for number, path in enumerate(needed(nights)):
        home = copied(nights, tmp_path / str(number))
        FAULTS[faults[number % len(faults)]](home / "lake" / path)
        assert toys.run(home, THIRD, user_buckets=BUCKETS).complete
        # What the third night does not read may stay as it is found.
        same = contents(home, THIRD) == contents(third, THIRD)
        if not same or changed(twin, home) - {path}:
            wrong[path] = changed(twin, home)
        shutil.rmtree(home)
    assert wrong == {}


@pytest.mark.slow
@pytest.mark.parametrize("faults", ROUNDS, ids="-".join)
def test_whatever_is_damaged_is_found_and_made_again_to_the_byte(
    nights: Path, tmp_path: Path, faults: tuple[str, ...]
) -> None:
    before, wrong = whole(nights), {}
    store = Lake(nights, toys.TABLES).store
    first = Lake(nights, toys.TABLES).night(toys.NIGHT).manifest("words")
    delivered = {p.path for p in first.parts} | {
        f"_manifests/words/{first.version}.json",
        str(store.task_path("take", first.parts[0].fingerprint).relative_to(store.root)),
    }  # the delivery of the first night has grown since
    for number, path in enumerate(needed(nights)):
        home = copied(nights, tmp_path / str(number))
        FAULTS[faults[number % len(faults)]](home / "lake" / path)
        found = repaired(home)
        assert found, path
        if path in delivered:
            assert not all(f.mended for f in found), path
            assert all(f.mended or f"daily30 nightly --ds {toys.NIGHT}" in f.fix for f in found), found
        elif told := changed(before, home):
            wrong[path] = told
        shutil.rmtree(home)
    assert wrong == {}


def test_every_file_of_two_nights_at_once_is_made_again(tmp_path: Path) -> None:
    toys.deliver(tmp_path)
    toys.run(tmp_path, user_buckets=BUCKETS)
    toys.run(tmp_path, SECOND, user_buckets=BUCKETS)
    before = whole(tmp_path)
    for path in (tmp_path / "lake").rglob("*.parquet"):
        flip(path)
    found = repaired(tmp_path)
    assert {f.path for f in found} == {path for path in before if path.endswith(".parquet")}
    assert all(f.mended for f in found)
    assert changed(before, tmp_path) == set()


def test_what_is_made_again_is_told_and_the_damaged_file_is_kept_aside(nights: Path, tmp_path: Path) -> None:
    home = copied(nights, tmp_path / "home")
    night = Lake(home, toys.TABLES).night()
    part = night.manifest("ranks").parts[0]
    flip(home / "lake" / part.path)
    damaged = (home / "lake" / part.path).read_bytes()
    with pytest.raises(DamagedFile, match="daily30 repair") as told:
        night.frame("ranks")
    assert told.value.path == part.path
    report = toys.run(home, THIRD, user_buckets=BUCKETS)
    assert report.healed == [part.path]
    assert (home / "lake" / ASIDE / part.path).read_bytes() == damaged
    assert night.frame("ranks").height == 37


def test_what_would_be_made_of_other_settings_is_not_passed_off_as_the_same(nights: Path, tmp_path: Path) -> None:
    home = copied(nights, tmp_path / "home")
    (home / "daily30.toml").write_text("[measure]\nfactor = 2.0\n")
    parts = Lake(home, toys.TABLES).night(SECOND).manifest("lengths").parts
    path = next(p.path for p in parts if f"ds={toys.NIGHT}" in p.path)  # reused by the second night
    before = toys.files(home)
    (home / "lake" / path).unlink()
    (found,) = repaired(home)
    assert (found.path, found.mended) == (path, False)
    assert f"daily30 nightly --ds {toys.NIGHT}" in found.fix
    assert changed(before, home) == {path}


def test_a_sound_home_has_nothing_to_mend(nights: Path) -> None:
    before = toys.files(nights)
    assert repaired(nights) == []
    assert toys.files(nights) == before


def test_what_is_only_carried_over_is_done_without_and_not_called_made_again(nights: Path, tmp_path: Path) -> None:
    home, twin = copied(nights, tmp_path / "home"), copied(nights, tmp_path / "twin")
    night = Lake(home, toys.TABLES).night(SECOND)
    parts = {name: [p.path for p in night.manifest(name).parts] for name in ("words", "dear")}
    for path in (*parts["words"], *parts["dear"]):
        flip(home / "lake" / path)
    for each in (home, twin):  # now the words of the second night cannot be had again
        toys.deliver(each, [*toys.default_rows(), ["u1", "brand-new", 1.0], ["u1", "newer", 1.0]])
    report = toys.run(home, THIRD, user_buckets=BUCKETS)
    toys.run(twin, THIRD, user_buckets=BUCKETS)
    assert report.complete
    assert contents(home, THIRD) == contents(twin, THIRD)
    assert parts["dear"][bucket_of("u1", BUCKETS)] in report.lost
    assert not set(report.healed) & set(report.lost)


def test_a_file_that_is_gone_is_told_too(nights: Path, tmp_path: Path) -> None:
    home = copied(nights, tmp_path / "home")
    before = toys.files(home)
    path = Lake(home, toys.TABLES).night(SECOND).manifest("ranks").parts[1].path
    (home / "lake" / path).unlink()
    report = toys.run(home, SECOND, user_buckets=BUCKETS)
    assert (report.healed, report.lost, report.ran) == ([path], [], 1)
    assert changed(before, home) == set()
    assert toys.run(home, SECOND, user_buckets=BUCKETS).healed == []


@pytest.mark.parametrize("how", ["flipped", "cut", "gone"])
def test_a_night_that_is_finished_looks_at_all_its_files_again(nights: Path, tmp_path: Path, how: str) -> None:
    home = copied(nights, tmp_path / "home")
    before = whole(home)
    path = Lake(home, toys.TABLES).night(SECOND).manifest("ranks").parts[1].path
    FAULTS[how](home / "lake" / path)
    assert toys.run(home, SECOND, user_buckets=BUCKETS).healed == [path]
    assert changed(before, home) == set()


def test_a_record_of_other_figures_is_no_record(nights: Path) -> None:
    store = Lake(nights, toys.TABLES).store
    part = Lake(nights, toys.TABLES).night(SECOND).manifest("ranks").parts[0]
    record = store.task_record("rank", part.fingerprint)
    assert record is not None
    data = record.encode()
    assert TaskRecord.decode(data) == record
    with pytest.raises(ValueError, match="not what was written"):
        TaskRecord.decode(data.replace(f'"rows": {part.rows}'.encode(), b'"rows": 1234'))
    before_sums = json.loads(data)
    del before_sums["sha256"]
    assert TaskRecord.decode(json.dumps(before_sums).encode()) == record


def test_what_no_night_needs_is_looked_at_too_and_let_go(nights: Path, tmp_path: Path) -> None:
    home = copied(nights, tmp_path / "home")
    needless = set(toys.files(home)) - set(needed(home))
    assert needless
    for path in needless:
        flip(home / "lake" / path)
    assert {f.path for f in repaired(home)} == needless
    assert repaired(home) == []


def test_a_folder_in_the_place_of_a_file_is_put_aside(nights: Path, tmp_path: Path) -> None:
    home = copied(nights, tmp_path / "home")
    before = whole(home)
    path = home / "lake" / Lake(home, toys.TABLES).night(SECOND).manifest("ranks").parts[1].path
    path.unlink()
    path.mkdir()
    assert toys.run(home, SECOND, user_buckets=BUCKETS).complete
    assert changed(before, home) == set()
