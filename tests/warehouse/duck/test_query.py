"""`query` reads and does nothing else; the cookbook's queries run."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import polars as pl
import pytest

from schemas.errors import DamagedFile, UsageError
from tests.finished_home import finished_home
from warehouse.duck import build_warehouse, query, query_night, sound_warehouse
from warehouse.duck.build import WAREHOUSE
from warehouse.lake import Lake

_COOKBOOK = Path(__file__).parents[3] / "docs" / "guide" / "analysts.md"
_RECIPES = re.findall(r"^## (\d+\. .+?)$.+?```sql\n(.+?)```", _COOKBOOK.read_text("utf-8"), re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = finished_home(tmp_path_factory.mktemp("home"))
    build_warehouse(home)
    return home


def test_the_cookbook_has_all_its_recipes() -> None:
    assert len(_RECIPES) == 12


@pytest.mark.parametrize(("title", "sql"), _RECIPES, ids=[title for title, _ in _RECIPES])
def test_each_recipe_runs(title: str, sql: str, home: Path) -> None:
    answer = query(home, sql)
    assert answer.columns
    assert answer.rows or title.startswith("7.")  # nothing had to be relaxed


@pytest.mark.parametrize(
    "sql",
    [
        "COPY (SELECT 1) TO '{home}/lake/stolen.csv'",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '{home}/lake/stolen.csv'",
        "DROP VIEW tracks",
        "CREATE TABLE mine AS SELECT 1",
        "INSERT INTO tracks SELECT * FROM tracks",
        "ATTACH '{home}/lake/other.db'",
        "EXPORT DATABASE '{home}/lake/all'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SELECT 1; DROP VIEW tracks",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM read_csv('https://example.org/x.csv')",
        "SELECT * FROM query('DROP VIEW tracks')",
        "",
    ],
)
def test_writing_and_reaching_out_are_refused(sql: str, home: Path) -> None:
    before = sorted((home / "lake").rglob("*"))
    with pytest.raises(UsageError):
        query(home, sql.format(home=home))
    assert sorted((home / "lake").rglob("*")) == before
    assert query(home, "SELECT count(*) FROM tracks").rows == [(150,)]


def test_mistakes_are_explained(home: Path) -> None:
    with pytest.raises(UsageError, match="DESCRIBE") as wrong:
        query(home, "SELECT titel FROM tracks")
    assert "title" in str(wrong.value)


def test_without_a_warehouse(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="daily30 nightly"):
        query(tmp_path, "SELECT 1")


def _other_rows(path: Path) -> None:
    """The file with the same rows in another order: DuckDB would read it without a word."""
    rows = pl.read_parquet(path)
    path.unlink()
    rows.reverse().write_parquet(path)


@pytest.mark.parametrize(
    "sql", ["FROM daily_lists", 'SELECT count(*) FROM "Daily_Lists"', "SUMMARIZE v_daily30", "FROM v_nights"]
)
def test_a_view_over_a_file_of_other_bytes_is_refused(sql: str, tmp_path: Path) -> None:
    home = finished_home(tmp_path)
    build_warehouse(home)
    _other_rows(home / "lake" / Lake(home).night().manifest("daily_lists").parts[1].path)
    with pytest.raises(DamagedFile, match="daily30 repair"):
        query(home, sql)
    assert query(home, "SELECT count(*) FROM tracks").rows
    with pytest.raises(DamagedFile, match="SHA-256"):
        query_night(Lake(home).night(), ["SELECT count(*) FROM tracks", "FROM daily_lists"])
    assert query_night(Lake(home).night(), ["SELECT count(*) FROM tracks"])


def test_views_that_cannot_be_read_or_note_no_hashes_are_not_sound(tmp_path: Path) -> None:
    home = finished_home(tmp_path)
    assert not sound_warehouse(home)
    path = build_warehouse(home)
    assert sound_warehouse(home)
    with duckdb.connect(path) as db:
        db.execute("DROP TABLE house.files")
    assert not sound_warehouse(home)
    assert query(home, "SELECT count(*) FROM tracks").rows, "written before hashes were noted, it is read as it is"
    path.write_bytes(path.read_bytes()[:5000])
    assert not sound_warehouse(home)
    path.unlink()
    path.mkdir()
    assert build_warehouse(home) == home / WAREHOUSE
    assert sound_warehouse(home)
