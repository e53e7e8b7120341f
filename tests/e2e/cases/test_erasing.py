"""A listener erased from a home of a finished night: found nowhere, missed by nobody, and never back."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from jobs.commands.erasing.erase import erase, holding
from tests.e2e.command import well
from tests.e2e.conftest import FIRST_NIGHT, SECOND_NIGHT, copy_home
from tests.e2e.here import ends, here
from tests.e2e.night import night_manifest, read_table, serving_rows
from tests.e2e.told import tells

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
_COUNTED = ("ingest_counts", "quarantine", "report_files", "search_index")


@pytest.fixture(scope="module")
def user(finished: Path) -> str:
    """Somebody whom the report of the night shows."""
    page = (finished / "report" / f"ds={FIRST_NIGHT}" / "index.html").read_text("utf-8")
    return next(row["user_id"] for row in read_table(finished, FIRST_NIGHT, "users") if row["user_id"] in page)


@pytest.fixture(scope="module")
def erased(finished: Path, user: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = copy_home(finished, tmp_path_factory.mktemp("erased") / "home")
    told = well("erase", user, "--home", home, "--yes", "--json").json()
    assert told["erased"]
    assert told["files_searched"] > 100
    return home


def test_they_were_everywhere_and_are_nowhere(finished: Path, erased: Path, user: str) -> None:
    before = tells_of(finished, user)
    assert {"landing/users.csv", "serving/serving.sqlite", f"report/ds={FIRST_NIGHT}/index.html"} <= before
    assert len({name for name in before if name.startswith("lake/")}) > 10
    assert tells_of(erased, user) == set()


def test_everything_is_as_it_was_written(erased: Path) -> None:
    assert here("verify", "--home", erased, "--deep", "--json").json() == {"found": []}


def test_what_others_are_served_is_the_same_to_the_byte(finished: Path, erased: Path, user: str) -> None:
    before, after = serving_rows(finished), serving_rows(erased)
    assert after["lists"] == [row for row in before["lists"] if row[1] != user]
    assert len(before["lists"]) - len(after["lists"]) == 1
    assert (after["reviews"], after["pointer"]) == (before["reviews"], before["pointer"])


def test_no_row_of_anybody_else_is_another(finished: Path, erased: Path, user: str) -> None:
    for table in sorted({*night_manifest(finished, FIRST_NIGHT)["tables"]} - {*_COUNTED}):
        before, after = (read_table(home, FIRST_NIGHT, table) for home in (finished, erased))
        assert after == [row for row in before if row.get("user_id") != user], table


def test_the_accounts_of_the_ingest_are_those_of_a_delivery_without_them(erased: Path) -> None:
    for row in read_table(erased, FIRST_NIGHT, "ingest_counts"):
        if row["table_name"] in ("users", "plays", "feedback"):
            assert len(read_table(erased, FIRST_NIGHT, row["table_name"])) == row["rows_kept"], row


def test_the_same_night_again_has_nothing_to_do(erased: Path, tmp_path: Path) -> None:
    home = copy_home(erased, tmp_path / "home")
    done = here("nightly", "--home", home, "--ds", FIRST_NIGHT, "--json").json()
    assert [s["stage"] for s in done["stages"] if s["ran"]] == []


def test_again_is_nothing_and_nobody_is_told(erased: Path, user: str, tmp_path: Path) -> None:
    home = copy_home(erased, tmp_path / "home")
    assert here("erase", user, "--home", home, "--yes", "--json").json()["held"]["tables"] == {}
    assert here("verify", "--home", home, "--deep", "--json").json() == {"found": []}
    error = tells(ends("show", user, "--home", home, "--json"), 2)
    assert tells(ends("show", "nobody-x", "--home", home, "--json"), 2)["fix"].split()[0] == error["fix"].split()[0]


def test_cut_short_once_its_pages_are_written_the_next_run_ends_it(
    finished: Path, user: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = copy_home(finished, tmp_path / "home")

    def cut(*_: object) -> None:
        raise InterruptedError

    with monkeypatch.context() as patched:
        patched.setattr("jobs.commands.erasing.erase.files_of_report", cut)
        with pytest.raises(InterruptedError):
            erase(home, user, holding(home, user))
    here("erase", user, "--home", home, "--yes", "--json")
    assert tells_of(home, user) == set()
    assert here("verify", "--home", home, "--deep", "--json").json() == {"found": []}


def test_no_delivery_and_no_night_brings_them_back(finished: Path, erased: Path, user: str, tmp_path: Path) -> None:
    home, sent = copy_home(erased, tmp_path / "home"), tmp_path / "sent"
    shutil.copytree(finished / "landing", sent, ignore=shutil.ignore_patterns("audio", "lyrics"))
    told = here("ingest", "delivery", sent, "--home", home, "--json").json()
    assert told["erased_rows"] > 20
    assert tells_of(home, user) == set(), "what is delivered again is taken without them"
    # Put there by hand, past the door: lies in the landing, is read by no night.
    by_hand = home / "landing" / "plays" / "by-hand.parquet"
    plays = pl.read_parquet(finished / "landing" / "plays" / "shelf.parquet")
    plays.filter(pl.col("user_id") == user).write_parquet(by_hand)
    here("backfill", "--home", home, "--start", FIRST_NIGHT, "--end", SECOND_NIGHT)
    assert tells_of(home, user) == {"landing/plays/by-hand.parquet"}
    assert len(serving_rows(home)["lists"]) > 23
    here("erase", user, "--home", home, "--yes")
    assert tells_of(home, user) == set()
    assert here("verify", "--home", home, "--deep", "--json").json() == {"found": []}


def tells_of(home: Path, user: str) -> set[str]:
    """Files that hold the id: in their bytes, or in a string that DuckDB or SQLite reads from them."""
    found = set()
    for path in (path for path in home.rglob("*") if path.is_file()):
        if user.encode() in path.read_bytes() or user in str(path) or _decoded(path, user):
            found.add(path.relative_to(home).as_posix())
    return found


def _decoded(path: Path, user: str) -> bool:
    rows: list[Any] = []
    if path.suffix == ".parquet":
        rows = duckdb.sql(f"SELECT * FROM read_parquet('{path}', hive_partitioning = false)").fetchall()
    if path.suffix == ".sqlite":
        with sqlite3.connect(path) as db:
            tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            rows = [row for table in tables for row in db.execute(f"SELECT * FROM {table}").fetchall()]
        db.close()
    return any(user in str(cell) for row in rows for cell in row if isinstance(cell, str | list))
