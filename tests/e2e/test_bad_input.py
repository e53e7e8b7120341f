"""What a person can get wrong: the exit code, a message that names the place and the fix, and nothing lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.e2e.command import Said, daily30, well
from tests.e2e.conftest import FIRST_NIGHT, SECOND_NIGHT, CopyHome, copy_home
from tests.e2e.night import current, read_table, served

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
Break = Callable[[Path], None]


@pytest.fixture(scope="module")
def home(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one published night, shared by the tests here; each puts back what it broke."""
    return copy_home(finished, tmp_path_factory.mktemp("broken") / "home")


@contextmanager
def broken(home: Path, do: Break) -> Iterator[Path]:
    """The home with something broken in its landing; afterwards the landing is as before."""
    aside = home.parent / "landing-as-it-was"
    shutil.copytree(home / "landing", aside)
    settings = (home / "daily30.toml").read_text()
    try:
        do(home)
        yield home
    finally:
        for left in (home / "landing", home / "daily30.toml"):
            shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)
        aside.rename(home / "landing")
        (home / "daily30.toml").write_text(settings)


def published(home: Path) -> tuple[dict[str, str], str | None]:
    """What apps and analysts see now."""
    return current(home), served(home)


# --- things that stop a night -------------------------------------------------------------------------


def no_landing(home: Path) -> None:
    shutil.rmtree(home / "landing")


def no_plays(home: Path) -> None:
    (home / "landing" / "plays").rename(home / "landing" / "playss")


def wrong_column(home: Path) -> None:
    (home / "landing" / "plays" / "zz.csv").write_text(
        "usr_id,played_at,track_id,listened_s\nu00001,2026-11-20T10:00:00Z,s001,10\n"
    )


def sensitive_column(home: Path) -> None:
    path = home / "landing" / "users.csv"
    header, *rows = path.read_text().splitlines()
    path.write_text("\n".join([f"{header},gender", *(f"{row},f" for row in rows)]) + "\n")


def a_column_of_another_type(home: Path) -> None:
    path = home / "landing" / "plays" / "shelf.parquet"
    pl.read_parquet(path).with_columns(listened_s=pl.concat_list("track_id")).write_parquet(path)


def torn_parquet(home: Path) -> None:
    path = home / "landing" / "plays" / "shelf.parquet"
    path.write_bytes(path.read_bytes()[:-200])


def folder_for_a_file(home: Path) -> None:
    path = home / "landing" / "users.csv"
    path.unlink()
    path.mkdir()


def file_for_a_folder(home: Path) -> None:
    shutil.rmtree(home / "landing")
    (home / "landing").write_text("not a folder")


def many_null_keys(home: Path) -> None:
    _plays(home, "aa-null", [None] * 600, "2026-11-20T10:00:00Z", 1)


def many_in_the_future(home: Path) -> None:
    _plays(home, "aa-future", ["u00001"] * 600, "2031-01-01T10:00:00Z", 1)


def contradicting_users(home: Path) -> None:
    path = home / "landing" / "users.csv"
    header, *rows = path.read_text().splitlines()
    others = [row.replace("true", "false") for row in rows]
    path.write_text("\n".join([header, *rows, *others]) + "\n")


def strangers_only(home: Path) -> None:
    _plays(home, "zz-strangers", [f"stranger-{n}" for n in range(600)], "2026-11-18T10:00:00Z", 1)


def unknown_setting(home: Path) -> None:
    _settings(home, 'favourite_colour = "blue"\n')


def unknown_parameter(home: Path) -> None:
    (home / "daily30.toml").write_text("[lists]\nsongz = 31\n")


def loop_too_narrow(home: Path) -> None:
    (home / "daily30.toml").write_text("[headers]\nmin_s = 6.0\nmax_s = 6.5\n")


def settings_not_toml(home: Path) -> None:
    (home / "daily30.toml").write_text("user_buckets = = 3\n")


def settings_a_folder(home: Path) -> None:
    (home / "daily30.toml").unlink()
    (home / "daily30.toml").mkdir()


def _settings(home: Path, first: str) -> None:
    path = home / "daily30.toml"
    path.write_text(first + path.read_text())


def _plays(home: Path, name: str, users: list[str | None], first: str, step_s: int) -> None:
    """As many plays as users, ``step_s`` apart."""
    start = datetime.fromisoformat(first)
    frame = pl.DataFrame(
        {
            "user_id": pl.Series(users, dtype=pl.String),
            "played_at": [start + timedelta(seconds=step_s * n) for n in range(len(users))],
            "track_id": ["s001"] * len(users),
            "listened_s": [10.0] * len(users),
        }
    )
    frame.write_parquet(home / "landing" / "plays" / f"{name}.parquet")


