"""Nights made before a contract got a column are read with nulls there."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from schemas import TABLES
from schemas.contract import Column, Type
from tests.finished_home import lake_night
from tests.frames import rows
from warehouse.duck import build, query_night
from warehouse.lake.reader import Lake

LATER = replace(
    TABLES["users"], columns=(*TABLES["users"].columns, Column("mascot", Type.STR, "A later thought.", nullable=True))
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    lake_night(tmp_path, {"users": rows("users", [{"user_id": "u1"}, {"user_id": "u2"}])})
    return tmp_path


def test_the_reader_fills_in_nulls(home: Path) -> None:
    found = Lake(home, contracts={"users": LATER}).night().frame("users")
    assert found.columns == [c.name for c in LATER.columns]
    assert found.select("user_id", "mascot").rows() == [("u1", None), ("u2", None)]


def test_a_column_that_may_not_be_null_is_not_made_up(home: Path) -> None:
    strict = replace(LATER, columns=(*TABLES["users"].columns, replace(LATER.columns[-1], nullable=False)))
    assert "mascot" not in Lake(home, contracts={"users": strict}).night().frame("users").columns


def test_sql_over_such_a_night_sees_nulls(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "stored_tables", lambda: [LATER])
    (answer,) = query_night(Lake(home).night(), ["SELECT user_id, mascot FROM users ORDER BY user_id"])
    assert answer.rows == [("u1", None), ("u2", None)]
