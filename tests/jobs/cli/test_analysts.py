"""`daily30 sql` and `daily30 report`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from jobs.cli import main
from tests.finished_home import finished_home

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = finished_home(tmp_path_factory.mktemp("home"))
    _run("report", "--home", str(home), "--json")
    return home


def _run(*args: str, code: int = 0) -> None:
    left = 0
    try:
        main(list(args))
    except SystemExit as end:
        left = int(end.code or 0)
    assert left == code


def test_sql_as_table_json_and_csv(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sql = "SELECT track_id, title, moods FROM v_track ORDER BY track_id LIMIT 1"
    _run("sql", sql, "--home", str(home))
    assert "雨夜电台" in capsys.readouterr().out
    _run("sql", sql, "--home", str(home), "--json")
    assert json.loads(capsys.readouterr().out)[0]["title"] == "雨夜电台"
    _run("sql", sql, "--home", str(home), "--csv")
    assert capsys.readouterr().out.splitlines()[0] == "track_id,title,moods"


def test_sql_refuses_writes(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _run("sql", "DROP VIEW tracks", "--home", str(home), code=2)
    assert "not DROP" in capsys.readouterr().err


def test_report_says_what_to_open(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _run("report", "--home", str(home))
    page = capsys.readouterr().out.replace("\n", "").removeprefix("open ").strip()
    assert Path(page).is_file()


def test_sql_with_many_columns_is_one_line_per_column(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _run("sql", "SELECT * FROM v_daily30 ORDER BY user_id, rank LIMIT 1", "--home", str(home))
    lines = capsys.readouterr().out.splitlines()
    assert any(line.split() == ["rank", "1"] for line in lines)
    assert "…" not in "".join(lines)


def test_sql_in_a_home_that_was_copied(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(home, copy)
    _run("sql", "FROM tracks", "--home", str(copy), code=2)
    err = capsys.readouterr().err
    assert "lake of another home" in err
    assert "daily30 report" in err


@pytest.mark.parametrize(
    "command",
    [
        ["sql", "FROM tracks"],
        ["report"],
        ["show", "u"],
        ["explain", "u", "1"],
        ["versions"],
        ["audit"],
        ["search", "x"],
    ],
)
def test_a_home_that_is_not_there(command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _run(*command, "--home", str(tmp_path / "hmoe"), code=2)
    assert "hmoe does not exist" in capsys.readouterr().err