STOPS: list[tuple[Break, int, tuple[str, ...], str]] = [
    (no_landing, 3, ("landing", "no landing folder"), "daily30 sample"),
    (no_plays, 3, ("no plays delivered", "playss"), "'playss' meant"),
    (wrong_column, 3, ("plays/zz.csv", "'user_id' is missing"), "rename column 'usr_id' to 'user_id'"),
    (sensitive_column, 3, ("users.csv", "'gender'", "sensitive"), "without the column 'gender'"),
    (a_column_of_another_type, 3, ("plays/shelf.parquet", "'listened_s' holds List"), "deliver listened_s as"),
    (torn_parquet, 3, ("plays/shelf.parquet", "not readable as Parquet"), "deliver the file again"),
    (folder_for_a_file, 3, ("users.csv", "is a folder where a file is expected"), "replace it by a file"),
    (file_for_a_folder, 3, ("landing", "is a file, not a folder"), "make the folder"),
    (many_null_keys, 3, ("plays", "null_key", "plays/aa-null.parquet row 1", "user_id is empty"), "mend the delivery"),
    (many_in_the_future, 3, ("plays", "future_date", "plays/aa-future.parquet row 1", "2031-01-01"), "mend"),
    (contradicting_users, 3, ("users", "duplicate_key", "users.csv row 1", "users.csv row 25"), "mend the delivery"),
    (strangers_only, 3, ("plays", "user_id", "stranger-0"), "deliver the users"),
    (unknown_setting, 2, ("daily30.toml", "'favourite_colour'"), "allowed:"),
    (unknown_parameter, 2, ("lists.songz", "daily30.toml", "is not a parameter"), "songs"),
    (loop_too_narrow, 2, ("headers", "2.4 s above min_s"), "max_s"),
    (settings_not_toml, 2, ("daily30.toml", "is not TOML", "line 1"), "correct that line"),
    (settings_a_folder, 2, ("daily30.toml",), "readable file"),
]


@pytest.mark.parametrize(("do", "code", "words", "fix"), STOPS, ids=lambda x: getattr(x, "__name__", None))
def test_it_stops_with_a_message_and_nothing_published_is_lost(
    home: Path, do: Break, code: int, words: tuple[str, ...], fix: str
) -> None:
    before = published(home)
    with broken(home, do):
        said = daily30("nightly", "--home", home, "--ds", SECOND_NIGHT, "--json")
    told = tells(said, code)
    assert [w for w in words if w not in told["error"]] == [], told["error"]
    assert fix in told["fix"]
    assert published(home) == before
    assert read_table(home, FIRST_NIGHT, "daily_lists")


def tells(said: Said, code: int) -> dict[str, Any]:
    """What the JSON error says; code and form are as promised, and it is no traceback."""
    assert said.code == code, said.err
    assert said.out == ""
    assert "Traceback" not in said.err
    told = said.error()
    assert told["exit_code"] == code
    return told


def test_after_every_mistake_the_home_still_works(home: Path) -> None:
    assert well("nightly", "--home", home, "--ds", SECOND_NIGHT, "--until", "ingest", "--json").json()["stages"]


# --- things that do not -------------------------------------------------------------------------------


def test_a_folder_named_like_a_song_is_one_failure_and_the_night_goes_on(copied: CopyHome, finished: Path) -> None:
    home = copied(finished)
    song = next((home / "landing" / "audio").glob("t*.opus"))
    song.unlink()
    song.mkdir()
    report = well("nightly", "--home", home, "--ds", FIRST_NIGHT, "--until", "audio", "--json").json()
    assert report["stages"][-1]["stage"] == "audio"
    night = json.loads(_open_night(home))
    manifest = home / "lake" / "_manifests" / "audio_failures" / f"{night['tables']['audio_failures']}.json"
    parts = [home / "lake" / p["path"] for p in json.loads(manifest.read_text())["parts"]]
    failed = {row["track_id"]: row["reason"] for part in parts for row in pl.read_parquet(part).to_dicts()}
    assert failed[song.stem] in {"not_a_file", "missing_file"}


def _open_night(home: Path) -> str:
    folder = home / "lake" / "_nights" / f"ds={FIRST_NIGHT}"
    return (folder / f"{(folder / 'OPEN').read_text().strip()}.json").read_text()


# --- wrong words --------------------------------------------------------------------------------------

