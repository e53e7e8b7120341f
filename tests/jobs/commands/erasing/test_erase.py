"""The command on a finished night: what it tells, what it refuses, and that it can be cut short anywhere."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from jobs.cli import main
from jobs.commands.erasing import erase as erasing
from tests.deliveries import write_landing
from tests.finished_home import finished_home
from warehouse.erasure.register import erased_of
from warehouse.erasure.search import Wanted
from warehouse.inbox import Event, Inbox
from warehouse.lake import Lake
from warehouse.lake.guard import LakeGuard
from warehouse.serving import open_serving_store

Say = Callable[..., tuple[int, Any]]


class Cut(BaseException):
    """The process ends here."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished night, its landing, feedback that waits and a log of a run that failed."""
    home = finished_home(tmp_path_factory.mktemp("made") / "home")
    user = someone(home)
    row = {"user_id": user, "created_on": "2026-01-01", "language": "zh", "timezone": "Asia/Shanghai"}
    write_landing(home, users=[row, {**row, "user_id": f"{user}0"}])
    Inbox(home).add([Event("event-01", user, "like_track", "t", 1)], datetime(2026, 3, 1, tzinfo=UTC))
    log = home / "runs" / "ds=2026-01-01" / "1.json"
    log.parent.mkdir(parents=True)
    log.write_text(json.dumps({"failed": {"error": f"no zone of {user}"}, "stages": [], "engine": "local"}))
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return shutil.copytree(made, tmp_path / "home")


@pytest.fixture
def say(home: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    """``daily30 erase ... --json``: its exit code, and what it says."""

    def call(*words: str) -> tuple[int, Any]:
        with pytest.raises(SystemExit) as ended:
            main(["erase", *words, "--home", str(home), "--json"])
        told = capsys.readouterr()
        return int(ended.value.code or 0), json.loads(told.out or told.err.splitlines()[-1])

    return call


def someone(home: Path) -> str:
    return str(Lake(home).night().frame("users")["user_id"][0])


def files(home: Path) -> dict[str, bytes]:
    return {str(p.relative_to(home)): p.read_bytes() for p in home.rglob("*") if p.is_file()}


def test_all_of_them_goes(home: Path, say: Say) -> None:
    user = someone(home)
    before = Lake(home).night().frame("daily_lists")
    code, told = say(user, "--yes")
    assert (code, told["erased"], told["found"]) == (0, True, [])
    assert told["held"]["delivered"] == {"landing/users.csv": 1}
    assert (told["held"]["waiting"], len(told["held"]["versions"])) == (1, 1)
    assert told["held"]["tables"]["daily_lists"] == before.filter(user_id=user).height > 0
    assert erasing.search(home, Wanted(user)).found == ()
    assert Inbox(home).of(user) == 0
    assert "no zone" not in (home / "runs" / "ds=2026-01-01" / "1.json").read_text()
    store = open_serving_store(home)
    with store.reading() as served:
        assert served.user_list(user) is None
        others = [u for u in before["user_id"].unique() if u != user]
        assert all(served.user_list(u) is not None for u in others)
    assert store.damaged() == []
    assert f"{user}0" in (home / "landing" / "users.csv").read_text(), "an id that begins like it is another's"


def test_a_dry_run_writes_nothing(home: Path, say: Say) -> None:
    before = files(home)
    code, told = say(someone(home), "--dry-run")
    assert (code, told["erased"]) == (0, False)
    assert told["holds"]["tables"]["users"] == 1
    assert files(home) == before


def test_it_does_not_begin_unasked(home: Path, say: Say) -> None:
    before = files(home)
    code, told = say(someone(home))
    assert code == 2
    assert "--yes" in told["fix"]
    assert files(home) == before


def test_an_unknown_user_is_told_with_those_who_are_near(home: Path, say: Say) -> None:
    before = files(home)
    code, told = say(f"{someone(home)}x", "--yes")
    assert code == 2
    assert someone(home) in told["fix"]
    assert files(home) == before


def test_a_night_that_runs_is_not_disturbed(home: Path, say: Say) -> None:
    guard = LakeGuard(home)
    guard.enter()
    before = files(home)
    code, _ = say(someone(home), "--yes")
    guard.leave()
    assert code == 5
    assert files(home) == before


def test_a_file_that_still_tells_is_named(home: Path, say: Say) -> None:
    user = someone(home)
    (home / "notes.txt").write_text(f"asked about {user}\n")
    code, told = say(user, "--yes")
    assert code == 3
    assert "notes.txt" in told["error"]


_STEPS = ("register", "cut_rows", "hide_in_logs", "pages_naming", "settle", "search")


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", _STEPS)
def test_cut_short_at_any_step_the_next_run_ends_it(
    home: Path, say: Say, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    user, real = someone(home), getattr(erasing, step)

    def cut(*given: Any) -> Any:
        if after:
            real(*given)
        raise Cut

    held = erasing.holding(home, user)
    with monkeypatch.context() as patched:
        patched.setattr(erasing, step, cut)
        with pytest.raises(Cut):
            erasing.erase(home, user, held)
    code, told = say(user, "--yes")
    if step == "register" and not after:
        assert told["held"]["erased"] is False
    assert (code, told["found"]) == (0, [])
    assert erasing.holding(home, user).any is False
    assert erased_of(home).landing == {}
