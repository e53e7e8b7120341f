"""`daily30 sql` and `daily30 report`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jobs.run.cli import main
from tests.finished_home import finished_home


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = finished_home(tmp_path_factory.mktemp("home"))
    _run("report", "--home", str(home), "--json")
    return home


def _run(*args: str, code: int = 0) -> None:
    try:
        main(list(args))
    except SystemExit as end:
        assert (end.code or 0) == code


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
