"""What the lake, the store and the runs note of themselves is broken: no command calls it a bug of ours."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from jobs.cli import main
from tests.finished_home import finished_home
from tests.published_night import NIGHT

USER, DS = "u-zoe", str(NIGHT.ds)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return finished_home(tmp_path_factory.mktemp("whole"))


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    with pytest.raises(SystemExit) as ended:
        main([*map(str, words)])
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out + said.err


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def other_json(path: Path) -> None:
    path.write_text(json.dumps({"ds": 7, "version": ["x"], "parts": "none", "stages": 1, "tables": []}))


def loop(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


FAULTS: dict[str, Callable[[Path], object]] = {
    "cut": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "other": other_json,
    "list": lambda path: path.write_bytes(b"[1]"),
    "no text": lambda path: path.write_bytes(b"\xff\x00{"),
    "empty": lambda path: path.write_bytes(b""),
    "gone": Path.unlink,
    "folder": folder,
    "loop": loop,
}
RECORDS = ["_nights/*/OPEN", "_nights/*/DONE", "CURRENT", "_nights/*/*.json", "_manifests/daily_lists/*.json"]
COMMANDS = [
    ("status",), ("versions",), ("show", USER, "--ds", DS), ("explain", USER, "1"), ("audit",), ("publish", "--ds", DS),
    ("verify",), ("facts", "--list", USER), ("gc",),
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("record", RECORDS)
def test_a_broken_record_of_the_lake_is_told(
    whole: Path, tmp_path: Path, record: str, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    shutil.copytree(whole, home)
    found = sorted((home / "lake").glob(record))
    assert found, record
    for path in found:
        FAULTS[fault](path)
    ended = {words: run(capsys, *words, "--home", home) for words in COMMANDS}
    assert {words: said for words, (code, said) in ended.items() if code not in (0, 2, 3, 4, 5, 6)} == {}


@pytest.mark.parametrize("what", ["lake/CURRENT", "lake", "serving", "lake/_nights"])
def test_what_another_user_may_not_read_is_told_as_that(
    whole: Path, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is written is its owner's alone, so that is what every other user meets."""
    if os.geteuid() != 0:
        pytest.skip("only root may become somebody else")
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "home"
        shutil.copytree(whole, home)
        for path in (Path(name), home, *home.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        (home / what).chmod(0)
        run(capsys, "status", "--home", home)  # what is loaded once is loaded
        os.seteuid(65534)
        try:
            ended = {words: run(capsys, *words, "--home", home) for words in COMMANDS}
        finally:
            os.seteuid(0)
    assert {words: said for words, (code, said) in ended.items() if code not in (0, 2, 3, 6)} == {}
    assert any(code for code, _ in ended.values())
