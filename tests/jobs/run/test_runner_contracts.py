"""What the runner refuses: tables that break a contract."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas.errors import ContractError
from tests.jobs.run import misfits, toys
from warehouse.lake import Lake


@pytest.fixture
def home(tmp_path: Path) -> Path:
    toys.deliver(tmp_path)
    return tmp_path


def lake(home: Path) -> Lake:
    return Lake(home, toys.TABLES)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"run": f"{misfits.HERE}:count_wrongly"}, "duplicate key"),
        ({"run": f"{misfits.HERE}:count_nothing"}, "no rows at all"),
    ],
)
def test_a_broken_contract_leaves_current_untouched(home: Path, changes: dict[str, str], message: str) -> None:
    toys.run(home)
    before = (home / "lake" / "CURRENT").read_bytes(), lake(home).night().version
    pipeline = toys.with_stage("count", version=2, **changes)
    with pytest.raises(ContractError, match=message) as caught:
        toys.run(home, pipeline=pipeline)
    assert caught.value.exit_code == 3
    assert ((home / "lake" / "CURRENT").read_bytes(), lake(home).night().version) == before


def test_a_split_stage_may_not_return_rows_of_other_buckets(home: Path) -> None:
    with pytest.raises(ContractError, match="user_id of other buckets"):
        toys.run(home, pipeline=toys.with_stage("measure", run=f"{misfits.HERE}:measure_others", params=None))


def test_an_unexpected_error_comes_back_with_its_type_and_bucket(home: Path) -> None:
    broken = toys.with_stage("measure", run=f"{misfits.HERE}:measure_raising", params=None)
    with pytest.raises(ZeroDivisionError, match="the body broke") as caught:
        toys.run(home, pipeline=broken, spawn=True)
    assert any("in measure, bucket" in note for note in caught.value.__notes__)
