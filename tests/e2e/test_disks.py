"""Disks that are full or read-only: told by name, nothing published lost, the night resumes."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.command import daily30, well
from tests.e2e.conftest import FIRST_NIGHT, SECOND_NIGHT, copy_home
from tests.e2e.here import here
from tests.e2e.night import current, read_table, served
from tests.e2e.told import published, tells

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


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
            here("nightly", "--home", home, "--ds", SECOND_NIGHT, "--until", last)
        with no_room(disk):
            tells(daily30("nightly", "--home", home, "--ds", SECOND_NIGHT, "--json"), 6)
            assert published(home) == before, "publish and report found no room"
        assert here("nightly", "--home", home, "--ds", SECOND_NIGHT, "--json").json()["complete"]
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
