"""The lake without a user, on the toy pipeline: nights stay done, others' bytes stay, whatever cuts it short."""

from __future__ import annotations

import json
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from jobs.commands.erasing import lake as erasing
from jobs.commands.erasing.lake import Rewriting
from jobs.commands.erasing.rows import Without
from tests.jobs.run import toys
from warehouse.erasure.search import Wanted
from warehouse.lake import Lake
from warehouse.lake.atomic import write_bytes
from warehouse.lake.store import LakeStore
from warehouse.lake.verify import find_damage

SECOND, THIRD = toys.NIGHT + timedelta(days=1), toys.NIGHT + timedelta(days=2)
GONE = "u1"  # and u10, u11 stay


class Cut(BaseException):
    """The process ends here."""


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two nights; the second looks back upon the first."""
    home = tmp_path_factory.mktemp("nights")
    toys.deliver(home)
    toys.run(home)
    toys.run(home, SECOND)
    return home


@pytest.fixture
def home(nights: Path, tmp_path: Path) -> Path:
    return shutil.copytree(nights, tmp_path / "home")


def erase(home: Path, before: dict[str, str]) -> int:
    """Rows of ``GONE`` out of landing and lake."""
    toys.deliver(home, [row for row in toys.default_rows() if row[0] != GONE])
    store = LakeStore(home)
    digests = before, toys.open_landing(home).digest()
    return Rewriting(store, toys.PIPELINE, toys.settings(home), digests).run(Without(store, Wanted(GONE)))


def digests(home: Path) -> dict[str, str]:
    return toys.open_landing(home).digest()


def tables(home: Path) -> dict[str, list[dict[str, Any]]]:
    lake = Lake(home, toys.TABLES)
    views = {ds: lake.night(ds) for ds in lake.nights()}
    return {f"{ds} {name}": view.frame(name).to_dicts() for ds, view in views.items() for name in view.tables}


def test_their_rows_go_from_every_night_and_no_other(home: Path) -> None:
    before = tables(home)
    assert erase(home, digests(home)) > 0
    assert tables(home) == {name: [r for r in rows if r.get("user_id") != GONE] for name, rows in before.items()}
    assert {r["user_id"] for r in tables(home)[f"{SECOND} ranks"]} == {*toys.USERS} - {GONE}


def test_nothing_is_damaged_and_every_night_is_done(home: Path) -> None:
    erase(home, digests(home))
    assert find_damage(LakeStore(home), toys.PIPELINE.names, deep=True) == []
    toys.calls(home)
    assert [toys.run(home, ds).ran for ds in (toys.NIGHT, SECOND)] == [0, 0]
    assert toys.calls(home) == []


def test_no_file_is_left_that_had_them(home: Path) -> None:
    erase(home, digests(home))
    for path in (home / "lake").rglob("*.parquet"):
        frame = pl.read_parquet(path.read_bytes())
        assert GONE not in frame.get_column("user_id").to_list() if "user_id" in frame.columns else True


def test_the_next_night_is_run_without_them(home: Path) -> None:
    erase(home, digests(home))
    toys.run(home, THIRD)
    assert {r["user_id"] for r in tables(home)[f"{THIRD} ranks"]} == {*toys.USERS} - {GONE}


def test_a_second_time_and_nobody_change_nothing(home: Path) -> None:
    erase(home, digests(home))
    before = toys.files(home)
    assert erase(home, digests(home)) == 0
    assert toys.files(home) == before


@pytest.mark.parametrize("at", range(1, 42, 2))
def test_cut_short_at_any_write_the_next_run_ends_the_same(
    nights: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    twin = shutil.copytree(nights, tmp_path / "twin")
    erase(twin, digests(twin))
    told = digests(home)
    written, real = 0, write_bytes

    def cut(path: Path, data: bytes, *, aside: Path) -> None:
        nonlocal written
        written += 1
        if written == at:
            raise Cut
        real(path, data, aside=aside)

    with monkeypatch.context() as patched:
        for module in ("jobs.commands.erasing.lake", "jobs.commands.erasing.rows", "warehouse.lake.store"):
            patched.setattr(f"{module}.write_bytes", cut)
        with pytest.raises(Cut):
            erase(home, told)
    erase(home, told)
    assert toys.files(home) == toys.files(twin)
    assert json.loads((home / "lake" / "CURRENT").read_text())["ds"] == str(SECOND)


def test_cut_short_while_the_rest_is_removed(
    nights: Path, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    twin = shutil.copytree(nights, tmp_path / "twin")
    erase(twin, digests(twin))
    told = digests(home)

    def cut(_: LakeStore) -> None:
        raise Cut

    with monkeypatch.context() as patched:
        patched.setattr(erasing, "_collect", cut)
        with pytest.raises(Cut):
            erase(home, told)
    assert find_damage(LakeStore(home), toys.PIPELINE.names, deep=True) == []
    erase(home, told)
    assert toys.files(home) == toys.files(twin)
