"""The command line: exit codes, messages, JSON, and how long --help takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import pytest

from jobs.cli import main
from jobs.cli.common import parse_day, progress
from tests.jobs.run import toys


def daily30(*args: str) -> int:
    with pytest.raises(SystemExit) as caught:
        main(args)
    return int(caught.value.code or 0)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose pipeline is the toy one."""
    toys.deliver(tmp_path)
    monkeypatch.setattr("jobs.run.night.the_pipeline", lambda: toys.PIPELINE)
    monkeypatch.setattr("jobs.run.night.load_settings", lambda home, flags: toys.settings(home, **_given(flags)))
    monkeypatch.setattr("jobs.run.night.open_engine", lambda settings: toys.Inline())
    return tmp_path


def _given(flags: dict[str, object]) -> dict[str, object]:
    return {k: v for k, v in flags.items() if v is not None}


def test_help_is_quick_and_imports_nothing_heavy() -> None:
    code = (
        "import sys; from jobs.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "heavy = {'polars', 'numpy', 'torch', 'pandas', 'pydantic_settings', 'duckdb', 'av', 'pyspark'}\n"
        "heavy &= set(sys.modules)\n"
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "nightly" in done.stdout


def test_version_is_the_packages_own(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(["--version"])
    assert not end.value.code
    project = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]
    assert capsys.readouterr().out == f"daily30 {project['version']}\n"


def test_nightly_tells_what_it_did_and_the_second_time_that_there_was_nothing(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert daily30("nightly", "--home", str(home), "--ds", "2026-03-01") == 0
    first = capsys.readouterr()
    assert "measure" in first.out
    assert "daily30 show" in first.out
    assert "measure: 36 rows" in first.err
    assert daily30("nightly", "--home", str(home), "--ds", "2026-03-01") == 0
    assert "Nothing to do" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("told", "variable", "kept_from"),
    [("", "", 0o077), ('umask = "027"\n', "", 0o027), ('umask = "022"\n', "0027", 0o027), ("umask = no\n", "", 0o077)],
)
def test_what_a_night_writes_is_for_whom_the_settings_say(
    home: Path, told: str, variable: str, kept_from: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {p: p.stat().st_mode for p in home.rglob("*")}
    (home / "daily30.toml").write_text(told)
    if variable:
        monkeypatch.setenv("DAILY30_UMASK", variable)
    monkeypatch.setattr("jobs.run.night.load_settings", lambda home, flags: toys.settings(home.parent, **_given(flags)))
    mine = os.umask(0)
    try:
        assert daily30("nightly", "--home", str(home), "--ds", "2026-03-01") == 0
        assert os.umask(0) == 0, "the caller's own is put back"
    finally:
        os.umask(mine)
    made = [p for p in home.rglob("*") if p not in before and p.name != "daily30.toml"]
    assert {p.stat().st_mode & 0o777 for p in made if p.is_file()} == {0o666 & ~kept_from}
    assert {p.stat().st_mode & 0o777 for p in made if p.is_dir()} == {0o777 & ~kept_from}


def test_nightly_json_is_json_alone(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert daily30("nightly", "--home", str(home), "--ds", "2026-03-01", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["complete"] is True
    assert [s["stage"] for s in told["stages"]] == ["take", "measure", "count", "rank", "cherish"]
    assert told["stages"][1]["rows_in"] == {"words": 36}


def test_plan_says_what_changed(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def plan() -> dict[str, tuple[int | None, list[str]]]:
        assert daily30("plan", "--home", str(home), "--ds", "2026-03-01", "--json") == 0
        return {p["stage"]: (p["to_run"], p["why"]) for p in json.loads(capsys.readouterr().out)}

    assert plan()["take"] == (1, ["never run"])
    assert plan()["rank"] == (None, ["after take"])
    toys.run(home)
    assert all(v == (0, []) for v in plan().values())
    (home / "daily30.toml").write_text("[measure]\nfactor = 2.0\n")
    changed = plan()
    assert changed["measure"] == (4, ["params.factor"])
    assert changed["count"] == (None, ["after measure"])
    assert changed["cherish"] == (0, [])


def test_backfill_runs_every_night_in_order(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert daily30("backfill", "--home", str(home), "--start", "2026-03-01", "--end", "2026-03-03", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [(n["ds"], n["complete"]) for n in told] == [(f"2026-03-0{d}", True) for d in (1, 2, 3)]
    assert daily30("backfill", "--home", str(home), "--start", "2026-03-03", "--end", "2026-03-01") == 2


def test_status_and_gc(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    toys.run(home)
    toys.run(home, seed=77)
    assert daily30("status", "--home", str(home), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["current"] == "2026-03-01"
    assert told["nights"][0]["finished"]
    before = toys.files(home)
    assert daily30("gc", "--home", str(home), "--json") == 0
    dry = json.loads(capsys.readouterr().out)
    assert (dry["removed"], toys.files(home)) == (False, before)
    assert daily30("gc", "--home", str(home), "--yes", "--json") == 0
    wet = json.loads(capsys.readouterr().out)
    assert wet["files"] == dry["files"] > 0
    assert set(toys.files(home)) < set(before)
    assert toys.run(home, seed=77).ran == 0


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["nightly", "--home", "/no/such/home"], 2, "does not exist"),
        (["nightly", "--ds", "20260301"], 2, "YYYY-MM-DD"),
        (["nightly", "--only", "nope"], 2, "there is no stage 'nope'"),
        (["nightlyy"], 2, "nightly"),
        (["nightly", "--workers", "0"], 2, "workers"),
    ],
)
def test_wrong_usage_exits_2_and_says_why(
    args: list[str], code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert daily30(*args) == code
    assert message in capsys.readouterr().err


def test_errors_are_json_when_asked(capsys: pytest.CaptureFixture[str]) -> None:
    assert daily30("nightly", "--home", "/no/such/home", "--json") == 2
    told = json.loads(capsys.readouterr().err)
    assert told["exit_code"] == 2
    assert "does not exist" in told["error"]
    assert told["fix"]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["nightly", "--ds", "yesterday"], "YYYY-MM-DD"),
        (["nightlyy"], "nightlyy"),
        (["nightly", "--workers", "none"], "--workers"),
        (["show"], "USER"),
    ],
)
def test_wrong_usage_is_json_when_asked(args: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert daily30(*args, "--json") == 2
    said = capsys.readouterr()
    told = json.loads(said.err)
    assert told["exit_code"] == 2
    assert words in told["error"]
    assert "--help" in told["fix"]
    assert said.out == ""


def test_an_unexpected_error_is_short_and_exits_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("jobs.run.night.require_home", broken)
    assert daily30("nightly", "--home", str(home), "--ds", "2026-03-01") == 1
    told = capsys.readouterr().err
    assert "ZeroDivisionError: oops" in told
    assert "--debug" in told
    assert "Traceback" not in told
    with pytest.raises(ZeroDivisionError):
        main(["--debug", "nightly", "--home", str(home), "--ds", "2026-03-01"])


class _Panic(BaseException):
    """As libraries written in Rust raise it: no Exception."""


@pytest.mark.parametrize(
    "raised", [_Panic("the engine broke\x1b[31m"), GeneratorExit("left"), BaseExceptionGroup("two", [_Panic("x")])]
)
def test_what_is_no_exception_is_told_as_shortly(
    raised: BaseException, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise raised

    monkeypatch.setattr("jobs.run.night.require_home", broken)
    assert daily30("status", "--home", str(tmp_path)) == 1
    said = capsys.readouterr().err
    assert type(raised).__name__ in said
    assert "Traceback" not in said
    assert "\x1b" not in said


def test_a_reader_that_leaves_is_no_error() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from jobs.cli import main; main(['stages', '--json'])"],
        stdout=_closed_pipe(),
        stderr=subprocess.PIPE,
        check=False,
    )
    assert done.stderr == b""


def _closed_pipe() -> int:
    reading, writing = os.pipe()
    os.close(reading)
    return writing


@pytest.mark.parametrize("text", ["20260301", "2026-3-1", "2026-W09-7", "yesterday", "2026-02-30"])
def test_days_are_written_one_way(text: str) -> None:
    import typer

    assert parse_day("2026-03-01") == date(2026, 3, 1)
    with pytest.raises(typer.BadParameter):
        parse_day(text)


def test_progress_without_a_terminal_is_one_line_per_piece(capsys: pytest.CaptureFixture[str]) -> None:
    with progress() as watcher:
        watcher.start("audio", 3)
        watcher.advance("audio", 3, "[a] rows")
        watcher.finish("audio", "12 [rows]")
    assert capsys.readouterr().err == "audio: 12 [rows]\n"