WRONG_WORDS: list[tuple[tuple[str, ...], tuple[str, ...]]] = [
    (("nightly", "--ds", "yesterday"), ("--ds", "yesterday", "YYYY-MM-DD")),
    (("nightly", "--ds", "2026-02-30"), ("--ds", "2026-02-30")),
    (("nightly", "--only", "sorting"), ("sorting", "ingest")),
    (("nightly", "--from", "lists", "--until", "audio"), ("lists", "audio")),
    (("nightly", "--engine", "abacus"), ("engine", "'local' or 'spark'")),
    (("nightly", "--workers", "none"), ("--workers", "integer")),
    (("backfill", "--start", SECOND_NIGHT, "--end", FIRST_NIGHT), ("--end", FIRST_NIGHT)),
    (("show", "nobody-of-that-name"), ("nobody-of-that-name",)),
    (("frobnicate",), ("frobnicate",)),
]


@pytest.mark.parametrize("as_json", [False, True], ids=["words", "json"])
@pytest.mark.parametrize(("command", "words"), WRONG_WORDS, ids="-".join)
def test_wrong_words_exit_2(home: Path, command: tuple[str, ...], words: tuple[str, ...], as_json: bool) -> None:
    at_home = () if command == ("frobnicate",) else ("--home", home)
    said = daily30(*command, *at_home, *(["--json"] if as_json else []))
    assert said.code == 2, said.err
    assert "Traceback" not in said.err
    told = json.dumps(said.error(), ensure_ascii=False) if as_json else said.err
    assert [w for w in words if w not in told] == [], told


@pytest.mark.parametrize("kind", ["missing", "file"])
def test_a_home_that_is_none_exits_2(tmp_path: Path, kind: str) -> None:
    home = tmp_path / "home"
    if kind == "file":
        home.write_text("")
    told = tells(daily30("nightly", "--home", home, "--json"), 2)
    assert str(home) in told["error"]
    assert "--home" in told["fix"]
    assert home.exists() == (kind == "file"), "a mistyped home is not created"


# --- disks --------------------------------------------------------------------------------------------


@contextmanager
def small_disk(at: Path, size: str) -> Iterator[Path]:
    """A file system of its own; skips where mounting is not permitted."""
    at.mkdir()
    if (
        os.geteuid() != 0
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", at], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("may not mount a tmpfs here")
    try:
        yield at
    finally:
        subprocess.run(["umount", "-l", at], check=True)


def test_a_read_only_home_is_told_and_still_read(tmp_path: Path, finished: Path) -> None:
    with small_disk(tmp_path / "disk", "300m") as disk:
        home = copy_home(finished, disk / "home")
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        before = published(home)
        told = tells(daily30("nightly", "--home", home, "--ds", SECOND_NIGHT, "--json"), 2)
        assert str(home) in told["error"]
        assert "writable" in told["fix"]
        done = well("nightly", "--home", home, "--ds", FIRST_NIGHT, "--json").json()
        assert sum(s["ran"] for s in done["stages"]) == 0, "a finished night is only read"
        user = read_table(home, FIRST_NIGHT, "users")[0]["user_id"]
        assert well("status", "--home", home, "--json").json()["current"] == FIRST_NIGHT
        assert len(well("show", user, "--home", home, "--json").json()["songs"]) == 30
        assert published(home) == before


def test_a_full_disk_is_told_in_any_stage_and_the_night_resumes(tmp_path: Path, finished: Path) -> None:
    with small_disk(tmp_path / "disk", "300m") as disk:
        home = copy_home(finished, disk / "home")
        before = published(home)
        for last in ("audio", "audit"):
            with no_room(disk):
                told = tells(daily30("nightly", "--home", home, "--ds", SECOND_NIGHT, "--json"), 6)
                assert str(home) in told["error"]
                assert "space" in told["fix"]
                assert published(home) == before
                assert read_table(home, FIRST_NIGHT, "daily_lists")
            well("nightly", "--home", home, "--ds", SECOND_NIGHT, "--until", last)
        with no_room(disk):
            tells(daily30("nightly", "--home", home, "--ds", SECOND_NIGHT, "--json"), 6)
            assert published(home) == before, "publish and report found no room"
        assert well("nightly", "--home", home, "--ds", SECOND_NIGHT, "--json").json()["complete"]
        assert current(home)["ds"] == SECOND_NIGHT
        assert served(home) != before[1]


@contextmanager
def no_room(disk: Path) -> Iterator[None]:
    """Fill the disk to the last page, and make room again."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(1 << 16)) == 1 << 16:
                pass
        except OSError:
            pass
    try:
        yield
    finally:
        ballast.unlink()
